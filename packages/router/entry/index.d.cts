import router from '../dist/index.js'

export = router
