// Sessions in Redis and Memcached: CPU time of the server for each request, in rounds that take turns.
//   npx -y pnpm@10.34.9 build && node packages/session/bench/shared-stores.mjs [rounds]
// Wants redis-server and memcached on PATH; it starts and ends them itself.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { connect } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'

import { redisStoreTimes, sharedBytes } from './stores.mjs'

const rounds = Number(process.argv[2] ?? 9)
const REQUESTS = 3000
const CONNECTIONS = 16
const SUBJECTS = {
  client: "node:http, the client's GET and SET",
  'by hand': "session() and MemoryStore on @tokkyu/core, the client's GET and SET beside it",
  'ours on node:http': 'session() and RedisStore on node:http',
  'ours on core': 'session() and RedisStore on @tokkyu/core',
  'peers on Express': 'express-session and connect-redis on Express',
}

const folder = mkdtempSync(path.join(tmpdir(), 'session-bench-'))
const socket = path.join(folder, 'redis.sock')
const memcachedPort = await freePort()
const servers = [
  spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder]),
  spawn('memcached', ['-l', '127.0.0.1', '-p', `${memcachedPort}`, '-u', 'nobody', '-m', '512']),
]
process.on('exit', () => {
  for (const server of servers) server.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})
await Promise.all([reachable(socket), reachable(memcachedPort)])

console.log(`${cpus()[0].model} × ${cpus().length}, Node ${process.version}, ${rounds} rounds\n`)
for (const client of ['ioredis', 'node-redis']) {
  const subjects = await Promise.all(Object.keys(SUBJECTS).map((subject) => start(subject, client)))
  const answers = await Promise.all(subjects.map(({ visit }) => visit()))
  if (new Set(answers).size !== 1) throw new Error(`answers differ: ${answers.join(' | ')}`)
  const times = subjects.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [at, subject] of subjects.entries()) {
      const time = await subject.round()
      if (round > 0) times[at].push(time) // the first warms up
    }
  }
  const medians = times.map((list) => list.toSorted((a, b) => a - b)[list.length >> 1])
  const [floor, byHand, , ours, peers] = medians
  console.log(`Redis by ${client}: one session read, changed and stored in each request`)
  console.table(
    Object.fromEntries(
      Object.values(SUBJECTS).map((name, at) => [
        name,
        {
          'CPU µs a request': Math.round(medians[at]),
          'of GET and SET': ratio(medians[at], floor),
        },
      ]),
    ),
  )
  console.log(
    `Ours take ${ratio(ours, byHand)} × what takes the commands by hand beside sessions in memory;`,
  )
  console.log(`express-session and connect-redis on Express take ${ratio(peers, ours)} × ours\n`)
  for (const { close } of subjects) close()
}

console.log("The store by itself: get, and set by version, against the client's GET and SET")
console.table(await redisStoreTimes(socket, rounds))
console.log(
  'Bytes that a session of a user, a number and a list takes in the server, its key and all else',
)
console.table(await sharedBytes(socket, memcachedPort))
process.exit()

/** A server in a process of its own, and what it does. */
async function start(subject, client) {
  const child = fork(new URL('shared-stores.subject.mjs', import.meta.url), [
    subject,
    client,
    socket,
  ])
  const [port] = await once(child, 'message')
  const cpuTime = async () => {
    child.send('cpu')
    const [time] = await once(child, 'message')
    return time
  }
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const cookies = []
  const visit = (n = 0) =>
    new Promise((resolve, reject) => {
      const headers = cookies[n] ? { cookie: cookies[n] } : {}
      http
        .get({ port, host: '127.0.0.1', agent, headers, path: `/${n}` }, (res) => {
          cookies[n] ??= res.headers['set-cookie']?.[0].split(';', 1)[0]
          let text = ''
          res.setEncoding('utf8').on('data', (chunk) => {
            text += chunk
          })
          res.on('end', () => (res.statusCode === 200 ? resolve(text) : reject(new Error(text))))
        })
        .on('error', reject)
    })
  return {
    visit,
    close: () => child.kill(),
    async round() {
      const before = await cpuTime()
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async (_, n) => {
          for (let left = REQUESTS / CONNECTIONS; left > 0; left--) await visit(n)
        }),
      )
      return ((await cpuTime()) - before) / REQUESTS
    },
  }
}

async function reachable(address) {
  for (;;) {
    const open = await new Promise((resolve) => {
      const probe = connect(address, () => resolve(true)).on('error', () => resolve(false))
      probe.on('connect', () => probe.destroy())
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function freePort() {
  const server = http.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

function ratio(mine, other) {
  return Math.round((mine / other) * 100) / 100
}
