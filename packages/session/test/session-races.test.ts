import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import session, { MemoryStore } from '@tokkyu/session'
import type { SessionOptions } from '@tokkyu/session'
import { allStores, secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'

type Data = Record<string, unknown>

/** A server whose requests read at once and answer when told to, so that they overlap as wanted. */
async function overlapping(options: SessionOptions): Promise<{
  client: Client
  /** Begins a request; resolves when its handler has run, with what makes it answer. */
  begin: (path: string, client?: Client) => Promise<() => Promise<{ status: number; text: string }>>
}> {
  const sessions = session<Data>({ secret, resave: false, saveUninitialized: false, ...options })
  const started = new Map<string, () => void>()
  const finishing = new Map<string, () => void>()
  const client = await serve((req, res) =>
    sessions(req, res, (error) => {
      if (error) {
        res.statusCode = (error as { status?: number }).status ?? 500
        res.end((error as { code?: string }).code)
        return
      }
      const key = req.headers['x-key'] as string | undefined
      void handle(req, res, key)
    }),
  )
  async function handle(req: IncomingMessage, res: ServerResponse, key?: string): Promise<void> {
    let text: string
    try {
      text = await act(sessions.of, req)
    } catch (error) {
      res.statusCode = (error as { status: number }).status
      text = (error as { code: string }).code
    }
    const finish = () => res.end(text)
    if (key === undefined) return void finish()
    finishing.set(key, finish)
    started.get(key)?.()
  }
  let keys = 0
  return {
    client,
    async begin(path, from = client) {
      const key = String(keys++)
      const running = new Promise<void>((resolve) => started.set(key, resolve))
      const answer = from.get(path, { 'x-key': key })
      await running
      return () => {
        finishing.get(key)?.()
        return answer
      }
    },
  }
}

async function act(of: (req: IncomingMessage) => Data, req: IncomingMessage): Promise<string> {
  const mine = of(req) as ReturnType<ReturnType<typeof session>['of']> & Data
  const [, verb, key = '', value] = (req.url ?? '').split('/')
  if (verb === 'set') mine[key] = value ?? true
  if (verb === 'delete') delete mine[key]
  if (verb === 'nest') (mine['nested'] ??= {} as Data)[key as never] = true as never
  if (verb === 'destroy') await mine.destroy()
  if (verb === 'regenerate') await mine.regenerate()
  if (verb === 'rotate') {
    mine['role'] = 'admin'
    await mine.rotate()
  }
  if (verb === 'destroy') return 'destroyed'
  const { cookie: _, ...data } = (req as { session?: Data }).session ?? {}
  return JSON.stringify(data)
}

describe.each(allStores)('concurrent requests on %s', (_name, create) => {
  it('both keep what they did, whoever commits first', async () => {
    const { client, begin } = await overlapping({ store: create() })
    await client.get('/set/start')
    const first = await begin('/set/a')
    const second = await begin('/set/b')
    const third = await begin('/delete/start')
    await second()
    await first()
    await third()
    expect(JSON.parse((await client.get('/')).text)).toEqual({ a: true, b: true })
  })

  it('merge nested objects', async () => {
    const { client, begin } = await overlapping({ store: create() })
    await client.get('/set/start')
    const first = await begin('/nest/a')
    const second = await begin('/nest/b')
    await Promise.all([first(), second()])
    expect(JSON.parse((await client.get('/')).text)).toEqual({
      start: true,
      nested: { a: true, b: true },
    })
  })

  it('give the same key to the last to commit', async () => {
    const { client, begin } = await overlapping({ store: create() })
    await client.get('/set/start')
    const first = await begin('/set/a/1')
    const second = await begin('/set/a/2')
    await second()
    await first()
    expect(JSON.parse((await client.get('/')).text)).toMatchObject({ a: '1' })
  })

  it.each(['destroy', 'regenerate'])(
    'never bring a session back that another one ended by %s',
    async (end) => {
      const { client, begin } = await overlapping({ store: create() })
      await client.get('/set/user/ada')
      const old = client.other(client.cookies)
      const write = await begin('/set/late', old)
      await client.get(`/${end}`)
      expect((await write()).status).toBe(200)
      expect((await client.other(old.cookies).get('/')).text).toBe('{}')
    },
  )

  it('do not rewrite what only the other one changed, even with resave', async () => {
    const { client, begin } = await overlapping({ store: create(), resave: true })
    await client.get('/set/a/1')
    const reader = await begin('/')
    await client.get('/set/a/2')
    await reader()
    expect(JSON.parse((await client.get('/')).text)).toEqual({ a: '2' })
  })
})

describe.each(allStores)('rotate() on %s', (_name, create) => {
  it('gives a new id and keeps the data', async () => {
    const { client } = await overlapping({ store: create() })
    await client.get('/set/user/ada')
    const before = client.other(client.cookies)
    await client.get('/rotate')
    expect(client.cookies).not.toEqual(before.cookies)
    expect(JSON.parse((await client.get('/')).text)).toEqual({ user: 'ada', role: 'admin' })
  })

  it('leaves the old id readable, without what was given since, and never writable', async () => {
    const { client } = await overlapping({ store: create() })
    await client.get('/set/user/ada')
    const tab = client.other(client.cookies)
    await client.get('/rotate')
    const read = await tab.get('/')
    expect(JSON.parse(read.text)).toEqual({ user: 'ada' })
    expect(read.headers['set-cookie']).toBeUndefined()
    const write = await tab.get('/set/user/eve')
    expect(write).toMatchObject({ status: 503, text: 'SESSION_CONFLICT' })
    expect(JSON.parse((await client.get('/')).text)).toEqual({ user: 'ada', role: 'admin' })
  })

  it('ends the old id after the grace, or at once without one', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    for (const rotationGrace of [0, 60_000]) {
      const { client } = await overlapping({ store: create(), rotationGrace })
      await client.get('/set/user/ada')
      const tab = client.other(client.cookies)
      await client.get('/rotate')
      const read = await tab.other(tab.cookies).get('/')
      expect(read.text.includes('ada')).toBe(rotationGrace > 0)
      vi.setSystemTime(Date.now() + rotationGrace)
      expect((await tab.get('/')).text).toBe('{}')
      expect((await client.get('/')).text).toContain('admin')
    }
  })

  it('asks a request that was writing under the old id to come again', async () => {
    const { client, begin } = await overlapping({ store: create() })
    await client.get('/set/user/ada')
    const tab = client.other(client.cookies)
    const write = await begin('/set/late', tab)
    await client.get('/rotate')
    expect(await write()).toMatchObject({ status: 503, text: 'SESSION_CONFLICT' })
  })

  it('takes along what another request stored since this one began', async () => {
    const sessions = session<Data>({
      secret,
      store: create(),
      resave: false,
      saveUninitialized: false,
    })
    const client = await serve((req, res) =>
      sessions(req, res, () => {
        const mine = sessions.of(req)
        if (req.url !== '/rotate') {
          if (req.url !== '/') mine[(req.url as string).slice(1)] = true
          const { cookie: _, ...data } = mine
          res.end(JSON.stringify(data))
          return
        }
        mine['mine'] = true
        void client
          .other(client.cookies)
          .get('/theirs')
          .then(() => mine.rotate())
          .then(() => res.end())
      }),
    )
    await client.get('/first')
    await client.get('/rotate')
    const { text } = await client.get('/')
    expect(JSON.parse(text)).toEqual({ first: true, mine: true, theirs: true })
  })
})

