import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { RedisStore } from 'connect-redis'
import expressSession from 'express-session'
import createMemoryStore from 'memorystore'
import { onTestFinished } from 'vitest'
import session, { CookieStore, FileStore, MemoryStore } from '@tokkyu/session'
import type { SessionStore, StoredSession } from '@tokkyu/session'
import { FakeRedis } from './fake-redis.ts'

export const secret = 'a secret of at least thirty-two bytes'

/** Ours, and those that were made for express-session. */
export const allStores: readonly (readonly [name: string, create: () => SessionStore])[] = [
  ['MemoryStore', () => new MemoryStore()],
  ['FileStore', () => fileStore()],
  ['FileStore with fsync', () => fileStore('always')],
  ['CookieStore', () => new CookieStore({ secret })],
  ['signed CookieStore', () => new CookieStore({ secret, encrypt: false })],
  ['a store of promises', () => new PromiseStore()],
  ['memorystore', () => new (createMemoryStore(session))({}) as SessionStore],
  ['connect-redis', () => new RedisStore({ client: new FakeRedis() }) as SessionStore],
  ['MemoryStore of express-session', () => new expressSession.MemoryStore() as SessionStore],
]

/** The least a store can be: three methods, no callbacks, no versions. */
class PromiseStore implements SessionStore {
  readonly #sessions = new Map<string, string>()

  async get(id: string): Promise<StoredSession | undefined> {
    await Promise.resolve()
    const found = this.#sessions.get(id)
    const stored = found && (JSON.parse(found) as StoredSession)
    if (!stored) return undefined
    const { expires } = stored.cookie
    return !expires || new Date(expires).getTime() > Date.now() ? stored : undefined
  }

  async set(id: string, data: StoredSession): Promise<void> {
    await Promise.resolve()
    this.#sessions.set(id, JSON.stringify(data))
  }

  async destroy(id: string): Promise<void> {
    await Promise.resolve()
    this.#sessions.delete(id)
  }
}

function fileStore(fsync?: 'always'): SessionStore {
  const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-session-'))
  const store = new FileStore({ path: path.join(folder, 'log'), ...(fsync && { fsync }) })
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  return store
}
