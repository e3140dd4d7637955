// What clients do with the parts that the game does not have.
import http2 from 'node:http2'
import { once } from 'node:events'

import WebSocket from 'ws'

import { formWith } from './client.mjs'

const GOING_AWAY = 1001

export const journeys = { count, parse, read, follow, send, echo, fail }

/** A session in Redis counts, one request after the other. */
async function count(visitor) {
  const { memory } = visitor
  for (let n = 0; n < 3; n++) {
    memory.count = (memory.count ?? 0) + 1
    const want = memory.count
    // oxlint-disable-next-line no-await-in-loop -- a session counts
    await visitor.ask('/count', {
      expect: ({ text }) => (JSON.parse(text).count === want ? '' : `not ${want}`),
    })
  }
}

async function parse(visitor) {
  const json = { list: Array.from({ length: 50 }, (_, n) => ({ n, text: 'täxt' })) }
  const same = ({ text }) => (text === JSON.stringify(json) ? '' : 'another value')
  await visitor.ask('/json', { method: 'POST', json, expect: same })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = 'name=Ada&tag=one&tag=two'
  await visitor.ask('/form', {
    method: 'POST',
    headers,
    body,
    expect: ({ text }) => (text === '{"name":"Ada","tag":["one","two"]}' ? '' : 'another form'),
  })
}

async function read(visitor) {
  await visitor.ask('/bytes', {
    expect: ({ bytes }) => (bytes.length === 262_144 ? '' : `${bytes.length} bytes`),
  })
  const headers = { range: 'bytes=3-12' }
  await visitor.ask('/file', {
    headers,
    status: 206,
    expect: ({ bytes }) => (bytes.length === 10 ? '' : `${bytes.length} bytes`),
    what: 'GET /file, a range',
  })
  await visitor.abandon('/bytes', { bytes: 1 })
}

function hasSevenEvents({ text }) {
  return text.match(/^data:/gm)?.length === 7 ? '' : 'other events'
}

async function follow(visitor) {
  await visitor.ask('/events', { headers: { 'last-event-id': '3' }, expect: hasSevenEvents })
  await visitor.abandon('/ticks', { bytes: 400 })
}

async function send(visitor) {
  const form = formWith('file', 'a.bin', 'application/octet-stream', Buffer.alloc(100_000, 'a'))
  await visitor.ask('/upload', {
    method: 'POST',
    ...form,
    expect: ({ text }) => (text === '{"size":100000}' ? '' : 'another size'),
  })
  const length = { 'content-length': String(form.body.length) }
  const half = form.body.subarray(0, 50_000)
  await visitor.abandon('/upload', {
    method: 'POST',
    headers: { ...form.headers, ...length },
    body: half,
    bytes: 0,
  })
}

async function echo(visitor) {
  const socket = new WebSocket(new URL('/echo', visitor.origin.replace('http', 'ws')))
  const closed = once(socket, 'close')
  await once(socket, 'open')
  for (let n = 0; n < 10; n++) {
    const message = 'x'.repeat(n * 1000)
    const answer = once(socket, 'message')
    socket.send(message)
    // oxlint-disable-next-line no-await-in-loop -- each is answered
    const [bytes] = await Promise.race([answer, closed])
    // A worker that is replaced says goodbye.
    if (bytes === GOING_AWAY) return visitor.count('WS /echo, the server goes')
    if (String(bytes) !== message) throw new Error(`WS /echo: ${String(bytes).slice(0, 20)}`)
  }
  // One half of them says goodbye, the other is cut off.
  if (Math.random() < 0.5) socket.close()
  else socket.terminate()
  await closed
  return visitor.count('WS /echo')
}

async function fail(visitor) {
  await visitor.ask('/failing', { status: 418 })
  await visitor.ask('/nowhere', { status: 404 })
}

/** Several streams of one connection over HTTP/2, of which one is given up. */
export async function multiplex(origin, tally) {
  const session = http2.connect(origin)
  try {
    await once(session, 'connect')
    const json = JSON.stringify({ over: 2 })
    const answers = await Promise.all([
      stream(session, { ':path': '/bytes' }),
      stream(session, { ':path': '/file', range: 'bytes=0-9' }),
      stream(session, { ':path': '/events' }),
      stream(
        session,
        { ':path': '/json', ':method': 'POST', 'content-type': 'application/json' },
        json,
      ),
      stream(session, { ':path': '/nowhere' }),
      givenUp(session),
    ])
    const seen = answers.map((answer) => (answer ? `${answer.status} ${answer.length}` : ''))
    const want = ['200 262144', '206 10', '200', `200 ${json.length}`, '404', undefined]
    for (const [at, text] of want.entries())
      if (text !== undefined && !seen[at].startsWith(text))
        throw new Error(`HTTP/2: ${seen[at]} and not ${text}`)
    tally.count('HTTP/2, six streams')
  } finally {
    session.close()
    await once(session, 'close')
  }
}

async function stream(session, headers, body) {
  const request = session.request(headers, { endStream: body === undefined })
  const response = once(request, 'response')
  if (body !== undefined) request.end(body)
  const [{ ':status': status }] = await response
  let length = 0
  for await (const chunk of request) length += chunk.length
  return { status, length }
}

async function givenUp(session) {
  const request = session.request({ ':path': '/ticks' })
  await once(request, 'data')
  request.close(http2.constants.NGHTTP2_CANCEL)
  await once(request, 'close')
}
