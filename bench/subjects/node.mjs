// Bare node:http: the floor. It does less than a framework, and each scenario says what it leaves out.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream, stat } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'

import { files, greeting, rows } from '../scenarios.mjs'

function answer(res, type, body) {
  res.setHeader('Content-Type', type)
  res.setHeader('Content-Length', Buffer.byteLength(body))
  res.end(body)
}
const json = (res, value) => answer(res, 'application/json; charset=utf-8', JSON.stringify(value))
const body = (req, then) => {
  const chunks = []
  req.on('data', (chunk) => chunks.push(chunk)).on('end', () => then(Buffer.concat(chunks)))
}
const escape = (value) =>
  String(value).replace(/[&<>]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : '&gt;'))
const page = () =>
  `<table>\n${rows.map((row) => `<tr><td>${escape(row.id)}</td><td>${escape(row.name)}</td><td>${escape(row.mail)}</td><td>${escape(row.note)}</td></tr>\n`).join('')}</table>\n`
let n = 0

export const apps = {
  s1: () => createServer((req, res) => answer(res, 'text/html; charset=utf-8', 'Hello, World!')),
  s2: () => createServer((req, res) => json(res, greeting())),
  s2u: () => createServer((req, res) => json(res, { ...greeting(), n: n++ })),
  s3: () =>
    createServer((req, res) => {
      const [, id, book, x] = /^\/users\/([^/]+)\/books\/([^/?]+)\?x=(.*)$/.exec(req.url)
      json(res, { id, book, x })
    }),
  s4: () =>
    createServer((req, res) => {
      const [, , , , id, , item] = req.url.split('/')
      json(res, { id, item })
    }),
  s5: () => apps.s2(), // no middlewares at all
  s6: () =>
    createServer((req, res) => body(req, (bytes) => json(res, JSON.parse(bytes.toString())))),
  s7: () => createServer((req, res) => answer(res, 'text/html; charset=utf-8', page())), // a literal, no look-up
  s8: () => createServer(stream), // no decoding, no range
  s8b: () => createServer(stream),
  s9: () => createServer(session), // no expiry, no attributes, no rolling
  s10: () =>
    createServer((req, res) => {
      req.on('data', () => {}).on('end', () => json(res, { size: 1048576 }))
    }), // nothing parsed
}

function stream(req, res) {
  const file = path.join(files, req.url)
  stat(file, (error, { size, mtime }) => {
    const etag = `W/"${size.toString(16)}-${mtime.getTime().toString(16)}"`
    res.setHeader('ETag', etag)
    if (req.headers['if-none-match'] === etag) {
      res.writeHead(304).end()
      return
    }
    res.setHeader('Content-Type', 'text/plain; charset=utf-8')
    res.setHeader('Content-Length', size)
    createReadStream(file).pipe(res)
  })
}

const secret = 'a secret of the bench'
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
