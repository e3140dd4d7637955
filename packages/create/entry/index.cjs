// In two steps: node's search for names would otherwise read the whole bundle a second time.
const { index } = require('../dist/bundle.cjs')

module.exports = index
