#!/usr/bin/env node
// tokkyu-hardening http://127.0.0.1:3000 [--i-own-this-host]
import { parseArgs } from 'node:util'

import { fromOutside, targetOf } from './outside.ts'
import { run } from './run.ts'
import { faultList, scoreboard } from './scoreboard.ts'

const USAGE = `Usage: tokkyu-hardening <url> [--i-own-this-host]

Asks a server ${fromOutside.length} hostile things that can be judged without knowing its app, and prints
what was right, wrong, a crash or a hang. Only this machine may be asked, unless the host is yours.`

try {
  process.exitCode = await main()
} catch (error) {
  // What has a code says what the caller can do about it: no URL, nobody there, not his.
  if (!(error instanceof Error && 'code' in error)) throw error
  console.error(error.message)
  process.exitCode = 2
}

/** @returns the exit code: 1 when something was not right, 2 when nothing could be asked. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'i-own-this-host': { type: 'boolean', default: false }, help: { type: 'boolean' } },
  })
  const [url] = positionals
  if (url === undefined || values.help) {
    console.log(USAGE)
    return values.help ? 0 : 2
  }
  const target = await targetOf(url, values['i-own-this-host'])
  const results = await run(target, fromOutside, { honest: 100, patience: 1 })
  console.log(scoreboard([{ title: url, results }]))
  const faults = faultList(results)
  if (faults) console.log(`\n${faults}`)
  const left = fromOutside.length - results.length
  if (left > 0) console.log(`\nThe server takes no connection any more; ${left} were not asked.`)
  return faults === '' ? 0 : 1
}
