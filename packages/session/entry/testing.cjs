module.exports = require('../dist/testing.js').default
