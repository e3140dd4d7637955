import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { MemoryStore } from '@tokkyu/session'
import type { SessionOptions } from '@tokkyu/session'
import { allStores, secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'

const MINUTE = 60_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function counting(options: SessionOptions): Promise<Client> {
  const sessions = session<{ n: number }>({
    secret,
    resave: false,
    saveUninitialized: false,
    ...options,
  })
  return serve((req, res) =>
    sessions(req, res, () => {
      const mine = sessions.of(req)
      if (req.url === '/') mine.n = (mine.n ?? 0) + 1
      if (req.url !== '/rotate') return res.end(String(mine.n))
      return void mine.rotate().then(() => res.end(String(mine.n)))
    }),
  )
}

const pass = (ms: number): void => {
  vi.setSystemTime(Date.now() + ms)
}

// The clock of the fake redis is the same faked one.
describe.each(allStores)('on %s', (_name, create) => {
  it('a session ends so long after its last request', async () => {
    const client = await counting({ store: create(), idleLifetime: 10 * MINUTE })
    await client.get('/')
    for (let n = 0; n < 5; n++) {
      pass(8 * MINUTE)
      expect((await client.get('/read')).text).toBe('1')
    }
    pass(11 * MINUTE)
    expect((await client.get('/read')).text).toBe('undefined')
  })

  it('a session ends so long after it began, however busy', async () => {
    const client = await counting({ store: create(), absoluteLifetime: 60 * MINUTE })
    await client.get('/')
    for (let n = 0; n < 7; n++) {
      pass(8 * MINUTE)
      await client.get('/')
    }
    expect((await client.get('/read')).text).toBe('8')
    pass(5 * MINUTE)
    expect((await client.get('/read')).text).toBe('undefined')
  })

  it('rotating does not prolong the absolute lifetime', async () => {
    const client = await counting({ store: create(), absoluteLifetime: 60 * MINUTE })
    await client.get('/')
    pass(50 * MINUTE)
    expect((await client.get('/rotate')).text).toBe('1')
    pass(15 * MINUTE)
    expect((await client.get('/read')).text).toBe('undefined')
  })
})

describe('lifetimes', () => {
  it('leave the cookie of the browser as it is', async () => {
    const client = await counting({ idleLifetime: 10 * MINUTE, absoluteLifetime: 60 * MINUTE })
    for (let n = 0; n < 2; n++) {
      const cookie = String((await client.get('/')).headers['set-cookie'] ?? '')
      expect(cookie).not.toContain('Expires')
    }
  })

  it('hold for sessions from before the option was set', async () => {
    const store = new MemoryStore()
    const before = await counting({ store })
    await before.get('/')
    const client = (await counting({ store, absoluteLifetime: 60 * MINUTE })).other(before.cookies)
    await client.get('/')
    pass(50 * MINUTE)
    expect((await client.get('/')).text).toBe('3')
    pass(15 * MINUTE)
    expect((await client.get('/')).text).toBe('1')
  })

  it('that were shortened hold at once', async () => {
    const store = new MemoryStore()
    const before = await counting({ store, absoluteLifetime: 600 * MINUTE })
    await before.get('/')
    pass(100 * MINUTE)
    const after = await counting({ store, absoluteLifetime: 60 * MINUTE })
    expect((await after.other(before.cookies).get('/')).text).toBe('1')
    expect((await before.get('/read')).text).toBe('undefined')
  })
})
