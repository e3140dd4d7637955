// The floor: the best server that we know to write by hand on node:http for each scenario, with no
// framework's comforts. What each does not do that a framework does is said beside it.
import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream, stat } from 'node:fs'
import path from 'node:path'

import { files, greeting, rows } from '../scenarios.mjs'

/**
 * Not imported: on Node 24 a module that imports node:http reads each of its names, and with the one of
 * WebSocket all of undici. That takes 30 ms of CPU at the start, and 3 MB of heap that each collection marks.
 */
const { createServer } = process.getBuiltinModule('node:http')

/**
 * One `writeHead` with an object: node writes it straight into the head, where `setHeader` fills a table
 * that is read again. A length is named, as otherwise node counts it or sends chunks.
 */
function answer(res, type, body) {
  res.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
  res.end(body)
}
const json = (res, value) => answer(res, 'application/json; charset=utf-8', JSON.stringify(value))

/** A body of one chunk, which is what short ones are, is not copied together. */
const body = (req, then) => {
  const chunks = []
  req
    .on('data', (chunk) => chunks.push(chunk))
    .on('end', () => then((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString()))
}

/** Most values have nothing to escape: a test is cheaper than a replacement that finds nothing. */
const escape = (value) => {
  const text = String(value)
  return SPECIAL.test(text) ? text.replace(SPECIALS, (c) => ENTITY[c]) : text
}
const SPECIAL = /[&<>]/
const SPECIALS = /[&<>]/g
const ENTITY = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** One string that grows, which V8 keeps as a rope: no array of rows to join. */
const page = () => {
  let html = '<table>\n'
  for (const { id, name, mail, note } of rows)
    html += `<tr><td>${escape(id)}</td><td>${escape(name)}</td><td>${escape(mail)}</td><td>${escape(note)}</td></tr>\n`
  return `${html}</table>\n`
}
let n = 0

export const apps = {
  s1: () => createServer((req, res) => answer(res, 'text/html; charset=utf-8', 'Hello, World!')),
  s2: () => createServer((req, res) => json(res, greeting())),
  s2u: () => createServer((req, res) => json(res, { ...greeting(), n: n++ })),
  s3: () =>
    createServer((req, res) => {
      const mark = req.url.indexOf('?') // no pattern, no decoding
      const [, , id, , book] = req.url.slice(0, mark).split('/')
      json(res, { id, book, x: req.url.slice(mark + '?x='.length) })
    }),
  s4: () =>
    createServer((req, res) => {
      const [, , , , id, , item] = req.url.split('/') // 99 routes less to look at
      json(res, { id, item })
    }),
  s5: () => apps.s2(), // no middlewares at all
  s6: () => createServer((req, res) => body(req, (text) => json(res, JSON.parse(text)))), // no limit, no charset
  s7: () => createServer((req, res) => answer(res, 'text/html; charset=utf-8', page())), // no view to look up
  s8: () => createServer(stream), // no decoding, no range
  s8b: () => createServer(stream),
  s9: () => createServer(session), // no expiry, no attributes, no rolling
  s10: () =>
    createServer((req, res) => {
      req.on('data', () => {}).on('end', () => json(res, { size: 1048576 })) // nothing parsed
    }),
}

/** Stat and stream for each request, as the middlewares that serve files do: nothing is kept. */
function stream(req, res) {
  const file = path.join(files, req.url)
  stat(file, (error, { size, mtimeMs }) => {
    const etag = `W/"${size.toString(16)}-${mtimeMs.toString(16)}"`
    if (req.headers['if-none-match'] === etag) {
      res.writeHead(304, { ETag: etag }).end()
      return
    }
    res.writeHead(200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': size,
      ETag: etag,
    })
    createReadStream(file).pipe(res)
  })
}

/** The key is made once: OpenSSL would otherwise make one of the text for each signature. */
const secret = createSecretKey('a secret of the bench', 'utf8')
const sign = (id) => createHmac('sha256', secret).update(id).digest('base64url')
const store = new Map()
function session(req, res) {
  const [, id, mac] = /sid=([^.]+)\.([^;]+)/.exec(req.headers.cookie ?? '') ?? []
  const known =
    id &&
    mac.length === 43 &&
    timingSafeEqual(Buffer.from(mac), Buffer.from(sign(id))) &&
    store.get(id)
  const data = known ? JSON.parse(known) : { n: 0 }
  data.n++
  const key = known ? id : randomBytes(18).toString('base64url')
  store.set(key, JSON.stringify(data))
  if (!known) res.setHeader('Set-Cookie', `sid=${key}.${sign(key)}; Path=/; HttpOnly`)
  json(res, { n: data.n })
}
