// One process of several that share a store, or none. It asks its parent, who is the database, and is told
// by it what to ask: `{ burst: { by, key, count, over } }`. It says what became of all requests of a burst.
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import { memoize, memoryStore, redisStore, responseCache } from '@tokkyu/cache'
import { Redis } from 'ioredis'
import { createClient } from 'redis'

const { folder, redis, client, ...options } = JSON.parse(process.argv[2])
const queries = new Map()
let lastQuery = 0

const askDatabase = (key) =>
  new Promise((resolve, reject) => {
    queries.set(++lastQuery, { resolve, reject })
    process.send({ query: lastQuery, key })
  })

const store = redis === undefined ? memoryStore() : redisStore(await connect())
const row = memoize(askDatabase, { ...options, store, ttl: ({ ttl }) => ttl, jitter: 0 })
const pages = responseCache({ ...options, store })
const server = http.createServer((req, res) => {
  pages(req, res, async (error) => {
    try {
      if (error) throw error
      const { text, ttl } = await askDatabase(req.url.slice(1))
      res.writeHead(200, { 'Cache-Control': `s-maxage=${ttl / 1000}` }).end(text)
    } catch (failure) {
      res.writeHead(500).end(failure.message)
    }
  })
})
const socketPath = path.join(folder, `${process.pid}.sock`)
await once(server.listen(socketPath), 'listening')
// Fewer than may wait to be accepted on a socket that is busy.
const agent = new http.Agent({ keepAlive: true, maxSockets: 250 })

const ways = {
  memoize: async (key) => (await row(key)).text,
  http: async (key) => {
    const request = http.get({ socketPath, agent, path: `/${key}`, headers: { host: 'a.example' } })
    const [response] = await once(request, 'response')
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk
    if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${text}`)
    return text
  },
}

process.on('message', ({ answer, failure, value, burst: asked }) => {
  if (answer) queries.get(answer)?.resolve(value)
  else if (failure) queries.get(failure)?.reject(new Error('the database is down'))
  else void burst(asked)
})
// Whoever started it may be killed, too.
process.on('disconnect', () => process.exit())
process.send({ ready: true })

async function connect() {
  if (client === 'ioredis') return new Redis(redis).on('error', () => {})
  return createClient({ socket: { path: redis, tls: false } })
    .on('error', () => {})
    .connect()
}

/** Asks `count` times, spread evenly over so many milliseconds. */
async function burst({ by, key, count, over }) {
  const begun = performance.now()
  const asked = []
  while (asked.length < count) {
    const passed = over === 0 ? 1 : Math.min(1, (performance.now() - begun + 10) / over)
    while (asked.length < count * passed) asked.push(ways[by](key))
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const outcomes = await Promise.allSettled(asked)
  const texts = {}
  for (const { status, value, reason } of outcomes) {
    const text = status === 'fulfilled' ? value : `failed: ${reason.message}`
    texts[text] = (texts[text] ?? 0) + 1
  }
  process.send({ done: texts })
}
