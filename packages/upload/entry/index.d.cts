import upload from '../dist/index.js'

export = upload
