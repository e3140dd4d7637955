import ejs from './ejs.cjs'

export default ejs
