import router from './index.cjs'

export default router
export * from '../dist/index.js'
