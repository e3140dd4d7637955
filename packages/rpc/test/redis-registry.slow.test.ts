import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { connect, type Endpoint, type RedisClient, redisRegistry } from '../src/index.ts'
import { afterwards, numbers, serve } from './numbers.ts'

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis && !process.env['CI']) {
  console.error('SKIPPED: no redis-server on PATH, so the registry in Redis is not tested')
}

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-rpc-redis-'))
const socket = path.join(folder, 'redis.sock')
let server: ChildProcess | undefined

beforeAll(async () => {
  if (!hasRedis) return
  const options = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder]
  server = spawn('redis-server', options, { stdio: 'ignore' })
  while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 20))
})

afterAll(async () => {
  if (server) {
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
})

const clients: [string, () => Promise<RedisClient>][] = [
  [
    'node-redis',
    async () => {
      const client = createClient({ socket: { path: socket, tls: false } })
      client.on('error', () => {})
      await client.connect()
      afterwards(() => client.destroy())
      return client
    },
  ],
  [
    'ioredis',
    async () => {
      const client = new Redis(socket, { maxRetriesPerRequest: 0 })
      client.on('error', () => {})
      afterwards(() => client.disconnect())
      return client
    },
  ],
]

/** What a registry tells of a name, and how to wait for it. */
function watched(client: RedisClient, name: string): { known: () => unknown; failures: Error[] } {
  let known: readonly Endpoint[] | undefined
  const failures: Error[] = []
  const stop = redisRegistry(client, { interval: 10 }).watch(name, {
    changed: (endpoints) => (known = endpoints),
    failed: (error) => failures.push(error),
  })
  afterwards(stop)
  return { known: () => known?.map(({ address }) => address), failures }
}

const within = { timeout: 10_000, interval: 10 }

describe.skipIf(!hasRedis && !process.env['CI']).each(clients)(
  'a registry in Redis, by a client of %s',
  { timeout: 30_000 },
  (_, make) => {
    it('knows the servers that have entered themselves, with their weights', async () => {
      const client = await make()
      const registry = redisRegistry(client)
      await registry.register('one', 'a:1')
      const lease = await registry.register('one', 'b:2', { weight: 3 })
      afterwards(() => lease.release())
      const found = await new Promise((resolve, reject) => {
        afterwards(registry.watch('one', { changed: resolve, failed: reject }))
      })
      expect(found).toEqual([
        { address: 'a:1', weight: 1 },
        { address: 'b:2', weight: 3 },
      ])
    })

    it('hears of one that comes, and of one that leaves', async () => {
      const client = await make()
      const registry = redisRegistry(client)
      const { known } = watched(client, 'two')
      await expect.poll(known, within).toEqual([])
      const lease = await registry.register('two', 'a:1')
      await expect.poll(known, within).toEqual(['a:1'])
      await lease.release()
      await expect.poll(known, within).toEqual([])
    })

    it('renews the lease of a server until it is taken out', async () => {
      const client = await make()
      let commands = 0
      const counted: RedisClient = {
        call: async (command, ...args) => {
          commands++
          return 'call' in client
            ? client.call(command, ...args)
            : client.sendCommand([command, ...args])
        },
      }
      const lease = await redisRegistry(counted).register('three', 'a:1', { lease: 30 })
      await expect.poll(() => commands, within).toBeGreaterThan(3)
      await lease.release()
      const last = commands
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(commands).toBe(last)
    })

    it('forgets one that was killed when its lease is over', async () => {
      const client = await make()
      // What a process leaves behind that renews nothing any more.
      const killed = await make()
      const lease = await redisRegistry(killed).register('four', 'a:1', { lease: 400 })
      const { known } = watched(client, 'four')
      await expect.poll(known, within).toEqual(['a:1'])
      if ('disconnect' in killed) (killed as Redis).disconnect()
      else (killed as unknown as { destroy: () => void }).destroy()
      await expect.poll(known, within).toEqual([])
      await lease.release().catch(() => {})
    })

    it('leads a client to the server', async () => {
      const client = await make()
      const registry = redisRegistry(client)
      const { port } = await serve({ double: ({ value }) => ({ value: value * 2 }) })
      const lease = await registry.register('five', `127.0.0.1:${port}`)
      afterwards(() => lease.release())
      const catalog = connect(numbers, 'five', { registry })
      afterwards(() => catalog.$channel.destroy())
      expect(await catalog.double({ value: 2 })).toMatchObject({ value: 4 })
    })

    it('keeps the servers it knows while Redis does not answer', async () => {
      const client = await make()
      const lease = await redisRegistry(client).register('six', 'a:1')
      let broken = false
      const flaky: RedisClient = {
        call: async (command, ...args) => {
          if (broken) throw new Error('Redis is gone')
          return 'call' in client
            ? client.call(command, ...args)
            : client.sendCommand([command, ...args])
        },
      }
      const { known, failures } = watched(flaky, 'six')
      await expect.poll(known, within).toEqual(['a:1'])
      broken = true
      await expect.poll(() => failures.length, within).toBeGreaterThan(2)
      expect(known()).toEqual(['a:1'])
      await lease.release()
    })
  },
)
