// What `app.ws` costs beside the package `ws` alone: server CPU for a message that is echoed, memory for a
// connection that says nothing (what lives after a collection, and what the system has given), CPU for a
// handshake. Each subject is a process of its own; their turns
// alternate, and what is printed are medians of ratios.
//
//   node packages/core/bench/web-socket.mjs [rounds] [connections]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'

const load = createRequire(import.meta.url)
const self = fileURLToPath(import.meta.url)

const SUBJECTS = ['ws', 'app', 'app with session']
const MESSAGES = 100_000

if (process.argv[2] === 'serve') serve(process.argv[3])
else await measure(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 10_000))

function serve(subject) {
  const server = subject === 'ws' ? bare() : app(subject === 'app with session')
  server.listen(0, '127.0.0.1', 4096, () => process.send({ port: server.address().port }))
  process.on('message', () => {
    globalThis.gc()
    globalThis.gc()
    const { rss, heapUsed, external } = process.memoryUsage()
    process.send({ cpu: process.cpuUsage(), rss, living: heapUsed + external })
  })
}

/** As the package's own documentation has it. */
function bare() {
  const { WebSocketServer } = load('ws')
  const server = createServer((_req, res) => res.end())
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('error', console.error)
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  return server
}

function app(hasSession) {
  const express = load('@tokkyu/core')
  const made = express()
  if (hasSession) made.use(load('@tokkyu/session')({ secret: 'a secret that is long enough' }))
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
    for (const what of ['echo', 'memory', 'rss', 'upgrade']) {
      const ratios = results.map((result) => result[subject][what] / result.ws[what])
      console.log(`${subject}: ${what} ${median(ratios).toFixed(2)} of bare ws`)
    }
  }
}

async function run(subject, connections) {
  const child = fork(self, ['serve', subject], { execArgv: ['--expose-gc'] })
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
    return {
      echo: micros(before, echoed) / MESSAGES,
      upgrade: micros(empty, full) / connections,
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

async function open(port) {
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  const [head] = await once(socket, 'data')
  if (!head.toString().startsWith('HTTP/1.1 101')) throw new Error(head.toString())
  return socket
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
