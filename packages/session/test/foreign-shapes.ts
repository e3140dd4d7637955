/* oxlint-disable no-useless-default-assignment, prefer-rest-params, unicorn/consistent-function-scoping, promise/no-callback-in-promise -- the shapes are those of stores in the wild */
import { callbackify } from 'node:util'
import type { SessionStore, StoredSession } from '@tokkyu/session'

export type Answer = (error?: unknown, value?: unknown) => void

export function ignore(): void {}

/** What foreign stores have in common: text by id, in a table of their own, until it expires. */
export function table() {
  const rows = new Map<string, string>()
  const get = (id: string): StoredSession | undefined => {
    const row = rows.get(id)
    if (row === undefined) return undefined
    const found = JSON.parse(row) as StoredSession
    const { expires } = found.cookie
    return expires && new Date(expires).getTime() <= Date.now() ? undefined : found
  }
  const set = (id: string, data: StoredSession): void => void rows.set(id, JSON.stringify(data))
  const destroy = (id: string): void => void rows.delete(id)
  /** A row that is there gets another cookie. */
  const touch = (id: string, data: StoredSession): void => {
    const found = get(id)
    if (found) set(id, { ...found, cookie: data.cookie })
  }
  return { rows, get, set, destroy, touch }
}

const later = (answer: () => unknown): void => void setImmediate(() => setImmediate(answer))

/** Shapes of stores of the ecosystem, written anew. */
export const SHAPES: readonly (readonly [shape: string, create: () => SessionStore])[] = [
  [
    'that calls back at once, with a result of its own',
    () => {
      const rows = table()
      return {
        get: (id: string, done: Answer) => done(null, rows.get(id) ?? null),
        set: (id: string, data: StoredSession, done: Answer) => {
          rows.set(id, data)
          done(null, { changes: 1 })
        },
        destroy: (id: string, done: Answer) => {
          rows.destroy(id)
          done(null, { changes: 1 })
        },
        touch: (id: string, data: StoredSession, done: Answer) => {
          rows.touch(id, data)
          done(null, { changes: 1 })
        },
      } as SessionStore
    },
  ],
  [
    'made of promises by util.callbackify',
    () => {
      const rows = table()
      return {
        get: callbackify(async (id: string) => rows.get(id)),
        set: callbackify(async (id: string, data: StoredSession) => rows.set(id, data)),
        destroy: callbackify(async (id: string) => rows.destroy(id)),
      }
    },
  ],
  [
    'of promises, bound',
    () => {
      const rows = table()
      const db = {
        find: async (id: string) => rows.get(id),
        store: async (id: string, data: StoredSession) => rows.set(id, data),
        remove: async (id: string) => rows.destroy(id),
      }
      return {
        get: db.find.bind(db),
        set: db.store.bind(db),
        destroy: db.remove.bind(db),
      }
    },
  ],
  [
    'of promises that also calls what stands last in its arguments',
    () => {
      const rows = table()
      function calling(work: (...given: never[]) => unknown): unknown {
        return function method() {
          const given = [...arguments] as unknown[]
          const done = typeof given.at(-1) === 'function' ? (given.pop() as Answer) : ignore
          return Promise.resolve()
            .then(() => work(...(given as never[])))
            .then((value) => done(null, value), done)
        }
      }
      return {
        get: calling((id: string) => rows.get(id) ?? null),
        set: calling((id: string, data: StoredSession) => rows.set(id, data)),
        destroy: calling((id: string) => rows.destroy(id)),
        touch: calling((id: string, data: StoredSession) => rows.touch(id, data)),
      } as SessionStore
    },
  ],
  [
    'that takes (...args) and the last for the callback',
    () => {
      const rows = table()
      return {
        get: (...args: unknown[]) =>
          setImmediate(args.pop() as Answer, null, rows.get(args[0] as string)),
        set: (...args: unknown[]) => {
          const done = args.pop() as Answer
          rows.set(args[0] as string, args[1] as StoredSession)
          setImmediate(done)
        },
        destroy: (...args: unknown[]) => {
          rows.destroy(args[0] as string)
          setImmediate(args.pop() as Answer)
        },
      }
    },
  ],
  [
    'of async methods that call back later',
    () => {
      const rows = table()
      return {
        get: async (id: string, done: Answer = ignore) => later(() => done(null, rows.get(id))),
        set: async (id: string, data: StoredSession, done: Answer = ignore) => {
          const text = JSON.stringify(data)
          later(() => done(null, rows.set(id, JSON.parse(text) as StoredSession)))
        },
        destroy: async (id: string, done: Answer = ignore) =>
          later(() => done(null, rows.destroy(id))),
      } as SessionStore
    },
  ],
  [
    'with a cache in front',
    () => {
      const rows = table()
      const cache = table()
      return {
        get: (id: string, done: Answer) =>
          cache.rows.has(id)
            ? done(null, cache.get(id))
            : later(() => {
                const found = rows.get(id)
                if (found) cache.set(id, found)
                done(null, found)
              }),
        set: (id: string, data: StoredSession, done: Answer) => {
          cache.set(id, data)
          const copy = cache.get(id) as StoredSession
          later(() => done(null, rows.set(id, copy)))
        },
        destroy: (id: string, done: Answer) => {
          cache.destroy(id)
          later(() => done(null, rows.destroy(id)))
        },
      } as SessionStore
    },
  ],
  [
    'whose touch reads and then writes the whole row',
    () => {
      const rows = table()
      return {
        get: (id: string, done: Answer) => later(() => done(null, rows.get(id))),
        set: (id: string, data: StoredSession, done: Answer) => {
          const text = JSON.stringify(data)
          later(() => done(null, rows.set(id, JSON.parse(text) as StoredSession)))
        },
        destroy: (id: string, done: Answer) => later(() => done(null, rows.destroy(id))),
        touch: (id: string, data: StoredSession, done: Answer) => {
          const found = rows.get(id)
          const { cookie } = JSON.parse(JSON.stringify(data)) as StoredSession
          if (found) later(() => done(null, rows.set(id, { ...found, cookie })))
          else later(done)
        },
      } as SessionStore
    },
  ],
]
