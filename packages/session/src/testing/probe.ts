import assert from 'node:assert/strict'
import { Cookie } from '../session/cookie.ts'
import type { SessionStore, SetOptions, StoredSession, Version } from '../session/store.ts'

/** Calls a store as `session()` does, with callbacks. */
export class Probe {
  readonly #store: SessionStore

  constructor(store: SessionStore) {
    this.#store = store
  }

  get saysVersions(): unknown {
    return this.#store.versions
  }

  get canTouch(): boolean {
    return typeof this.#store.touch === 'function'
  }

  get(id: string): Promise<{ session: StoredSession | undefined; version: Version | undefined }> {
    return new Promise((resolve, reject) => {
      this.#store.get(id, (error, found, version) => {
        if (error) reject(error)
        else resolve({ session: found ?? undefined, version })
      })
    })
  }

  async data(id: string): Promise<Record<string, unknown>> {
    const { session: found } = await this.get(id)
    assert.ok(found, `there is no session "${id}"`)
    const { cookie: _, ...data } = found
    return plain(data)
  }

  set(id: string, value: StoredSession, options?: SetOptions): Promise<Version | undefined> {
    return new Promise((resolve, reject) => {
      const answer = (error?: unknown, version?: Version): void => {
        if (error) reject(error)
        else resolve(version)
      }
      if (options) this.#store.set(id, value, answer, options)
      else this.#store.set(id, value, answer)
    })
  }

  touch(id: string, value: StoredSession): Promise<void> {
    return this.#done((answer) => this.#store.touch?.(id, value, answer))
  }

  destroy(id: string): Promise<void> {
    return this.#done((answer) => this.#store.destroy(id, answer))
  }

  #done(call: (answer: (error?: unknown) => void) => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      call((error) => {
        if (error) reject(error)
        else resolve()
      })
    })
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