describe('rotate() while others write', () => {
  it('tries again, and takes along what they wrote', async () => {
    const store = new MemoryStore()
    const { client } = await overlapping({ store })
    await client.get('/set/user/ada')
    meddle(store, 3)
    await client.get('/rotate')
    expect(JSON.parse((await client.get('/')).text)).toEqual({
      user: 'ada',
      role: 'admin',
      other: 0,
    })
  })

  it('gives up after 20 retries with 503, and leaves the id as it was', async () => {
    const store = new MemoryStore()
    const { client } = await overlapping({ store })
    await client.get('/set/user/ada')
    const before = new Map(client.cookies)
    meddle(store, 1000)
    expect(await client.get('/rotate')).toMatchObject({ status: 503, text: 'SESSION_CONFLICT' })
    expect(client.cookies).toEqual(before)
  })
})

describe('two tabs that rotate at once', () => {
  it('end with one session: the second is asked to come again', async () => {
    const store = new MemoryStore()
    const { client } = await overlapping({ store })
    await client.get('/set/user/ada')
    const tabs = [client.other(client.cookies), client.other(client.cookies)]
    const answers = await Promise.all(tabs.map((tab) => tab.get('/rotate')))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 503])
  })
})

describe('a writer that loses every time', () => {
  it('gives up after 20 retries with 503, and nothing of its answer leaves', async () => {
    const store = new MemoryStore()
    let reads = 0
    const get = store.get.bind(store)
    store.get = (id: string, callback: (...found: unknown[]) => void, options?: object) => {
      reads++
      return get(
        id,
        (error, found, version) => {
          // Another process writes between each read and write.
          if (found)
            store.set(id, { ...found, other: reads }, () => callback(error, found, version))
          else callback(error, found, version)
        },
        options,
      )
    }
    const { client } = await overlapping({ store })
    await client.get('/set/a')
    reads = 0
    const answer = await client.get('/set/b')
    expect(answer).toMatchObject({ status: 503, text: 'SESSION_CONFLICT' })
    expect(reads).toBe(21)
  })
})

/** Lets another request write between each reading and the writing after it, so many times. */
function meddle(store: MemoryStore, times: number): void {
  const get = store.get.bind(store)
  let left = times
  store.get = (id: string, callback: (...found: unknown[]) => void, given?: object) =>
    get(
      id,
      (error, found, version) => {
        if (!found || left-- <= 0) return callback(error, found, version)
        return store.set(id, { ...found, other: left }, () => callback(error, found, version))
      },
      given,
    )
}
