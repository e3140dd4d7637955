// What a noisy machine can still tell: bytes allocated and instructions run, per request, per
// middleware and per route, and functions made per dispatch. Fails when a figure outgrows its bound,
// so that a regression of the hot path is seen without a quiet machine.
import { execFileSync } from 'node:child_process'
import path from 'node:path'

import express from '../packages/core/entry/index.mjs'
import { canCount, instructions } from './guard/instructions.mjs'
import { apps, requester } from './guard/requests.mjs'

/**
 * A tenth above what Node 20 showed when they were last set, or more where a figure wobbles.
 *
 * A route that does not match costs nothing: the index never looks at it. Divided by 200 routes, two
 * counts that wobble by one per cent show 15 instructions where there are none; comparing one path
 * would show 600.
 */
const bounds = {
  'bytes per JSON answer, × bare node:http': 1.45,
  'bytes per further middleware': 135,
  'bytes per further route that does not match': 4,
  'instructions per JSON answer, × bare node:http': 2.1,
  'instructions per further middleware': 13_900,
  'instructions per further route that does not match': 60,
  'functions made to lead through ten middlewares': 1,
}

const figures = {
  ...perLayer('bytes', allocations()),
  ...(canCount ? perLayer('instructions', await instructions(Object.keys(apps))) : {}),
  'functions made to lead through ten middlewares': nextFunctions(),
}

for (const [name, bound] of Object.entries(bounds)) {
  const value = figures[name]
  const fits = value === undefined || value <= bound
  const shown = value === undefined ? 'not counted, for want of valgrind' : value.toFixed(2)
  console.log(`${fits ? '✓' : '✗'} ${name}: ${shown} (at most ${bound})`)
  if (!fits) process.exitCode = 1
}

function perLayer(unit, { bare, app, middlewares, routes }) {
  return {
    [`${unit} per JSON answer, × bare node:http`]: app / bare,
    [`${unit} per further middleware`]: (middlewares - app) / 20,
    [`${unit} per further route that does not match`]: (routes - app) / 200,
  }
}

function allocations() {
  const flags = ['--expose-gc', '--max-semi-space-size=1024', '--min-semi-space-size=1024']
  const program = path.join(import.meta.dirname, 'guard/allocations.mjs')
  const env = { ...process.env, NODE_ENV: 'production' }
  return JSON.parse(execFileSync(process.execPath, [...flags, program], { env, encoding: 'utf8' }))
}

function nextFunctions() {
  const seen = new Set()
  const app = express()
  for (let i = 0; i < 10; i++) {
    app.use((req, res, next) => {
      seen.add(next)
      next()
    })
  }
  requester(app.get('/json', (req, res) => res.end()))()
  return seen.size
}
