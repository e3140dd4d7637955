import { storeFailed } from '../diagnostics.ts'
import { StoreTimeoutError } from '../errors/store-errors.ts'
import type { CacheStore, EntryOptions, Lease } from './store.ts'

/** The lease of one who works without a store. */
const WITHOUT_STORE: Lease = { fence: 0, set: async () => false, release: async () => {} }

/**
 * A store whose failures are misses: one that throws, rejects or stays silent costs its answers, not
 * the requests. Only what a store answers later is timed; one in memory is asked directly.
 */
export class GuardedStore {
  readonly #store: CacheStore
  readonly #timeout: number

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
    try {
      const answer = ask()
      return answer instanceof Promise ? this.#inTime(operation, answer).catch(failed) : answer
    } catch (error) {
      return failed(error)
    }
  }

  async #inTime<Value>(operation: string, answer: Promise<Value>): Promise<Value> {
    if (this.#timeout === Infinity) return answer
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new StoreTimeoutError(operation, this.#timeout)),
        this.#timeout,
      )
    })
    return Promise.race([answer, late]).finally(() => clearTimeout(timer))
  }
}
