import views from './index.cjs'

export default views
export * from '../dist/index.js'
