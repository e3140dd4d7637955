/* oxlint-disable no-useless-default-assignment, prefer-rest-params, no-extra-bind -- the shapes are those of stores in the wild */
import { runInThisContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import session from '@tokkyu/session'
import type { SessionStore, StoredSession } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import { takesCallback } from '../src/session/takes-callback.ts'

describe('a method of a store', () => {
  it.each([
    ['async get(id)', { get: async (id: string) => id }.get],
    ['a lone name', async (id: string) => id],
    ['a comment in the list', runInThisContext('(async (id /* = any text */) => id)') as unknown],
    ['a default inside a pattern', async ({ id = '' }: { id?: string }) => id],
    ['a call with a default in its body', async (id: string) => ((one = id) => one)()],
    ['no parameter', async () => {}],
  ])('takes no callback: %s', (_shape, method) => {
    expect(takesCallback(method as () => void, 1)).toBe(false)
  })

  it.each([
    ['a second parameter', (_id: string, _done: unknown) => {}],
    ['a default', async (_id: string, _done = () => {}) => {}],
    ['the rest', (..._given: unknown[]) => {}],
    [
      'its arguments',
      function (_id: string) {
        arguments[1]()
      },
    ],
    ['the rest, bound', ((..._given: unknown[]) => {}).bind(null)],
    ['a second parameter, bound', ((_id: string, _done: unknown) => {}).bind(null)],
  ])('takes a callback by %s', (_shape, method) => {
    expect(takesCallback(method as () => void, 1)).toBe(true)
  })

  it('may take one when it is bound and its length shows none', () => {
    expect(takesCallback(((id: string) => id).bind(null), 1)).toBeUndefined()
  })
})

/** Visits twice: how often the second answer says the session was seen. */
async function visits(store: SessionStore): Promise<string> {
  const sessions = session<{ n: number }>({ secret, store, resave: false, storeTimeout: 60_000 })
  const client = await serve((req, res) =>
    sessions(req, res, () => {
      const mine = sessions.of(req)
      mine.n = (mine.n ?? 0) + 1
      res.end(String(mine.n))
    }),
  )
  await client.get('/')
  return (await client.get('/')).text
}

describe('a store of bound functions', () => {
  it('that returns promises is answered by them', async () => {
    const db = {
      rows: new Map<string, string>(),
      async get(id: string) {
        const row = this.rows.get(id)
        return row === undefined ? undefined : (JSON.parse(row) as StoredSession)
      },
      async set(id: string, data: StoredSession) {
        this.rows.set(id, JSON.stringify(data))
      },
      async delete(id: string) {
        this.rows.delete(id)
      },
    }
    const store = { get: db.get.bind(db), set: db.set.bind(db), destroy: db.delete.bind(db) }
    expect(await visits(store)).toBe('2')
  })

  it('that calls back after its promise is answered by the callback', async () => {
    const rows = new Map<string, string>()
    const get = async (id: string, done: (error: null, value: unknown) => void = () => {}) => {
      setTimeout(() => done(null, JSON.parse(rows.get(id) ?? 'null')), 1)
    }
    const set = (id: string, data: StoredSession, done: () => void) => {
      rows.set(id, JSON.stringify(data))
      done()
    }
    const destroy = async (id: string) => void rows.delete(id)
    expect(await visits({ get: get.bind(null) as SessionStore['get'], set, destroy })).toBe('2')
  })
})
