// What a noisy machine can still tell: bytes allocated and instructions run, per request, per
// middleware and per route; functions made per dispatch; bytes that young collections cannot free;
// and what each parser of a request costs per byte of hostile input. Fails when a figure outgrows its
// bound, so that a regression of the hot path is seen without a quiet machine. What is timed and misses
// is measured twice more: a neighbour's work passes, a regression stays.
import { execFileSync } from 'node:child_process'
import path from 'node:path'

import express from '../packages/core/entry/index.mjs'
import { canCount, instructions } from './guard/instructions.mjs'
import { requester } from './guard/requests.mjs'

/**
 * A tenth above what Node 20 showed when they were last set, or more where a figure wobbles.
 *
 * A route that does not match is never looked at. What 200 of them show, beside one with a parameter that
 * the tree is asked for, is a tree that is a little deeper, and two counts that wobble by one per cent: some 3
 * instructions a route, where comparing its path would take 600.
 */
const bounds = {
  'bytes per JSON answer, × bare node:http': 1.4,
  'bytes per further middleware': 110,
  'bytes per further route that does not match': 4,
  'instructions per JSON answer, × bare node:http': 1.85,
  'instructions per further middleware': 9_000,
  'instructions per further route that does not match': 30,
  'functions made to lead through ten middlewares': 1,
  'bytes per JSON answer that outlive it': 200,
}

const ALLOCATIONS = ['--max-semi-space-size=1024', '--min-semi-space-size=1024']
const KEPT = ['--no-opt', '--single-threaded', '--max-semi-space-size=4', '--min-semi-space-size=4']

const figures = {
  ...perLayer('bytes', bytes('allocations', ALLOCATIONS)),
  ...(canCount
    ? perLayer(
        'instructions',
        await instructions(['bare', 'app', 'middlewares', 'param', 'routes']),
      )
    : {}),
  'functions made to lead through ten middlewares': nextFunctions(),
  'bytes per JSON answer that outlive it': Math.max(...Object.values(bytes('kept', KEPT))),
}

/** Nanoseconds of CPU per byte of hostile input, × Express's, at whatever size they differ most. */
const HOSTILE = 3
/** At four times the size a byte costs what it did, or less, as much of a request costs once. */
const LINEAR = 2
const MEASURED_AT_MOST = 3

for (const [name, costs] of Object.entries(parsers())) {
  let best = ratiosOf(costs)
  for (let times = 1; times < MEASURED_AT_MOST && !fits(best); times++) {
    const again = ratiosOf(parsers(name)[name])
    best = {
      timesExpress: Math.min(best.timesExpress, again.timesExpress),
      growth: Math.min(best.growth, again.growth),
    }
  }
  figures[`${name}, × Express`] = best.timesExpress
  bounds[`${name}, × Express`] = HOSTILE
  figures[`${name}, per byte at four times the size`] = best.growth
  bounds[`${name}, per byte at four times the size`] = LINEAR
}

function ratiosOf({ ours, peers }) {
  return {
    timesExpress: Math.max(...ours.map((cost, at) => cost / peers[at])),
    growth: ours[2] / ours[0],
  }
}

function fits({ timesExpress, growth }) {
  return timesExpress <= HOSTILE && growth <= LINEAR
}

for (const [name, bound] of Object.entries(bounds)) {
  const value = figures[name]
  const isWithin = value === undefined || value <= bound
  const shown = value === undefined ? 'not counted, for want of valgrind' : value.toFixed(2)
  console.log(`${isWithin ? '✓' : '✗'} ${name}: ${shown} (at most ${bound})`)
  if (!isWithin) process.exitCode = 1
}

function perLayer(unit, { bare, app, middlewares, param, routes }) {
  return {
    [`${unit} per JSON answer, × bare node:http`]: app / bare,
    [`${unit} per further middleware`]: (middlewares - app) / 20,
    [`${unit} per further route that does not match`]: (routes - param) / 200,
  }
}

function bytes(name, flags) {
  const program = path.join(import.meta.dirname, `guard/${name}.mjs`)
  const env = { ...process.env, NODE_ENV: 'production' }
  return JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', ...flags, program], { env, encoding: 'utf8' }),
  )
}

function parsers(only = '') {
  const program = path.join(import.meta.dirname, 'guard/parsers.mjs')
  const env = { ...process.env, NODE_ENV: 'production' }
  return JSON.parse(execFileSync(process.execPath, [program, only], { env, encoding: 'utf8' }))
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
