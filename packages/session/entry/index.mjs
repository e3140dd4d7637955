import session from './index.cjs'

export default session
