import ejs from './ejs.cjs'

export default ejs
export type * from '../dist/ejs.js'
