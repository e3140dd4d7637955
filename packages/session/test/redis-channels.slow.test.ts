import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { redisChannels } from '@tokkyu/session/redis'
import { CLUSTER_CLIENTS } from './redis-clients.ts'
import { RedisCluster, mayTestRedis } from './servers.ts'

describe.skipIf(!mayTestRedis)('between processes, channels over a cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = new RedisCluster()
    await cluster.start()
  })
  afterAll(() => cluster?.stop())

  it.each(CLUSTER_CLIENTS)('bring messages from any node to any other, by %s', async (_n, open) => {
    const opened = await Promise.all([1, 2, 3, 4].map(() => open(cluster.addresses)))
    onTestFinished(() => opened.forEach(({ close }) => close()))
    const [publisher, own, other, subscriber] = opened.map(({ client }) => client as never)
    const here = redisChannels({ client: publisher!, subscriber: own! })
    const there = redisChannels({ client: other!, subscriber: subscriber! })
    const heard: unknown[] = []
    await there.subscribe('news', (message) => heard.push(message))
    const numbers = Array.from({ length: 100 }, (_, n) => `${n}`)
    for (const number of numbers) await here.publish('news', number)
    await vi.waitFor(() => expect(heard).toEqual(numbers))
  })
})
