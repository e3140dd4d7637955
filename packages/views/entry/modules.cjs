const { modules } = require('../dist/bundle.cjs')

module.exports = { ...modules }
