import router from './index.cjs'

export default router
