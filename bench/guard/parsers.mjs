// node parsers.mjs
//
// Prints what each parser of a request costs for hostile input: nanoseconds of CPU per byte, at
// once, twice and four times the size, ours and the peer's, interleaved, at best of many rounds.
// In nanoseconds because one of the two is mostly V8's RegExps, whose instructions an interpreter
// would not count fairly. What is compared is a ratio taken in the same breath.
// With an argument: only the cases that have it in their names.
import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'

import express from '../../packages/core/entry/index.mjs'
import { cookies } from '../../packages/session/entry/index.mjs'
import upload from '../../packages/upload/entry/index.mjs'

const peer = createRequire(new URL('../../conformance/package.json', import.meta.url))
const express5 = peer('express')
const cookieParser = peer('cookie-parser')
const multer = peer('multer')

const SIZES = [3_500, 7_000, 14_000]
const ROUNDS = 12

/** `piece` again and again, up to a size. */
const filled = (piece) => (size) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size)

const target = (before, piece, after = '') => {
  const fill = filled(piece)
  return (size) => ({ url: before + fill(size) + after })
}
const header = (name, before, piece, after = '') => {
  const fill = filled(piece)
  return (size) => ({ url: '/', headers: { [name]: before + fill(size) + after } })
}

/** An app that reads one thing of each request, and then answers. */
const reading = (read) => (make) =>
  make().use((req, res) => {
    read(req)
    res.end()
  })

const withRoutes =
  (...paths) =>
  (make) =>
    paths.reduce((app, path) => app.get(path, (req, res) => res.end()), make())

const ten = (path) => withRoutes(...Array.from({ length: 10 }, (_, i) => `${path}${i}`))

const query = reading((req) => req.query)
const accept = reading((req) => req.accepts(['html', 'json']))
const range = reading((req) => req.range(1_000_000))
const type = reading((req) => req.is('json'))

/** @type {[name: string, build: (make: any) => any, input: (size: number) => any][]} */
const PATHS = [
  ['ten routes /:y-:m-:d/n, dashes', ten('/:y-:m-:d/n'), target('/', 'a-')],
  ['ten routes /:y-:m-:d/n, their end', ten('/:y-:m-:d/n'), target('/', '-', '/n3')],
  ['ten routes /n/:y-:m-:d', ten('/:a/:y-:m-:d.'), target('/a/', 'a-')],
  ['/:a.:b-:c', withRoutes('/:a.:b-:c'), target('/', 'a.-', '/')],
  ['/*a/x/*b', withRoutes('/*a/x/*b/'), target('/', 'x/')],
  ['/:a-*b', withRoutes('/:a-*b-z'), target('/', 'a-')],
  ['/:a/:b', withRoutes('/:a/:b'), target('/', 'a')],
  ['escapes', withRoutes('/:a'), target('/', '%41')],
  ['escapes of escapes', withRoutes('/:a'), target('/', '%%36')],
  ['dot segments', withRoutes('/:a'), target('/', '../a/')],
  ['slashes', withRoutes('/:a'), target('/aaaa', '/./')],
]

const CASES = [
  ...PATHS.map(([name, build, input]) => [`path: ${name}`, build, input]),
  ['query: pairs', query, target('/?', 'a=1&')],
  ['query: escapes', query, target('/?a=', '%41')],
  ['query: brackets', query, target('/?a', '[b]')],
  ['Accept: types', accept, header('accept', '', 'a/b;q=0.1,')],
  ['Accept: parameters', accept, header('accept', 'a/b', ';c="d"')],
  ['Accept: blanks', accept, header('accept', 'a/b', ' ', 'x')],
  ['Range: ranges', range, header('range', 'bytes=', '0-1,')],
  ['Range: blanks', range, header('range', 'bytes=', ' ', 'x')],
  ['content type: parameters', type, header('content-type', 'a/b', ';c="d"')],
  ['content type: blanks', type, header('content-type', 'a/b', ' ', 'x')],
  [
    'cookies: pairs',
    (make) =>
      reading((req) => req.cookies)(() =>
        make().use(make === express ? cookies() : cookieParser()),
      ),
    header('cookie', '', 'a=1;'),
  ],
  [
    'cookies: escapes',
    (make) =>
      reading((req) => req.cookies)(() =>
        make().use(make === express ? cookies() : cookieParser()),
      ),
    header('cookie', 'a=', '%41'),
  ],
  ['multipart: heads', receiving, parts('x: ', 'y')],
  ['multipart: parameters', receiving, parts('content-type: a/b', ';c=d')],
  ['multipart: names', receiving, parts('content-disposition: form-data; name="a"', ';b="\\""')],
]

function receiving(make) {
  const receive = make === express ? upload() : multer()
  return make().use(receive.any(), (req, res) => res.end())
}

/** Many parts with one header each, filled with `piece`. */
function parts(before, piece) {
  const fill = filled(piece)
  return (size) => {
    const head = `content-disposition: form-data; name="a"\r\n${before}${fill(700)}`
    const part = `--x\r\n${head}\r\n\r\n1\r\n`
    const body = Buffer.from(`${part.repeat(Math.ceil(size / part.length))}--x--\r\n`)
    const headers = {
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': String(body.length),
    }
    return { url: '/', method: 'POST', headers, body }
  }
}

async function answer(app, { url, method = 'GET', headers = {}, body }) {
  const req = new IncomingMessage(null)
  Object.assign(req, { method, url, httpVersionMajor: 1, httpVersionMinor: 1, httpVersion: '1.1' })
  Object.assign(req.headers, { host: 'a.test' }, headers)
  req.rawHeaders = Object.entries(req.headers).flat()
  const res = new ServerResponse(req)
  let isOver = false
  res.end = function (...given) {
    isOver = true
    this.emit('answered')
    return ServerResponse.prototype.end.apply(this, given)
  }
  if (body !== undefined) req.push(body)
  req.push(null)
  app(req, res, () => res.end())
  if (!isOver) await once(res, 'answered')
}

/** @returns nanoseconds of CPU per byte. */
async function costOf(app, input, size, times) {
  const start = process.cpuUsage()
  for (let count = 0; count < times; count++) await answer(app, input)
  const { user, system } = process.cpuUsage(start)
  return ((user + system) * 1000) / times / size
}

const found = {}
const only = process.argv[2] ?? ''
for (const [name, build, input] of CASES.filter(([each]) => each.includes(only))) {
  const apps = { ours: build(express), peers: build(express5) }
  found[name] = { ours: [], peers: [] }
  for (const size of SIZES) {
    const best = { ours: Infinity, peers: Infinity }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [who, app] of Object.entries(apps)) {
        const times =
          round < 2 ? 2 : Math.max(2, Math.min(40, Math.floor(3e6 / (best[who] * size))))
        const cost = await costOf(app, input(size), size, times)
        if (round > 1 || round === 0) best[who] = Math.min(best[who], cost)
      }
    }
    for (const who of Object.keys(apps)) found[name][who].push(Number(best[who].toFixed(2)))
  }
}
console.log(JSON.stringify(found))
