module.exports = require('../dist/bundle.cjs').testing.default
