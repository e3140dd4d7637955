// One of several processes that share a store: serves sessions over HTTP, and says its port.
import { createServer } from 'node:http'
import session, { MemoryStore, layered } from '@tokkyu/session'

const [kind, address] = process.argv.slice(2)
const open = {
  async 'node-redis'() {
    const { createClient } = await import('redis')
    const { RedisStore } = await import('@tokkyu/session/redis')
    return new RedisStore({ client: await createClient({ socket: { path: address } }).connect() })
  },
  async ioredis() {
    const { Redis } = await import('ioredis')
    const { RedisStore } = await import('@tokkyu/session/redis')
    return new RedisStore({ client: new Redis(address) })
  },
  async layered() {
    const { Redis } = await import('ioredis')
    const { RedisStore } = await import('@tokkyu/session/redis')
    const far = new RedisStore({ client: new Redis(address) })
    return layered(new MemoryStore(), far, { staleness: 100 })
  },
  async memcached() {
    const { default: Memcached } = await import('memcached')
    const { MemcachedStore } = await import('@tokkyu/session/memcached')
    return new MemcachedStore({ client: new Memcached(address) })
  },
  async memjs() {
    const { default: memjs } = await import('memjs')
    const { MemcachedStore } = await import('@tokkyu/session/memcached')
    return new MemcachedStore({ client: memjs.Client.create(address) })
  },
}
const store = await open[kind]()
const sessions = session({
  secret: 'a secret of at least thirty-two bytes',
  store,
  resave: false,
  saveUninitialized: true,
  storeTimeout: 30_000,
})

createServer((req, res) => {
  sessions(req, res, (error) => {
    const [, verb, key] = req.url.split('/')
    res.statusCode = error ? (error.status ?? 500) : 200
    if (verb === 'set' && !error) req.session[key] = true
    setImmediate(() => res.end(error ? error.message : JSON.stringify(req.session)))
  })
}).listen(0, '127.0.0.1', function listening() {
  console.log(this.address().port)
})
