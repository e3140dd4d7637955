import views from './index.cjs'

export default views
