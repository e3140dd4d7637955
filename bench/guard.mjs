// What a noisy machine can still tell: bytes allocated per request and per layer, and instructions
// where the system counts them. Fails when a figure outgrows its bound, so that a regression of the
// hot path is seen without a quiet machine.
//
// No socket is involved: node's own request and response objects, the app, and an answer that goes
// into the response's buffer. With young space larger than the run nothing is collected meanwhile,
// and the growth of the heap is what was allocated.
import { spawnSync } from 'node:child_process'
import { IncomingMessage, ServerResponse } from 'node:http'

import express from '../packages/core/entry/index.mjs'
import { greeting } from './scenarios.mjs'

if (globalThis.gc === undefined) {
  const flags = ['--expose-gc', '--max-semi-space-size=1024', '--min-semi-space-size=1024']
  const { status } = spawnSync(process.execPath, [...flags, import.meta.filename], {
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  })
  process.exit(status ?? 1)
}

const ROUNDS = 2_000

/** A tenth above what Node 20 showed when they were last set; a route that costs nothing may wobble. */
const bounds = {
  'bytes per JSON answer, × bare node:http': 1.45,
  'bytes per further middleware': 135,
  'bytes per further route that does not match': 4,
}

const layers = (count, add) => {
  const app = express().disable('etag')
  for (let i = 0; i < count; i++) add(app, i)
  return app.get('/json', (req, res) => res.json(greeting()))
}
const pass = (app) => app.use((req, res, next) => next())
const route = (app, i) => app.get(`/other${i}/:id`, (req, res) => res.end())

const bare = allocated((req, res) => {
  const body = JSON.stringify(greeting())
  res.setHeader('Content-Type', 'application/json; charset=utf-8')
  res.setHeader('Content-Length', Buffer.byteLength(body))
  res.end(body)
})
const plain = allocatedBy(layers(0, pass))
const found = {
  'bytes per JSON answer, × bare node:http': plain / bare,
  'bytes per further middleware': (allocatedBy(layers(20, pass)) - plain) / 20,
  'bytes per further route that does not match': (allocatedBy(layers(200, route)) - plain) / 200,
}

for (const [name, value] of Object.entries(found)) {
  const fits = value <= bounds[name]
  console.log(`${fits ? '✓' : '✗'} ${name}: ${value.toFixed(2)} (at most ${bounds[name]})`)
  if (!fits) process.exitCode = 1
}

/** The classes that `listen` would give to node's server. */
function allocatedBy(app) {
  return allocated((req, res) => app(req, res), app.request.constructor, app.response.constructor)
}

function allocated(handle, Request = IncomingMessage, Response = ServerResponse) {
  const once = () => {
    const req = new Request(null)
    req.method = 'GET'
    req.url = '/json'
    req.httpVersionMajor = req.httpVersionMinor = 1
    req.rawHeaders = ['Host', 'a.test']
    req.headers.host = 'a.test'
    handle(req, new Response(req))
  }
  for (let i = 0; i < 20_000; i++) once() // until it is optimised
  const samples = Array.from({ length: 5 }, () => {
    globalThis.gc()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < ROUNDS; i++) once()
    return (process.memoryUsage().heapUsed - before) / ROUNDS
  })
  return Math.min(...samples)
}
