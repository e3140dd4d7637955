// CPU a request costs the server, next to a bare node:http server that reads and does not parse, and
// to npm's multer. `node packages/upload/bench/run.mjs [rounds]` after `tsc -b`.
//
// Every subject is a process of its own under the same load; they take turns, so that what else the
// machine does hits all of them. The figure is user + system CPU time from process.cpuUsage().
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { Agent, createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import { cpus, tmpdir } from 'node:os'
import { mkdtempSync, readdirSync, rmSync, unlink } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const BOUNDARY = '----bench0123456789abcdef'
const floor = 'node:http, not parsing'
const plain = ['@tokkyu/upload', 'multer']
const scenarios = {
  'a file of 1 MiB, to memory': {
    body: () => fileForm(1024 * 1024),
    count: 200,
    subjects: [
      ...plain,
      '@tokkyu/upload on @tokkyu/core',
      'multer on @tokkyu/core',
      'multer on express',
    ],
  },
  'a file of 1 MiB, to disk': { body: () => fileForm(1024 * 1024), count: 80, disk: true },
  'a file of 16 KiB and 4 fields': { body: () => mixedForm(), count: 600 },
  '100 fields': { body: () => fieldForm(100), count: 250 },
}

if (process.send) await serve(...process.argv.slice(2))
else await compare(Number(process.argv[2] ?? 5))

async function compare(rounds) {
  console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}, ${rounds} rounds`)
  for (const [name, { body, count, disk, subjects: parsers = plain }] of Object.entries(
    scenarios,
  )) {
    const sent = body()
    const subjects = [floor, ...parsers]
    const servers = await Promise.all(subjects.map((subject) => start(subject, disk)))
    const answers = await Promise.all(
      servers.slice(1).map(({ port }) => send(port, sent, '/check')),
    )
    if (new Set(answers).size !== 1) throw new Error(`${name}: not the same: ${answers.join(' ')}`)
    const costs = subjects.map(() => [])
    for (let round = -1; round < rounds; round++) {
      for (const [at, server] of servers.entries()) {
        // The first round is not counted, and long: a server compiles its code once, not all day.
        const cost = await measure(server, sent, round < 0 ? 4 * count : count)
        if (round >= 0) costs[at].push(cost)
      }
    }
    for (const { child } of servers) child.kill()
    const [bare] = costs.map(median)
    console.log(`\n${name}`)
    for (const [at, subject] of subjects.entries()) {
      const cost = median(costs[at])
      const milliseconds = (cost / 1000).toFixed(3)
      console.log(`  ${subject.padEnd(32)} ${milliseconds} ms  ${(cost / bare).toFixed(2)}`)
    }
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function start(subject, disk) {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.url), [subject, disk ? 'disk' : 'memory'])
    child.once('message', ({ port }) => resolve({ child, port }))
  })
}

/** Microseconds of CPU per request. */
async function measure({ child, port }, body, count) {
  const before = await cpuOf(child)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  let left = count
  const worker = async () => {
    while (left-- > 0) await send(port, body, '/', agent)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  agent.destroy()
  return ((await cpuOf(child)) - before) / count
}

function cpuOf(child) {
  return new Promise((resolve) => {
    child.once('message', ({ cpu }) => resolve(cpu))
    child.send('cpu')
  })
}

function send(port, body, path, agent) {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
      'Content-Length': body.length,
    }
    const req = request({ port, host: '127.0.0.1', path, method: 'POST', agent, headers })
    req.on('error', reject).on('response', (res) => {
      let text = ''
      res.setEncoding('latin1').on('data', (chunk) => (text += chunk))
      res.on('end', () => (res.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    })
    req.end(body)
  })
}

async function serve(subject, where) {
  const folder = mkdtempSync(join(tmpdir(), 'upload-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  process.on('disconnect', () => process.exit())
  process.on('SIGTERM', () => process.exit())
  const server = createServer(subject === floor ? readOnly : parsing(subject, where, folder))
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send({ cpu: user + system })
  })
}

function readOnly(req, res) {
  let size = 0
  req.on('data', (chunk) => (size += chunk.length)).on('end', () => res.end(String(size)))
}

function parsing(subject, where, folder) {
  const [parser, framework] = subject.split(' on ')
  const make = parser === 'multer' ? require('multer') : require('../entry/index.cjs')
  const middleware = make(where === 'disk' ? { dest: folder } : {}).any()
  if (framework === undefined) return (req, res) => middleware(req, res, answer(req, res, folder))
  const express = require(framework === 'express' ? 'express' : '../../core/entry/index.cjs')
  return express().post('*path', middleware, (req, res) => answer(req, res, folder)())
}

function answer(req, res, folder) {
  return (error) => {
    if (error) res.writeHead(500).end(error.message)
    else if (req.url === '/check') res.end(digest(req, folder))
    else res.end(String(req.files.length))
    for (const { path } of req.files ?? []) if (path) unlink(path, () => {})
  }
}

/** All must have read the same. */
function digest(req, folder) {
  const files = req.files.map(({ fieldname, originalname, mimetype, size, buffer }) => ({
    fieldname,
    originalname,
    mimetype,
    size,
    hash: buffer && createHash('sha256').update(buffer).digest('hex'),
  }))
  return JSON.stringify({ body: req.body, files, stored: readdirSync(folder).length })
}

function fileForm(size) {
  return form([{ name: 'file', filename: 'f.bin', body: noise(size) }])
}

function mixedForm() {
  const fields = ['title', 'text', 'place', 'date'].map((name) => ({ name, body: 'value' }))
  return form([...fields, { name: 'file', filename: 'f.bin', body: noise(16 * 1024) }])
}

function fieldForm(count) {
  return form(Array.from({ length: count }, (_, i) => ({ name: `field${i}`, body: `value ${i}` })))
}

function form(parts) {
  const pieces = parts.flatMap(({ name, filename, body }) => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`,
    filename ? `; filename="${filename}"\r\nContent-Type: application/octet-stream` : '',
    '\r\n\r\n',
    body,
    '\r\n',
  ])
  return Buffer.concat([...pieces, `--${BOUNDARY}--\r\n`].map((piece) => Buffer.from(piece)))
}

/** The same bytes in every run, without a pattern a search could profit from. */
function noise(size) {
  const bytes = Buffer.alloc(size)
  let state = 42
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}
