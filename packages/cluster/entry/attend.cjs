// Each worker loads this first, before its app.
require('./index.cjs').attend()
