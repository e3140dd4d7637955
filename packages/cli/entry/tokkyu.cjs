#!/usr/bin/env node
const { run } = require('./index.cjs')

run(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode
})
