import assert from 'node:assert/strict'
import { StoreAccess } from '../session/store-access.ts'
import { Cookie } from '../session/cookie.ts'
import type { SessionStore, SetOptions, StoredSession, Version } from '../session/session-store.ts'

/** Asks a store on the road that `session()` takes: by callbacks or promises, at once or later. */
export class Probe {
  readonly store: SessionStore
  readonly #access: StoreAccess

  constructor(store: SessionStore) {
    this.store = store
    this.#access = new StoreAccess(store, 5_000)
  }

  get canTouch(): boolean {
    return typeof this.store.touch === 'function'
  }

  async get(
    id: string,
  ): Promise<{ session: StoredSession | undefined; version: Version | undefined }> {
    const found = await this.#access.get(id)
    return { session: found?.session, version: found?.version }
  }

  async data(id: string): Promise<Record<string, unknown>> {
    const { session: found } = await this.get(id)
    assert.ok(found, `there is no session "${id}"`)
    const { cookie: _, ...data } = found
    return plain(data)
  }

  async set(
    id: string,
    value: StoredSession,
    options: SetOptions = {},
  ): Promise<Version | undefined> {
    return await this.#access.set(id, value, options)
  }

  async touch(id: string, value: StoredSession): Promise<void> {
    await this.#access.touch(id, value)
  }

  async destroy(id: string): Promise<void> {
    await this.#access.destroy(id)
  }
}

export function session(
  data: object,
  cookie: ConstructorParameters<typeof Cookie>[0] = { maxAge: 60_000 },
): StoredSession {
  return { ...data, cookie: new Cookie(cookie) }
}

/** What is left of a value on its way through a store. */
export function plain(value: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>
}
