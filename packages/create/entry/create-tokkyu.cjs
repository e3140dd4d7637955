#!/usr/bin/env node
const { run } = require('./index.cjs')

void run(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode
})
