import cache from './index.cjs'

export default cache
export * from '../dist/names.js'
