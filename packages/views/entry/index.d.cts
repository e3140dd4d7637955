import views from '../dist/index.js'

export = views
