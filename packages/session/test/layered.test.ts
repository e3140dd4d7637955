import { afterEach, describe, expect, it, vi } from 'vitest'
import { MemoryStore, layered } from '@tokkyu/session'
import type { GetCallback, SessionStore, StoredSession } from '@tokkyu/session'
import { storeContract } from '@tokkyu/session/testing'
import { away, keysApp } from './keys-app.ts'

/** A store that many share, how often it was read, and whether it is away. */
class Shared extends MemoryStore {
  reads = 0
  isAway = false

  override get(...[id, callback]: Parameters<MemoryStore['get']>): unknown {
    this.reads++
    if (this.isAway) return callback?.(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }))
    return super.get(id, callback)
  }
}

/** Does nothing but fail. */
const broken: SessionStore = {
  get: (_id, callback) => callback(new Error('broken')),
  set: (_id, _session, callback) => callback(new Error('broken')),
  destroy: (_id, callback) => callback(new Error('broken')),
  touch() {
    throw new Error('broken')
  },
}

afterEach(() => vi.useRealTimers())

describe('layered stores', () => {
  const layers: [string, () => SessionStore][] = [
    ['two MemoryStores', () => layered(new MemoryStore(), new MemoryStore())],
    ['a near one that is broken', () => layered(broken, new MemoryStore())],
    ['three', () => layered(new MemoryStore(), layered(new MemoryStore(), new MemoryStore()))],
  ]
  for (const [of, make] of layers) {
    for (const { name, run } of storeContract(make)) {
      // oxlint-disable-next-line vitest/valid-title -- the contract brings its sentences
      it.concurrent(`of ${of}, ${name}`, async () => {
        await expect(run()).resolves.toBeUndefined()
      })
    }
  }

  it('refuse a far store without versions, under which an old reading would lose writes', () => {
    expect(() => layered(new MemoryStore(), broken)).toThrow(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION', option: 'far' }),
    )
  })

  it.each([0, -1, Number.NaN, Infinity])('refuse a staleness of %d ms', (staleness) => {
    expect(() => layered(new MemoryStore(), new MemoryStore(), { staleness })).toThrow(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION', option: 'staleness' }),
    )
  })

  it('ask the far one once for as long as the staleness, and then again', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const far = new Shared()
    const store = layered(new MemoryStore(), far, { staleness: 500 })
    await far.set('a', sessionOf({ n: 1 }))
    for (const [elapsed, reads] of [
      [0, 1],
      [499, 1],
      [1, 2],
      [499, 2],
    ] as const) {
      vi.setSystemTime(Date.now() + elapsed)
      expect(await read(store, 'a')).toMatchObject({ n: 1 })
      expect(far.reads).toBe(reads)
    }
  })

  it('count from when the far one was asked, not from when it answered', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const far = new Shared()
    await far.set('a', sessionOf({ n: 1 }))
    const store = layered(new MemoryStore(), far, { staleness: 500 })
    const reading = read(store, 'a')
    vi.setSystemTime(Date.now() + 500)
    await reading
    await read(store, 'a')
    expect(far.reads).toBe(2)
  })

  it('give what they wrote without asking', async () => {
    const far = new Shared()
    const store = layered(new MemoryStore(), far)
    const version = await store.set('a', sessionOf({ n: 1 }))
    expect(await read(store, 'a')).toMatchObject({ n: 1 })
    expect(far.reads).toBe(0)
    expect(await versionOf(far, 'a')).toBe(version)
  })

  it('ask again when the clock was put back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const far = new Shared()
    const store = layered(new MemoryStore(), far, { staleness: 500 })
    await store.set('a', sessionOf({ n: 1 }))
    vi.setSystemTime(Date.now() - 3_600_000)
    await read(store, 'a')
    expect(far.reads).toBe(1)
  })

  it('see what others wrote and destroyed as late as the staleness, and no later', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const far = new Shared()
    const [here, there] = [1, 2].map(() => layered(new MemoryStore(), far, { staleness: 500 }))
    await here!.set('a', sessionOf({ n: 1 }))
    await there!.set('a', sessionOf({ n: 2 }))
    expect(await read(here!, 'a')).toMatchObject({ n: 1 })
    vi.setSystemTime(Date.now() + 500)
    expect(await read(here!, 'a')).toMatchObject({ n: 2 })
    await there!.destroy('a')
    expect(await read(here!, 'a')).toMatchObject({ n: 2 })
    vi.setSystemTime(Date.now() + 500)
    expect(await read(here!, 'a')).toBeUndefined()
  })

  it('forget what is old as soon as they meet a conflict', async () => {
    const far = new Shared()
    const store = layered(new MemoryStore(), far)
    const ifVersion = (await store.set('a', sessionOf({ n: 1 }))) as number
    await far.set('a', sessionOf({ n: 2 }))
    await expect(
      store.set('a', sessionOf({ n: 3 }), undefined, { ifVersion }),
    ).rejects.toMatchObject({ code: 'SESSION_CONFLICT' })
    expect(await read(store, 'a')).toMatchObject({ n: 2 })
  })

  it('do not keep what was read while it was written', async () => {
    const answers: (() => unknown)[] = []
    const far = new Shared()
    await far.set('a', sessionOf({ n: 1 }))
    const slow = Object.assign(Object.create(far) as Shared, {
      get(id: string, callback: GetCallback) {
        far.get(id, (...found) => {
          answers.push(() => callback(...found))
        })
      },
      set: far.set.bind(far),
    })
    const store = layered(new MemoryStore(), slow)
    const reading = read(store, 'a')
    await vi.waitFor(() => expect(answers).toHaveLength(1))
    await store.set('a', sessionOf({ n: 2 }))
    answers[0]?.()
    expect(await reading).toMatchObject({ n: 1 })
    expect(await read(store, 'a')).toMatchObject({ n: 2 })
  })

  it('give and clear all of the far one', async () => {
    const store = layered(new MemoryStore(), new MemoryStore())
    await store.set('a', sessionOf({ n: 1 }))
    expect(await store.all?.(undefined as never)).toMatchObject({ a: { n: 1 } })
    await store.clear?.()
    expect(await read(store, 'a')).toBeUndefined()
  })

  it('merge what two processes write, each from an old reading', async () => {
    const far = new Shared()
    const [here, there] = await Promise.all(
      [1, 2].map(() => keysApp(layered(new MemoryStore(), far, { staleness: 60_000 }), 5000)),
    )
    await here!.get('/set/first')
    const tab = there!.other(here!.cookies)
    await tab.get('/get')
    await here!.get('/set/here')
    await tab.get('/set/there')
    const { text } = await keysApp(far, 5000).then((app) => app.other(tab.cookies).get('/get'))
    expect((JSON.parse(text) as string[]).toSorted()).toEqual(['first', 'here', 'there'])
  })

  it('answer while the far one is away, for as long as the staleness', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const far = new Shared()
    const store = layered(new MemoryStore(), far, { staleness: 500 })
    const browser = await keysApp(store, 5000)
    await browser.get('/set/a')
    far.isAway = true
    expect(await browser.get('/get')).toMatchObject({ status: 200, text: '["a"]' })
    vi.setSystemTime(Date.now() + 500)
    expect(await browser.get('/get')).toMatchObject(away)
    far.isAway = false
    expect(await browser.get('/get')).toMatchObject({ status: 200, text: '["a"]' })
  })

  it('tell that the far one was disconnected, and is connected', () => {
    const far = new Shared()
    const heard: string[] = []
    const store = layered(new MemoryStore(), far)
    for (const event of ['disconnect', 'connect']) store.on(event, () => heard.push(event))
    far.emit('disconnect')
    far.emit('connect')
    expect(heard).toEqual(['disconnect', 'connect'])
  })
})

function read(store: SessionStore, id: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    store.get(id, (error, session) => {
      if (error) reject(error)
      else resolve(session ?? undefined)
    })
  })
}

function versionOf(store: SessionStore, id: string): Promise<unknown> {
  return new Promise((resolve) => {
    store.get(id, (_error, _session, version) => resolve(version))
  })
}

function sessionOf(data: object): StoredSession {
  return { ...data, cookie: { originalMaxAge: null, expires: null } }
}
