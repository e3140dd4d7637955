import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoredSession } from '@tokkyu/session'
import { RedisStore } from '@tokkyu/session/redis'
import { storeContract } from '@tokkyu/session/testing'
import { CLUSTER_CLIENTS, type OpenClient } from './redis-clients.ts'
import { RedisCluster, mayTestRedis, sleep } from './servers.ts'

describe.skipIf(!mayTestRedis)('in a cluster of three masters', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = new RedisCluster()
    await cluster.start()
  })
  afterAll(() => cluster?.stop())

  describe.each(CLUSTER_CLIENTS)('a Redis store by %s', (name, open) => {
    let opened: OpenClient
    let stores = 0
    const make = () => new RedisStore({ client: opened.client, prefix: `${name}:${stores++}:` })
    beforeAll(async () => {
      opened = await open(cluster.addresses)
    })
    afterAll(() => opened?.close())

    for (const { name: sentence, run } of storeContract(make)) {
      // oxlint-disable-next-line vitest/valid-title -- the contract brings its sentences
      it.concurrent(sentence, async () => {
        await expect(run()).resolves.toBeUndefined()
      })
    }

    it('spreads its sessions over the masters, and gives, counts and removes them all', async () => {
      const store = make()
      const ids = Array.from({ length: 60 }, (_, n) => `id{${n}}`)
      await Promise.all(ids.map((id) => store.set(id, sessionOf({ id }))))
      for (const { port } of cluster.nodes) {
        expect(Number(cluster.ask(port, 'DBSIZE'))).toBeGreaterThan(0)
      }
      expect(Object.keys((await store.all()) as object).toSorted()).toEqual(ids.toSorted())
      expect(await store.length()).toBe(60)
      await store.clear()
      expect(await store.length()).toBe(0)
    })

    it('follows a session that moves to another master, and loses none of its writes', async () => {
      const store = make()
      const id = 'moving'
      const key = `${name}:${stores - 1}:${id}`
      let version = (await store.set(id, sessionOf({}))) as string
      const progress = { writes: 0, isMoving: true }
      const writing = (async () => {
        while (progress.isMoving) {
          const session = sessionOf({ [`k${progress.writes}`]: 1 })
          version = (await store.set(id, session, undefined, { ifVersion: version })) as string
          progress.writes++
        }
      })()
      const someWrites = async () => {
        for (const enough = progress.writes + 3; progress.writes < enough;) await sleep(1)
      }
      const moving = (async () => {
        for (let move = 0; move < 4; move++) await moveSlot(cluster, key, someWrites)
        progress.isMoving = false
      })()
      await Promise.race([moving, writing])
      await writing
      expect(await store.get(id)).toMatchObject({ [`k${progress.writes - 1}`]: 1 })
    })
  })
})

/** Hands the slot of a key to the next master, step by step, while clients go on: first ASK, then MOVED. */
async function moveSlot(
  cluster: RedisCluster,
  key: string,
  someWrites: () => Promise<void>,
): Promise<void> {
  const ports = cluster.nodes.map(({ port }) => port)
  const [first] = ports as [number]
  const slot = cluster.ask(first, 'CLUSTER', 'KEYSLOT', key)
  const idOf = (port: number) => cluster.ask(port, 'CLUSTER', 'MYID')
  const at = ports.findIndex((port) => ownsSlot(cluster, port, Number(slot)))
  const from = ports[at] as number
  const to = ports[(at + 1) % ports.length] as number
  const step = (port: number, ...command: string[]) => {
    cluster.ask(port, ...command)
    return someWrites()
  }
  await step(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', idOf(from))
  await step(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', idOf(to))
  await step(from, 'MIGRATE', '127.0.0.1', `${to}`, key, '0', '5000')
  for (const port of [to, from, ...ports]) {
    await step(port, 'CLUSTER', 'SETSLOT', slot, 'NODE', idOf(to))
  }
}

function ownsSlot(cluster: RedisCluster, port: number, slot: number): boolean {
  const mine = cluster
    .ask(port, 'CLUSTER', 'NODES')
    .split('\n')
    .find((line) => line.includes('myself'))
  const ranges = (mine ?? '').split(' ').slice(8)
  return ranges.some((range) => {
    const [first, last = first] = range.split('-').map(Number)
    return first !== undefined && last !== undefined && first <= slot && slot <= last
  })
}

function sessionOf(data: object): StoredSession {
  return { ...data, cookie: { originalMaxAge: null, expires: null } }
}
