module.exports = require('../dist/bundle.cjs').ejs.default
