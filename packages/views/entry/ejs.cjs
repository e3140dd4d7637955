module.exports = require('../dist/ejs.js').default
