// In two steps: node's search for names would otherwise read the whole bundle a second time.
const { http } = require('../dist/bundle-http.cjs')

module.exports = http.default
