// node --expose-gc bench/whole-app/layers.mjs [--rounds 40] [--only helmet,morgan]
//
// What each middleware of the whole app costs by itself: on node's own messages, on Express, and on ours. In one
// process and without a socket, rounds interleaved: µs of CPU for a request with it, less those for one without.
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'

import compression from 'compression'
import cookieParser from 'cookie-parser'
import cors from 'cors'
import express from 'express'
import { rateLimit } from 'express-rate-limit'
import expressSession from 'express-session'
import helmet from 'helmet'
import morgan from 'morgan'

import { median } from '../statistics.mjs'
import { load, express as tokkyu } from '../subjects/tokkyu.mjs'
import { SECRET, files } from './parts.mjs'

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '40' }, only: { type: 'string' } },
})
const REQUESTS = 300
const ownSession = await load('session')

const sessions = { secret: SECRET, resave: false, saveUninitialized: false }
const limited = { windowMs: 60_000, limit: 1e9, standardHeaders: 'draft-8', legacyHeaders: false }
const log = new Writable({ write: (chunk, encoding, done) => done() })

/** Made anew for each host, which are `node`, `express` and `tokkyu`. */
const middleware = {
  none: () => [],
  'a function': () => [(req, res, next) => next()],
  morgan: () => [morgan('combined', { stream: log })],
  helmet: () => [helmet()],
  cors: () => [cors()],
  compression: () => [compression()],
  'express-rate-limit': (host) => [rateLimit({ ...limited, validate: host !== 'node' })],
  'serve-static, passed by': (host) => [(host === 'tokkyu' ? tokkyu : express).static(files)],
  'cookie-parser': () => [cookieParser(SECRET)],
  'express-session, untouched': () => [expressSession(sessions)],
  'our session, untouched': () => [ownSession(sessions)],
  'express-session, looked up': () => [
    expressSession({ ...sessions, store: store(expressSession) }),
  ],
  'our session, looked up': () => [ownSession({ ...sessions, store: store(ownSession) })],
  'two parsers of bodies': (host) =>
    [host === 'tokkyu' ? tokkyu : express].flatMap((from) => [
      from.json(),
      from.urlencoded({ extended: false }),
    ]),
  'all but sessions': (host) =>
    ['morgan', 'helmet', 'cors', 'compression', 'express-rate-limit', 'serve-static, passed by']
      .concat('cookie-parser', 'two parsers of bodies')
      .flatMap((name) => middleware[name](host)),
}

/** A store that has one session, for which the cookie is; nothing of it changes. */
function store(from) {
  const kept = new from.MemoryStore()
  kept.get = (id, done) => done(null, { cookie: { originalMaxAge: null, path: '/' }, n: 1 })
  kept.touch = (id, data, done) => done?.()
  return kept
}

const hosts = {
  node(steps) {
    return (req, res) => {
      let at = 0
      req.ip = req.socket.remoteAddress
      res.append = res.appendHeader
      const next = () => {
        const step = steps[at++]
        if (step) return step(req, res, next)
        const text = JSON.stringify({ hello: 'world' })
        res.setHeader('Content-Type', 'application/json; charset=utf-8')
        res.setHeader('Content-Length', Buffer.byteLength(text))
        return res.end(text)
      }
      next()
    }
  },
  express: (steps) => answering(express(), steps),
  tokkyu: (steps) => answering(tokkyu(), steps),
}

function answering(app, steps) {
  app.disable('x-powered-by').disable('etag')
  for (const step of steps) app.use(step)
  return app.use((req, res) => res.json({ hello: 'world' }))
}

/** What a response asks of its connection: everything is taken at once. */
const socket = Object.assign(new Writable({ write: (chunk, encoding, done) => done() }), {
  remoteAddress: '127.0.0.1',
})

const COOKIE = `connect.sid=${encodeURIComponent(`s:${sign('an-id-of-the-bench', SECRET)}`)}`

function sign(value, secret) {
  const mark = createHmac('sha256', secret).update(value).digest('base64').replace(/=+$/, '')
  return `${value}.${mark}`
}

/** Pairs as the servers make them: Express gets node's, and ours its own. */
async function request(handle, cookie) {
  const Request = handle.request?.constructor ?? IncomingMessage
  const Response = handle.response?.constructor ?? ServerResponse
  const isOurs = Request.prototype instanceof IncomingMessage
  const req = new (isOurs ? Request : IncomingMessage)(socket)
  Object.assign(req, { method: 'GET', url: '/api/section19/7/items/9', httpVersion: '1.1' })
  req.httpVersionMajor = req.httpVersionMinor = 1
  req.rawHeaders = ['Host', 'a.test', 'User-Agent', 'a browser of the bench', 'Cookie', cookie]
  Object.assign(req.headers, { host: 'a.test', 'user-agent': 'a browser of the bench', cookie })
  req.push(null)
  const res = new (isOurs ? Response : ServerResponse)(req)
  res.assignSocket(socket)
  const finished = once(res, 'finish')
  handle(req, res)
  await finished
  res.detachSocket(socket)
}

const cases = []
for (const [name, make] of Object.entries(middleware)) {
  if (flags.only && name !== 'none' && !flags.only.split(',').some((each) => name.includes(each)))
    continue
  for (const [host, build] of Object.entries(hosts)) {
    const cookie = name.endsWith('looked up') ? COOKIE : 'theme=dark'
    cases.push({ name, host, handle: build(make(host)), cookie, rounds: [] })
  }
}
for (let round = -8; round < Number(flags.rounds); round++) {
  for (const each of cases) {
    const before = process.cpuUsage()
    for (let i = 0; i < REQUESTS; i++) await request(each.handle, each.cookie)
    const { user, system } = process.cpuUsage(before)
    if (round >= 0) each.rounds.push((user + system) / REQUESTS)
  }
}
const base = (host) => cases.find((each) => each.name === 'none' && each.host === host).rounds
const table = {}
for (const { name, host, rounds } of cases) {
  table[name] ??= {}
  const added = name === 'none' ? rounds : rounds.map((one, i) => one - base(host)[i])
  table[name][host] = Math.round(median(added) * 100) / 100
}
console.log(process.version)
console.table(table)
