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
import ejs from 'ejs'
import express from 'express'
import { rateLimit } from 'express-rate-limit'
import expressSession from 'express-session'
import helmet from 'helmet'
import morgan from 'morgan'
import multer from 'multer'

import { quantile } from '../statistics.mjs'
import { load, express as tokkyu } from '../subjects/tokkyu.mjs'
import { chain } from './chain.mjs'
import { wholeApp } from './express-like.mjs'
import { SECRET, files, requests } from './parts.mjs'

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    only: { type: 'string' },
    host: { type: 'string' },
  },
})
const REQUESTS = 300
const ownSession = await load('session')
const ownUpload = await load('upload')

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
  'JSON parsed': (host) => [(host === 'tokkyu' ? tokkyu : express).json()],
  'a form parsed': (host) => [
    (host === 'tokkyu' ? tokkyu : express).urlencoded({ extended: false }),
  ],
  'a file uploaded, multer': () => [multer().single('file')],
  'a file uploaded, ours': () => [ownUpload().single('file')],
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
  readable: true, // or a body counts as read
})

const COOKIE = `connect.sid=${encodeURIComponent(`s:${sign('an-id-of-the-bench', SECRET)}`)}`

function sign(value, secret) {
  const mark = createHmac('sha256', secret).update(value).digest('base64').replace(/=+$/, '')
  return `${value}.${mark}`
}

/** Pairs as the servers make them: Express gets node's, and ours its own. */
async function ask(handle, { path, method = 'GET', headers, body }) {
  const Request = handle.request?.constructor ?? IncomingMessage
  const Response = handle.response?.constructor ?? ServerResponse
  const isOurs = Request.prototype instanceof IncomingMessage
  const req = new (isOurs ? Request : IncomingMessage)(socket)
  Object.assign(req, { method, url: path, httpVersion: '1.1' })
  req.httpVersionMajor = req.httpVersionMinor = 1
  req.rawHeaders = ['Host', 'a.test', ...Object.entries(headers).flat()]
  Object.assign(req.headers, { host: 'a.test', ...headers })
  if (body !== undefined) {
    const bytes = Buffer.from(body)
    req.headers['content-length'] = String(bytes.length)
    req.push(bytes)
  }
  req.complete = true
  req.push(null)
  const res = new (isOurs ? Response : ServerResponse)(req)
  res.assignSocket(socket)
  const finished = once(res, 'finish')
  handle(req, res)
  await finished
  res.detachSocket(socket)
  return res
}

const agent = { 'user-agent': 'a browser of the bench' }
let cases = []
const sentTo = (name) =>
  name.includes('JSON')
    ? requests.post
    : name.includes('form')
      ? requests.form
      : name.includes('upload')
        ? requests.upload
        : requests.json
const isWanted = (name) =>
  !flags.only || name === 'none' || flags.only.split(',').some((each) => name.includes(each))

for (const [name, make] of Object.entries(middleware)) {
  if (!isWanted(name)) continue
  for (const [host, build] of Object.entries(hosts)) {
    const cookie = name.endsWith('looked up') ? COOKIE : 'theme=dark'
    const { path, headers, ...sent } = sentTo(name)
    const request = { ...sent, path, headers: { ...agent, ...headers, cookie } }
    cases.push({ name, host, handle: build(make(host)), request, rounds: [] })
  }
}
await addWholeApps()
if (flags.host) cases = cases.filter(({ host }) => host === flags.host)
for (let round = -8; round < Number(flags.rounds); round++) {
  for (const { handle, request, rounds } of cases) {
    const before = process.cpuUsage()
    for (let i = 0; i < REQUESTS; i++) await ask(handle, request)
    const { user, system } = process.cpuUsage(before)
    if (round >= 0) rounds.push((user + system) / REQUESTS)
  }
}
report()

/** The requests of the whole app, with a session that the store has. */
async function addWholeApps() {
  const express5 = { session: expressSession, upload: multer, view: 'page.ejs', log: 'layers' }
  const own = {
    session: ownSession,
    upload: await load('upload'),
    view: 'page.html',
    log: 'layers',
  }
  const server = chain()
  const apps = {
    node: (req, res) => server.emit('request', req, res),
    express: wholeApp(express, express5),
    tokkyu: wholeApp(tokkyu, express5).engine('ejs', ejs.renderFile),
    own: wholeApp(tokkyu, own),
  }
  for (const [kind, request] of Object.entries(requests)) {
    const name = `the app: ${request.name}`
    if (!isWanted(name)) continue
    for (const [host, handle] of Object.entries(apps)) {
      const first = await ask(handle, requests.session)
      const cookie = [first.getHeader('Set-Cookie')].flat()[0].split(';')[0]
      const headers = { ...request.headers, cookie }
      const answer = await ask(handle, { ...request, headers })
      if (answer.statusCode !== 200)
        throw new Error(`${host} answers ${answer.statusCode} to ${kind}`)
      cases.push({ name, host, handle, request: { ...request, headers }, rounds: [] })
    }
  }
}

/** The lower quarter of the rounds: what else the machine does only ever adds. */
function figure({ rounds }) {
  return quantile(rounds, 0.25)
}

function report() {
  const bases = cases.filter(({ name }) => name === 'none')
  const table = {}
  for (const each of cases) {
    const isPart = each.name !== 'none' && !each.name.startsWith('the app')
    const base = isPart ? figure(bases.find(({ host }) => host === each.host)) : 0
    table[each.name] ??= {}
    table[each.name][each.host] = Math.round((figure(each) - base) * 100) / 100
  }
  console.log(process.version)
  console.table(table)
}
