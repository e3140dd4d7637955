import { describe, expect, it, onTestFinished } from 'vitest'
import type { StoredSession } from '@tokkyu/session'
import { RedisStore } from '@tokkyu/session/redis'
import { CLIENTS } from './redis-clients.ts'
import { RedisServer, mayTestRedis } from './servers.ts'
import { away, keysApp, untilAnswered } from './keys-app.ts'
import { slowLink } from './slow-link.ts'

describe.skipIf(!mayTestRedis).each(CLIENTS)('sessions in Redis by %s, when', (_name, open) => {
  async function setUp(options: { args?: string[]; storeTimeout?: number; by?: string } = {}) {
    const server = await new RedisServer(options.args).start()
    onTestFinished(() => server.stop())
    const { client, close } = await open(options.by ?? server.socket)
    onTestFinished(close)
    const store = new RedisStore({ client })
    const browser = await keysApp(store, options.storeTimeout ?? 10_000)
    return { server, client, store, browser }
  }

  it('the server is silent, are answered 503 in time, and are there again afterwards', async () => {
    const { server, browser } = await setUp({ storeTimeout: 300 })
    await untilAnswered(browser, '/set/a')
    server.signal('SIGSTOP')
    const [read, written] = await Promise.all([browser.get('/get'), browser.get('/set/b')])
    server.signal('SIGCONT')
    expect([read, written]).toMatchObject([away, away])
    expect(await untilAnswered(browser, '/get')).toMatchObject({ status: 200, text: '["a"]' })
    expect(await untilAnswered(browser, '/set/c')).toMatchObject({ status: 200, text: '["a","c"]' })
  })

  it('the server was killed, are answered 503, and kept where Redis kept them', async () => {
    const { server, browser } = await setUp({
      args: ['--appendonly', 'yes', '--appendfsync', 'always'],
      storeTimeout: 300,
    })
    await untilAnswered(browser, '/set/a')
    await server.kill()
    expect(await browser.get('/get')).toMatchObject(away)
    await server.start()
    expect(await untilAnswered(browser, '/set/b')).toMatchObject({ status: 200, text: '["a","b"]' })
  })

  it('the server began anew, are new sessions, under other ids', async () => {
    const { server, browser } = await setUp({ storeTimeout: 300 })
    await untilAnswered(browser, '/set/a')
    const before = new Map(browser.cookies)
    await server.kill()
    await server.start()
    expect(await untilAnswered(browser, '/set/b')).toMatchObject({ status: 200, text: '["b"]' })
    expect(browser.cookies).not.toEqual(before)
  })

  it('everything is flushed, stay dead, whoever is still writing', async () => {
    const { server, store } = await setUp()
    const ifVersion = (await store.set('a', sessionOf({ n: 1 }))) as string
    server.ask('FLUSHALL')
    await expect(
      store.set('a', sessionOf({ n: 2 }), undefined, { ifVersion }),
    ).rejects.toMatchObject({ code: 'SESSION_CONFLICT' })
    await store.touch('a', sessionOf({}))
    expect(await store.get('a')).toBeUndefined()
  })

  it('memory is full, keep what they had, and say that nothing was stored', async () => {
    const { server, browser, store } = await setUp({ args: ['--maxmemory-policy', 'noeviction'] })
    await untilAnswered(browser, '/set/a')
    server.ask('CONFIG', 'SET', 'maxmemory', '1')
    expect(await browser.get('/set/b')).toMatchObject(away)
    await expect(store.set('new', sessionOf({}))).rejects.toMatchObject({
      code: 'SESSION_STORE_UNAVAILABLE',
      message: 'Cannot set the session: its store refused (OOM)',
      cause: expect.objectContaining({ message: expect.stringContaining('OOM') }) as Error,
    })
    expect(await browser.get('/get')).toMatchObject({ text: '["a"]' })
    server.ask('CONFIG', 'SET', 'maxmemory', '0')
    expect(await browser.get('/set/c')).toMatchObject({ status: 200, text: '["a","c"]' })
  })

  it('memory is full, can still be removed', async () => {
    const { server, store } = await setUp({ args: ['--maxmemory-policy', 'noeviction'] })
    await store.set('a', sessionOf({}))
    server.ask('CONFIG', 'SET', 'maxmemory', '1')
    await store.destroy('a')
    expect(await store.get('a')).toBeUndefined()
  })

  it('the server became a replica, are read, and written again when it is a master', async () => {
    const { server, browser, store } = await setUp()
    await untilAnswered(browser, '/set/a')
    const ifVersion = (await store.set('b', sessionOf({}))) as string
    server.ask('REPLICAOF', '127.0.0.1', '1')
    expect(await browser.get('/set/b')).toMatchObject(away)
    await expect(store.set('b', sessionOf({}), undefined, { ifVersion })).rejects.toMatchObject({
      message: 'Cannot set the session: its store refused (READONLY)',
    })
    await expect(store.destroy('b')).rejects.toMatchObject({
      message: 'Cannot destroy the session: its store refused (READONLY)',
    })
    expect(await store.get('b')).toBeDefined()
    server.ask('REPLICAOF', 'NO', 'ONE')
    expect(await browser.get('/set/c')).toMatchObject({ status: 200, text: '["a","c"]' })
  })

  it('the connection breaks again and again, lose nothing that was answered', async () => {
    const { server, browser } = await setUp()
    await browser.get('/set/first')
    const stored = ['first']
    for (let n = 0; n < 20; n++) {
      const answer = browser.get(`/set/k${n}`)
      server.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      if ((await answer).status === 200) stored.push(`k${n}`)
    }
    const { text } = await browser.get('/get')
    expect(JSON.parse(text)).toEqual(expect.arrayContaining(stored))
  })

  it('the link is slow, merge as ever', async () => {
    const server = await new RedisServer().start()
    onTestFinished(() => server.stop())
    const by = `${server.folder}/slow.sock`
    const link = await slowLink(server.socket, by, 20)
    onTestFinished(link.close)
    const { browser } = await setUp({ by })
    await browser.get('/set/first')
    await Promise.all(['a', 'b', 'c', 'd'].map((key) => browser.get(`/set/${key}`)))
    const { text } = await browser.get('/get')
    expect((JSON.parse(text) as string[]).toSorted()).toEqual(['a', 'b', 'c', 'd', 'first'])
  })
})

describe.skipIf(!mayTestRedis)('a record that is no text', () => {
  it('is an error as Redis gave it, not a store that is away', async () => {
    const server = await new RedisServer().start()
    onTestFinished(() => server.stop())
    const { client, close } = await CLIENTS[0]![1](server.socket)
    onTestFinished(close)
    server.ask('LPUSH', 'sess:a', 'x')
    await expect(new RedisStore({ client }).get('a')).rejects.toThrow(/^WRONGTYPE/)
  })
})

function sessionOf(data: object): StoredSession {
  return { ...data, cookie: { originalMaxAge: null, expires: null } }
}
