// Loaded by node before the application, in the processes that the command starts.
const { index } = require('../dist/bundle.cjs')

index.attend()
