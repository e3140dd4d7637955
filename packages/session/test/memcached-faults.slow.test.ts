import { describe, expect, it, onTestFinished } from 'vitest'
import type { StoredSession } from '@tokkyu/session'
import { MemcachedStore } from '@tokkyu/session/memcached'
import { away, keysApp, untilAnswered } from './keys-app.ts'
import { MEMCACHED_CLIENTS } from './memcached-clients.ts'
import { MemcachedServer, mayTestMemcached } from './servers.ts'
import { slowLink } from './slow-link.ts'

describe.skipIf(!mayTestMemcached).each(MEMCACHED_CLIENTS)(
  'sessions in Memcached by %s, when',
  (_name, open) => {
    async function setUp(options: { args?: string[]; storeTimeout?: number } = {}) {
      const server = await MemcachedServer.launch(options.args)
      onTestFinished(() => server.stop())
      return { server, ...(await appOn([server.address], options.storeTimeout)) }
    }

    async function appOn(addresses: string[], storeTimeout = 10_000) {
      const { client, close } = open(addresses)
      onTestFinished(close)
      const store = new MemcachedStore({ client })
      return { store, browser: await keysApp(store, storeTimeout) }
    }

    it('the server is silent, are answered 503 in time, and are there again afterwards', async () => {
      const { server, browser } = await setUp({ storeTimeout: 300 })
      await untilAnswered(browser, '/set/a')
      server.signal('SIGSTOP')
      const [read, written] = await Promise.all([browser.get('/get'), browser.get('/set/b')])
      server.signal('SIGCONT')
      expect([read, written]).toMatchObject([away, away])
      expect(await untilAnswered(browser, '/set/c')).toMatchObject({
        status: 200,
        text: '["a","c"]',
      })
    })

    it('the server was killed, are answered 503, and new ones when it is back', async () => {
      const { server, browser } = await setUp({ storeTimeout: 3000 })
      await untilAnswered(browser, '/set/a')
      const before = new Map(browser.cookies)
      await server.kill()
      expect(await browser.get('/get')).toMatchObject(away)
      await server.start()
      expect(await untilAnswered(browser, '/set/b')).toMatchObject({ status: 200, text: '["b"]' })
      expect(browser.cookies).not.toEqual(before)
    })

    it('everything is flushed, stay dead, whoever is still writing', async () => {
      const { server, store } = await setUp()
      await store.set('a', sessionOf({ n: 1 }))
      const ifVersion = await versionOf(store, 'a')
      await server.ask('flush_all')
      await expect(
        store.set('a', sessionOf({ n: 2 }), undefined, { ifVersion }),
      ).rejects.toMatchObject({ code: 'SESSION_CONFLICT' })
      await store.touch('a', sessionOf({}))
      expect(await store.get('a')).toBeUndefined()
    })

    it('they were evicted, are gone, not broken', async () => {
      const { store } = await setUp({ args: ['-m', '4'] })
      const text = 'x'.repeat(100_000)
      await store.set('first', sessionOf({ text }))
      const ifVersion = await versionOf(store, 'first')
      for (let n = 0; n < 200; n++) await store.set(`s${n}`, sessionOf({ text }))
      expect(await store.get('first')).toBeUndefined()
      await expect(
        store.set('first', sessionOf({}), undefined, { ifVersion }),
      ).rejects.toMatchObject({ code: 'SESSION_CONFLICT' })
      expect(await store.get('s199')).toMatchObject({ text })
    })

    it('the server is full and evicts nothing, say that nothing was stored', async () => {
      const { store } = await setUp({ args: ['-m', '4', '-M'] })
      const text = 'x'.repeat(100_000)
      await store.set('a', sessionOf({ n: 1 }))
      const fill = async () => {
        for (let n = 0; n < 200; n++) await store.set(`s${n}`, sessionOf({ text }))
      }
      await expect(fill()).rejects.toMatchObject({ code: 'SESSION_STORE_UNAVAILABLE' })
    })

    it('the link is slow, merge as ever', async () => {
      const server = await MemcachedServer.launch()
      onTestFinished(() => server.stop())
      const link = await slowLink(server.port, 0, 20)
      onTestFinished(link.close)
      const { browser } = await appOn([`127.0.0.1:${link.port}`])
      await browser.get('/set/first')
      await Promise.all(['a', 'b', 'c', 'd'].map((key) => browser.get(`/set/${key}`)))
      const { text } = await browser.get('/get')
      expect((JSON.parse(text) as string[]).toSorted()).toEqual(['a', 'b', 'c', 'd', 'first'])
    })

    it('the server compares nothing, are refused rather than lost', async () => {
      const { store } = await setUp({ args: ['-C'] })
      const ifVersion = (await store.set('a', sessionOf({ n: 1 }))) as string
      await expect(store.get('a')).rejects.toMatchObject({
        message: 'Cannot get the session: its store runs without CAS (-C)',
      })
      await expect(
        store.set('a', sessionOf({ n: 2 }), undefined, { ifVersion }),
      ).rejects.toMatchObject({ code: 'SESSION_STORE_UNAVAILABLE' })
    })

    it('a server is added, are there or gone, and merge as ever', async () => {
      const [first, second] = await Promise.all([
        MemcachedServer.launch(),
        MemcachedServer.launch(),
      ])
      onTestFinished(async () => void (await Promise.all([first.stop(), second.stop()])))
      const before = await appOn([first.address])
      const ids = Array.from({ length: 50 }, (_, n) => `id${n}`)
      for (const id of ids) await before.store.set(id, sessionOf({ id }))
      const after = await appOn([first.address, second.address])
      const found: unknown[] = []
      for (const id of ids) found.push(await after.store.get(id))
      const alien = found.filter((session, n) => session && (session as Named).id !== ids[n])
      expect(alien).toEqual([])
      expect(found).toContain(undefined)
      await after.browser.get('/set/first')
      await Promise.all(['a', 'b', 'c', 'd'].map((key) => after.browser.get(`/set/${key}`)))
      const { text } = await after.browser.get('/get')
      expect((JSON.parse(text) as string[]).toSorted()).toEqual(['a', 'b', 'c', 'd', 'first'])
    })

    it('a server is lost, are errors where it had them, and there where another has', async () => {
      const [first, second] = await Promise.all([
        MemcachedServer.launch(),
        MemcachedServer.launch(),
      ])
      onTestFinished(async () => void (await Promise.all([first.stop(), second.stop()])))
      const { store } = await appOn([first.address, second.address])
      const ids = Array.from({ length: 50 }, (_, n) => `id${n}`)
      for (const id of ids) await store.set(id, sessionOf({ id }))
      await second.kill()
      const results: PromiseSettledResult<unknown>[] = []
      for (const id of ids) results.push(...(await Promise.allSettled([store.get(id)])))
      const kept = results.filter(({ status }) => status === 'fulfilled')
      expect(kept.length).toBeGreaterThan(0)
      expect(kept.length).toBeLessThan(50)
      for (const [n, result] of results.entries()) {
        expect(result).toMatchObject(
          result.status === 'fulfilled'
            ? { value: { id: ids[n] } }
            : { reason: { code: 'SESSION_STORE_UNAVAILABLE', operation: 'get' } },
        )
      }
    })
  },
)

interface Named {
  readonly id: string
}

function versionOf(store: MemcachedStore, id: string): Promise<string> {
  return new Promise((resolve) => {
    store.get(id, (_error, _session, version) => resolve(version as string))
  })
}

function sessionOf(data: object): StoredSession {
  return { ...data, cookie: { originalMaxAge: null, expires: null } }
}
