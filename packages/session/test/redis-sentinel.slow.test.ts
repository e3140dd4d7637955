import { describe, expect, it, onTestFinished } from 'vitest'
import { RedisStore } from '@tokkyu/session/redis'
import { keysApp, untilAnswered } from './keys-app.ts'
import { SENTINEL_CLIENTS } from './redis-clients.ts'
import { RedisSentinel, mayTestRedis } from './servers.ts'

describe.skipIf(!mayTestRedis)('when a sentinel puts a replica in the place of its master', () => {
  it.each(SENTINEL_CLIENTS)('sessions by %s are 503, and then go on', async (_name, open) => {
    const sentinel = new RedisSentinel()
    onTestFinished(() => sentinel.stop())
    await sentinel.start()
    const { client, close } = await open(sentinel.addresses, sentinel.name)
    onTestFinished(close)
    const store = new RedisStore({ client })
    const browser = await keysApp(store, 1_000)
    await untilAnswered(browser, '/set/before')
    await sentinel.killMaster()
    const statuses = new Set<number>()
    for (;;) {
      const { status, text } = await browser.get('/set/after')
      statuses.add(status)
      if (status !== 200) continue
      expect(text).toBe('["before","after"]')
      break
    }
    expect([...statuses]).toEqual([503, 200])
    expect(Object.values((await store.all()) as object)).toHaveLength(1)
  })
})
