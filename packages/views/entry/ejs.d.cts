import ejs from '../dist/ejs.js'

export = ejs
