import { describe, expect, it } from 'vitest'
import type { StoredSession } from '@tokkyu/session'
import { RedisStore } from '@tokkyu/session/redis'
import { CLUSTER_CLIENTS } from './redis-clients.ts'
import { RedisCluster, mayTestRedis } from './servers.ts'

describe.skipIf(!mayTestRedis)('in a cluster that has lost a master', () => {
  it.each(CLUSTER_CLIENTS)('sessions by %s are an error, not gone', async (_name, open) => {
    const cluster = new RedisCluster()
    try {
      await cluster.start()
      const { client, close } = await open(cluster.addresses)
      const store = new RedisStore({ client })
      const ids = Array.from({ length: 30 }, (_, n) => `id${n}`)
      await Promise.all(ids.map((id) => store.set(id, sessionOf({ id }))))
      await cluster.nodes[0]?.kill()
      const results = await Promise.allSettled(
        ids.map((id) =>
          Promise.race([
            store.get(id),
            new Promise((_resolve, reject) => {
              setTimeout(() => reject(new Error('no answer')), 5_000)
            }),
          ]),
        ),
      )
      const found = results.filter(({ status }) => status === 'fulfilled')
      expect(found.length).toBeLessThan(30)
      for (const result of found)
        expect(result).toMatchObject({ value: { id: expect.any(String) } })
      close()
    } finally {
      await cluster.stop()
    }
  })
})

function sessionOf(data: object): StoredSession {
  return { ...data, cookie: { originalMaxAge: null, expires: null } }
}
