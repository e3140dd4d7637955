// What `app.ws` costs beside the package `ws` alone: server CPU for a message that is echoed, memory for a
// connection that says nothing (what lives after a collection, and what the system has given), CPU for a
// handshake, of a client that is new and of one that brings its cookie. `ws` with the work of a session done by
// hand (read and check the cookie, look it up or store a new one, sign, set the cookie) stands beside those with
// a session. Each subject is a process of its own in production; their turns alternate, and what is printed are
// medians of ratios, and for handshakes the ratio of the smallest figures.
//
//   node packages/core/bench/web-socket.mjs [rounds] [connections]
import { fork } from 'node:child_process'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'

const load = createRequire(import.meta.url)
const self = fileURLToPath(import.meta.url)

const SUBJECTS = ['ws', 'ws, session by hand', 'app', 'app with session']
const SECRET = 'a secret that is long enough'
const MESSAGES = 100_000

if (process.argv[2] === 'serve') serve(process.argv[3])
else await measure(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 10_000))

function serve(subject) {
  const hasSession = subject.includes('session')
  const server = subject.startsWith('ws') ? bare(hasSession) : app(hasSession)
  server.listen(0, '127.0.0.1', 4096, () => process.send({ port: server.address().port }))
  process.on('message', () => {
    globalThis.gc()
    globalThis.gc()
    const { rss, heapUsed, external } = process.memoryUsage()
    process.send({ cpu: process.cpuUsage(), rss, living: heapUsed + external })
  })
}

/** As the package's own documentation has it. */
function bare(hasSession) {
  const { WebSocketServer } = load('ws')
  const server = createServer((_req, res) => res.end())
  const sockets = new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('error', console.error)
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  if (hasSession) sockets.on('headers', sessionByHand())
  return server
}

function sessionByHand() {
  const store = new Map()
  const sign = (id) => createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '')
  const isSigned = (id, signature) => {
    const [given, own] = [Buffer.from(signature), Buffer.from(sign(id))]
    return given.length === own.length && timingSafeEqual(given, own)
  }
  return (headers, req) => {
    const found = /(?:^|; *)sid=([^;]+)/.exec(req.headers.cookie ?? '')
    if (found) {
      const [id, signature] = decodeURIComponent(found[1]).split('.')
      if (isSigned(id, signature)) req.session = JSON.parse(store.get(id))
      return
    }
    const id = randomBytes(24).toString('base64url')
    req.session = { cookie: { path: '/', httpOnly: true, originalMaxAge: null, expires: null } }
    store.set(id, JSON.stringify(req.session))
    const value = encodeURIComponent(`${id}.${sign(id)}`)
    headers.push(`Set-Cookie: sid=${value}; Path=/; HttpOnly`)
  }
}

function app(hasSession) {
  const express = load('@tokkyu/core')
  const made = express()
  if (hasSession) made.use(load('@tokkyu/session')({ secret: SECRET }))
  const limits = { maxConnections: 1_000_000, maxConnectionsPerAddress: 1_000_000 }
  made.ws('/', limits, (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  return made.attach(createServer(made))
}

async function measure(rounds, connections) {
  const results = []
  for (let round = 0; round < rounds; round++) {
    const result = {}
    for (const subject of round % 2 ? SUBJECTS.toReversed() : SUBJECTS) {
      result[subject] = await run(subject, connections)
    }
    results.push(result)
    console.log(`round ${round + 1}`, JSON.stringify(result))
  }
  for (const subject of SUBJECTS.slice(1)) {
    for (const what of ['echo', 'memory', 'rss', 'upgrade', 'return']) {
      console.log(`${subject}: ${what} ${ratio(results, subject, 'ws', what)} of bare ws`)
    }
  }
  for (const what of ['upgrade', 'return']) {
    const found = ratio(results, 'app with session', 'ws, session by hand', what)
    console.log(`app with session: ${what} ${found} of ws with the session by hand`)
  }
}

function ratio(results, subject, other, what) {
  const ratios = results.map((result) => result[subject][what] / result[other][what])
  const least = (name) => Math.min(...results.map((result) => result[name][what]))
  return `${median(ratios).toFixed(2)} (least by least ${(least(subject) / least(other)).toFixed(2)})`
}

async function run(subject, connections) {
  const child = fork(self, ['serve', subject], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const [{ port }] = await once(child, 'message')
  const ask = async () => {
    child.send('figures')
    const [figures] = await once(child, 'message')
    return figures
  }
  try {
    const warm = await Promise.all(Array.from({ length: 10 }, () => open(port)))
    await echo(warm, MESSAGES)
    const before = await ask()
    await echo(warm, MESSAGES)
    const echoed = await ask()
    for (const each of warm) each.destroy()
    for (let at = 0; at < 1000; at += 100) {
      const some = await Promise.all(Array.from({ length: 100 }, () => open(port)))
      for (const each of some) each.destroy()
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
    const empty = await ask()
    const idle = []
    while (idle.length < connections) {
      idle.push(...(await Promise.all(Array.from({ length: 100 }, () => open(port)))))
    }
    const full = await ask()
    for (const each of idle) each.destroy()
    await new Promise((resolve) => setTimeout(resolve, 200))
    const [cookie, known] = [await cookieFrom(port), await ask()]
    for (let opened = 0; opened < connections; opened += 100) {
      const some = await Promise.all(Array.from({ length: 100 }, () => open(port, cookie)))
      for (const each of some) each.destroy()
    }
    const returned = await ask()
    return {
      echo: micros(before, echoed) / MESSAGES,
      upgrade: micros(empty, full) / connections,
      return: micros(known, returned) / connections,
      memory: (full.living - empty.living) / 1024 / connections,
      rss: (full.rss - empty.rss) / 1024 / connections,
    }
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

function micros(from, to) {
  return to.cpu.user + to.cpu.system - from.cpu.user - from.cpu.system
}

async function open(port, cookie) {
  const { socket } = await handshake(port, cookie)
  return socket
}

/** The cookie that a new client gets; undefined from a server without sessions. */
async function cookieFrom(port) {
  const { socket, head } = await handshake(port)
  socket.destroy()
  return /^set-cookie: ([^;]+)/im.exec(head)?.[1]
}

async function handshake(port, cookie) {
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      `${cookie ? `Cookie: ${cookie}\r\n` : ''}\r\n`,
  )
  const [bytes] = await once(socket, 'data')
  const head = bytes.toString('latin1')
  if (!head.startsWith('HTTP/1.1 101')) throw new Error(head)
  return { socket, head }
}

/** 64 bytes, ten in flight on each of the connections, as fast as they come back. */
async function echo(sockets, count) {
  const message = Buffer.concat([Buffer.from([0x82, 0xc0, 0, 0, 0, 0]), Buffer.alloc(64, 'x')])
  const answerSize = 66
  const each = count / sockets.length
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise((resolve) => {
          let sent = 0
          let bytes = 0
          const send = () => {
            for (let got = Math.floor(bytes / answerSize); sent < each && sent - got < 10; sent++) {
              socket.write(message)
            }
          }
          const heard = (chunk) => {
            bytes += chunk.length
            if (bytes < each * answerSize) return send()
            socket.off('data', heard)
            return resolve()
          }
          socket.on('data', heard)
          send()
        }),
    ),
  )
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
