// What the game does not have: sessions in Redis, event streams, ranges, an upload that is counted, a WebSocket that
// echoes, HTTP/2. PORT and HTTP2_PORT, 0 for none of the second; REDIS_SOCKET, without which sessions lie in memory.
import cluster from 'node:cluster'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'

import express from '@tokkyu/core'
import session, { MemoryStore } from '@tokkyu/session'
import { RedisStore } from '@tokkyu/session/redis'
import upload, { diskStorage } from '@tokkyu/upload'

const app = express()
app.disable('x-powered-by')
app.use(
  session({
    secret: 's'.repeat(32),
    store: await openStore(),
    saveUninitialized: false,
    resave: false,
  }),
)

app.get('/count', (req, res) => {
  req.session.count = (req.session.count ?? 0) + 1
  res.json({ count: req.session.count })
})
app.post('/json', express.json(), (req, res) => res.json(req.body))
app.post('/form', express.urlencoded(), (req, res) => res.json(req.body))
app.get('/file', (_req, res) => res.sendFile(import.meta.filename))
app.get('/bytes', async (_req, res) => {
  const chunk = Buffer.alloc(16_384, 'x')
  for (let n = 0; n < 16; n++) if (!res.write(chunk)) await once(res, 'drain')
  res.end()
})
app.get('/events', (req, res) => {
  res.sse(async function* (events) {
    for (let n = Number(events.lastEventId ?? 0) + 1; n <= 10; n++) yield { id: n, data: n }
  })
})
app.get('/ticks', (_req, res) => {
  const events = res.sse()
  const timer = setInterval(() => events.send({ data: Date.now() }), 20)
  events.signal.addEventListener('abort', () => clearInterval(timer))
})
const storage = diskStorage({ destination: process.env.UPLOADS })
app.post(
  '/upload',
  upload({ storage, limits: { fileSize: 2 ** 20 } }).single('file'),
  async (req, res) => {
    await rm(req.file.path)
    res.json({ size: req.file.size })
  },
)
app.get('/failing', async () => {
  throw Object.assign(new Error('on purpose'), { status: 418, expose: true })
})
app.ws('/echo', async (socket) => {
  for await (const message of socket) await socket.send(message)
})
app.use((error, _req, res, _next) => {
  if (!res.headersSent) res.status(error.status ?? 500).json({ code: error.code ?? error.message })
})

const http1 = app.listen(Number(process.env.PORT), '127.0.0.1')
await once(http1, 'listening')
const ports = [http1.address().port]
if (process.env.HTTP2_PORT !== undefined) {
  const http2 = app.listen({ http2: true, port: Number(process.env.HTTP2_PORT), host: '127.0.0.1' })
  await once(http2, 'listening')
  ports.push(http2.address().port)
}
console.log(ports.join(' '))
// A supervisor stops its workers itself.
if (!cluster.isWorker)
  process.once('SIGTERM', async () => {
    await app.close({ grace: 2000 })
    process.exit(0)
  })

async function openStore() {
  const { REDIS_SOCKET } = process.env
  if (REDIS_SOCKET === undefined) return new MemoryStore()
  const load = createRequire(new URL('../../packages/session/package.json', import.meta.url))
  const { createClient } = load('redis')
  const client = await createClient({ socket: { path: REDIS_SOCKET } }).connect()
  return new RedisStore({ client })
}
