import testing from './testing.cjs'

export default testing
export * from '../dist/testing.js'
