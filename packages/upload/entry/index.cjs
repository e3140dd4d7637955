module.exports = require('../dist/bundle.cjs').index.default
