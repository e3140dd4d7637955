import { storeFailed } from '../diagnostics.ts'
import { StoreTimeoutError } from '../errors/store-errors.ts'
import type { CacheStore, EntryOptions, Lease } from './store.ts'

/** The lease of one who works without a store. */
const WITHOUT_STORE: Lease = {
  fence: 0,
  set: async () => false,
  extend: async () => false,
  release: async () => {},
}

/**
 * A store whose failures are misses: one that throws, rejects or stays silent costs its answers, not
 * the requests. Only what a store answers later is timed; one in memory is asked directly.
 *
 * One that stayed silent is left alone for as long as it may take; then one question is put to it, and the
 * others go on without it until that is answered. So a request waits for a silent store once at most.
 */
export class GuardedStore {
  readonly #store: CacheStore
  readonly #timeout: number
  /** Until when the store is left alone; nothing while it answers. */
  #silentUntil: number | undefined

  constructor(store: CacheStore, timeout: number) {
    this.#store = store
    this.#timeout = timeout
  }

  get(key: string): unknown {
    return this.#try('get', key, () => this.#store.get(key), undefined)
  }

  async set(key: string, value: unknown, options: EntryOptions): Promise<void> {
    await this.#try('set', key, () => this.#store.set(key, value, options), undefined)
  }

  async acquire(key: string, ttl: number): Promise<Lease | undefined> {
    const lease = await this.#try(
      'acquire',
      key,
      () => this.#store.acquire(key, ttl),
      WITHOUT_STORE,
    )
    return (
      lease && {
        fence: lease.fence,
        set: async (value: unknown, options: EntryOptions) =>
          this.#try('set', key, () => lease.set(value, options), false),
        extend: async (longer: number) =>
          this.#try('extend', key, () => lease.extend(longer), false),
        release: async () => this.#try('release', key, () => lease.release(), undefined),
      }
    )
  }

  #try<Value>(
    operation: string,
    key: string,
    ask: () => Value | Promise<Value>,
    otherwise: Value,
  ): Value | Promise<Value> {
    const failed = (error: unknown): Value => {
      storeFailed.publish({ operation, key, error })
      return otherwise
    }
    if (this.#isSilent()) return otherwise
    try {
      const answer = ask()
      return answer instanceof Promise ? this.#inTime(operation, answer, failed) : answer
    } catch (error) {
      return failed(error)
    }
  }

  #isSilent(): boolean {
    if (this.#silentUntil === undefined) return false
    const now = Date.now()
    if (now < this.#silentUntil) return true
    // This question goes out, in the name of all.
    this.#silentUntil = now + this.#timeout
    return false
  }

  /** One promise and one timer: this stands in the way of every hit. */
  #inTime<Value>(
    operation: string,
    answer: Promise<Value>,
    failed: (error: unknown) => Value,
  ): Promise<Value> {
    if (this.#timeout === Infinity) return answer.catch(failed)
    return new Promise((resolve) => {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        this.#silentUntil = Date.now() + this.#timeout
        resolve(failed(new StoreTimeoutError(operation, this.#timeout)))
      }, this.#timeout)
      const heard = (): void => {
        clearTimeout(timer)
        this.#silentUntil = undefined
      }
      answer.then(
        (value) => {
          heard()
          resolve(value)
        },
        (error: unknown) => {
          heard()
          // An error is an answer, too; one that comes late was told of as silence.
          if (!isLate) resolve(failed(error))
        },
      )
    })
  }
}
