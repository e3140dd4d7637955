import session from './index.cjs'

export default session
export * from '../dist/names.js'
