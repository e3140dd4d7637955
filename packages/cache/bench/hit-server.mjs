// Sends one page: by bare node:http, from the cache in memory, or from Redis, by the client alone or by the cache.
import { createServer } from 'node:http'
import { memoryStore, redisStore, responseCache } from '@tokkyu/cache'

const [subject, socket, client, size] = process.argv.slice(2)
const body = Buffer.alloc(Number(size), '<p>A page as large as they are. ')
const HEADERS = {
  'X-Powered-By': 'Express',
  'Cache-Control': 'public, max-age=3600',
  'Content-Type': 'text/html; charset=utf-8',
  ETag: 'W/"7d0-abcdefghijklmnopqrstuvwxyz0"',
}
const FIELDS = Object.entries({
  ...HEADERS,
  Date: 'Thu, 26 Nov 2026 12:00:00 GMT',
  'Content-Length': body.length,
  'Cache-Status': 'tokkyu; hit; ttl=3599',
  Age: '1',
})

/** The same bytes and headers as a hit. */
const sendBare = (res, bytes) => {
  for (const [name, value] of FIELDS) res.setHeader(name, value)
  res.writeHead(200)
  res.end(bytes)
}

async function openClient() {
  if (client === 'ioredis') {
    const { Redis } = await import('ioredis')
    const redis = new Redis(socket).on('error', () => {})
    return { redis, get: (key) => redis.getBuffer(key) }
  }
  const { createClient, RESP_TYPES } = await import('redis')
  const open = createClient({ socket: { path: socket, tls: false } })
  const redis = await open.on('error', () => {}).connect()
  const binary = redis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
  return { redis, get: (key) => binary.get(key) }
}

const subjects = {
  bare: () => (_req, res) => sendBare(res, body),
  memory: () => cached(memoryStore()),
  'client alone': async () => {
    const { redis, get } = await openClient()
    await redis.set('page', body)
    return async (_req, res) => sendBare(res, await get('page'))
  },
  redis: async () => cached(redisStore((await openClient()).redis)),
}

function cached(store) {
  const pages = responseCache({ store })
  return (req, res) =>
    pages(req, res, () =>
      res.writeHead(200, { ...HEADERS, 'Content-Length': body.length }).end(body),
    )
}

const server = createServer(await subjects[subject]()).listen(0, '127.0.0.1', () =>
  process.send({ ready: server.address().port }),
)
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send({ cpu: user + system })
})
process.on('disconnect', () => process.exit())
