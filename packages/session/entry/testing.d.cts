import testing from '../dist/testing.js'

export = testing
