import session from '../dist/index.js'

export = session
