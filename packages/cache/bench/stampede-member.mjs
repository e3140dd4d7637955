// One process of a stampede: it asks itself, by function or by HTTP, and says how long each request took.
import { once } from 'node:events'
import http from 'node:http'
import { memoize, memoryStore, redisStore, responseCache } from '@tokkyu/cache'
import { Redis } from 'ioredis'

const [socket] = process.argv.slice(2)
const CALL = 50
let calls = 0
const query = async (key) => {
  calls++
  await new Promise((resolve) => setTimeout(resolve, CALL))
  return `row ${key}`
}

const store = socket ? redisStore(new Redis(socket).on('error', () => {})) : memoryStore()
const row = memoize(query, { ttl: 60_000, store })
const pages = responseCache({ store, ttl: 60_000 })
const server = http.createServer((req, res) =>
  pages(req, res, async () => res.end(await query(req.url))),
)
// A connection that is closed for being idle may be one that is just used.
server.keepAliveTimeout = 0
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address()
const agent = new http.Agent({ keepAlive: true })

const ways = {
  'a function': row,
  'a page': async (key) => {
    const request = http.get({ port, agent, path: `/${key}`, headers: { host: 'a.example' } })
    const [response] = await once(request, 'response')
    await once(response.resume(), 'end')
  },
}

process.on('message', async ({ way, key, count, over }) => {
  calls = 0
  const times = []
  const begun = performance.now()
  const asked = []
  while (asked.length < count) {
    const passed = Math.min(1, (performance.now() - begun + 5) / over)
    while (asked.length < count * passed) {
      const start = performance.now()
      asked.push(ways[way](key).then(() => times.push(performance.now() - start)))
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await Promise.all(asked)
  process.send({ times, calls })
})
process.on('disconnect', () => process.exit())
process.send({ ready: true })
