// The figures of the stores: rates, bytes, and whether look-ups stay flat.
import { once } from 'node:events'
import { connect } from 'node:net'

import { RedisStore as ConnectRedis } from 'connect-redis'
import { Redis } from 'ioredis'
import memjs from 'memjs'
import { createClient } from 'redis'

import { MemcachedStore } from '@tokkyu/session/memcached'
import { RedisStore } from '@tokkyu/session/redis'

const cookie = () => ({
  originalMaxAge: 3_600_000,
  expires: new Date(Date.now() + 3_600_000),
  path: '/',
  httpOnly: true,
})
const session = (n) => ({ cookie: cookie(), user: `user-${n}`, n, roles: ['reader'] })

const WRITERS = 512

export async function fileStoreRates(store) {
  const writes = WRITERS * 100
  const write = async (writer) => {
    for (let n = 0; n < writes / WRITERS; n++) await store.set(`${writer}-${n % 50}`, session(n))
  }
  const before = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
  const seconds = (performance.now() - before) / 1000
  const { user, system } = process.cpuUsage(cpu)
  await store.close()
  return {
    'writes/s': Math.round(writes / seconds),
    'CPU µs a write': Math.round(((user + system) / writes) * 10) / 10,
  }
}

export function memoryPerSession(MemoryStore) {
  const table = {}
  for (const count of [10_000, 100_000, 1_000_000]) {
    globalThis.gc?.()
    const before = process.memoryUsage()
    const store = new MemoryStore({ max: count })
    for (let n = 0; n < count; n++) {
      store.set(`abcdefghijklmnopqrstuvwx${n}`, session(n), () => {}, { direct: true })
    }
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    const bytes = heapUsed + external - before.heapUsed - before.external
    table[`${count.toLocaleString('en')} sessions`] = {
      'bytes a session': Math.round(bytes / count),
      'read, ns': readTime(store, count),
    }
  }
  return table
}

function readTime(store, count) {
  const reads = 200_000
  const before = process.cpuUsage()
  for (let n = 0; n < reads; n++) {
    store.get(`abcdefghijklmnopqrstuvwx${(n * 7919) % count}`, () => {}, { direct: true })
  }
  const { user, system } = process.cpuUsage(before)
  return Math.round(((user + system) * 1000) / reads)
}

/** Median CPU µs of reading and writing a session, 16 at a time, in rounds that take turns. */
export async function redisStoreTimes(socket, rounds) {
  const table = {}
  for (const name of ['ioredis', 'node-redis']) {
    const client =
      name === 'ioredis'
        ? new Redis(socket)
        : await createClient({ socket: { path: socket } })
            .on('error', () => {})
            .connect()
    const store = new RedisStore({ client, prefix: `${name}:` })
    const [bare, ours] = await interleaved(rounds, [
      async (n) => {
        const key = `${name}-plain:${n}`
        const found = JSON.parse((await client.get(key)) ?? JSON.stringify(session(n)))
        found.n++
        const text = JSON.stringify(found)
        if (name === 'ioredis') await client.set(key, text, 'PX', 3_600_000)
        else await client.set(key, text, { expiration: { type: 'PX', value: 3_600_000 } })
      },
      (n) =>
        new Promise((resolve) => {
          store.get(`${n}`, (_error, found = session(n), ifVersion) => {
            found.n++
            store.set(`${n}`, found, resolve, ifVersion && { ifVersion })
          })
        }),
    ])
    table[name] = { 'client, µs': round(bare), 'store, µs': round(ours), ratio: round(ours / bare) }
    await client.quit()
  }
  return table
}

async function interleaved(rounds, subjects) {
  const times = subjects.map(() => [])
  for (let at = 0; at <= rounds; at++) {
    for (const [index, subject] of subjects.entries()) {
      const before = process.cpuUsage()
      const work = async (n) => {
        for (let left = 500; left > 0; left--) await subject(n)
      }
      await Promise.all(Array.from({ length: 16 }, (_, n) => work(n)))
      const { user, system } = process.cpuUsage(before)
      if (at > 0) times[index].push((user + system) / 8000) // the first round warms up
    }
  }
  return times.map((list) => list.toSorted((a, b) => a - b)[list.length >> 1])
}

function round(value) {
  return Math.round(value * 100) / 100
}

/** Bytes that the servers say they use more, for each of many sessions. */
export async function sharedBytes(redisSocket, memcachedPort) {
  const redis = new Redis(redisSocket)
  const memcached = memjs.Client.create(`127.0.0.1:${memcachedPort}`)
  const redisBytes = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))[1])
  const memcachedBytes = async () => {
    const socket = connect(memcachedPort, '127.0.0.1').setEncoding('utf8')
    socket.write('stats\r\n')
    let text = ''
    while (!text.endsWith('END\r\n')) text += (await once(socket, 'data'))[0]
    socket.destroy()
    return Number(/STAT bytes (\d+)/.exec(text)[1])
  }
  const client = {
    set: (key, text, { expiration }) => redis.set(key, text, expiration.type, expiration.value),
  }
  const table = {
    RedisStore: await bytesIn(new RedisStore({ client: redis, prefix: 'a:sess:' }), redisBytes),
    'connect-redis': await bytesIn(new ConnectRedis({ client, prefix: 'b:sess:' }), redisBytes),
    MemcachedStore: await bytesIn(new MemcachedStore({ client: memcached }), memcachedBytes),
  }
  redis.disconnect()
  memcached.close()
  return table
}

async function bytesIn(store, used) {
  const sessions = 50_000
  const before = await used()
  for (let n = 0; n < sessions; n++)
    await store.set(`abcdefghijklmnopqrstuvw${n + 1e8}`, session(n))
  return { 'bytes a session': Math.round(((await used()) - before) / sessions) }
}
