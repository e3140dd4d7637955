import { StoreUnavailableError, isUnavailable } from './errors.ts'
import type { MaybePromise } from './maybe-promise.ts'
import type { SessionStore, SetOptions, StoredSession, Version } from './store.ts'

/** What a store answers to `get`. */
export interface Found {
  readonly session: StoredSession
  readonly version: Version | undefined
  readonly json: string | undefined
}

/**
 * One road to every store: callbacks and promises, at once or later, within a time limit.
 *
 * The answer comes synchronously when the store gave it synchronously. An unreachable store is
 * reported as {@link StoreUnavailableError}, any other error as the store gave it.
 */
export class StoreAccess {
  readonly store: SessionStore
  readonly timeout: number

  constructor(store: SessionStore, timeout: number) {
    this.store = store
    this.timeout = timeout
  }

  get(id: string): MaybePromise<Found | undefined> {
    const { store } = this
    return this.#ask('get', store.get.length === 1, (answer) =>
      store.get(id, answer, DIRECT),
    ) as MaybePromise<Found | undefined>
  }

  /** @returns the new version, from a store that has versions. */
  set(id: string, session: StoredSession, options: SetOptions): MaybePromise<Version | undefined> {
    const { store } = this
    return this.#ask('set', store.set.length === 2, (answer) =>
      store.set(id, session, answer, options),
    ) as MaybePromise<Version | undefined>
  }

  touch(id: string, session: StoredSession): MaybePromise<unknown> {
    const { store } = this
    if (typeof store.touch !== 'function') return undefined
    const returns = store.touch.length === 2
    return this.#ask('touch', returns, (answer) => store.touch?.(id, session, answer))
  }

  destroy(id: string): MaybePromise<unknown> {
    const { store } = this
    return this.#ask('destroy', store.destroy.length === 1, (answer) => store.destroy(id, answer))
  }

  /**
   * @param returnsResult - the store's method declares no callback, so its promise is the result. From
   *   others only a rejection counts: an `async get(id, callback)` may return before it calls.
   */
  #ask(
    operation: Operation,
    returnsResult: boolean,
    call: (
      answer: (error?: unknown, value?: unknown, version?: Version, json?: string) => void,
    ) => unknown,
  ): MaybePromise<unknown> {
    let answered = false
    let failure: unknown
    let result: unknown
    let settle: (() => void) | undefined
    const answer = (error?: unknown, value?: unknown, version?: Version, json?: string): void => {
      if (answered) return
      answered = true
      failure = error
      result = operation === 'get' ? found(value, version, json) : value
      settle?.()
    }
    const returned = call(answer)
    if (isThenable(returned)) returned.then((value) => returnsResult && answer(null, value), answer)
    if (answered) {
      if (failure) throw named(operation, failure)
      return result
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        answer(new StoreUnavailableError(operation, `did not answer within ${this.timeout} ms`))
      }, this.timeout)
      timer.unref()
      settle = () => {
        clearTimeout(timer)
        if (failure) reject(named(operation, failure))
        else resolve(result)
      }
    })
  }
}

type Operation = 'get' | 'set' | 'touch' | 'destroy'

const DIRECT = { direct: true }

function found(
  session: unknown,
  version: Version | undefined,
  json: string | undefined,
): Found | undefined {
  return session ? { session: session as StoredSession, version, json } : undefined
}

function named(operation: Operation, error: unknown): Error {
  if (!isUnavailable(error) || (error as { code?: unknown }).code === 'SESSION_CONFLICT') {
    return error as Error
  }
  if (error instanceof StoreUnavailableError) return error
  return new StoreUnavailableError(operation, 'cannot be reached', { cause: error })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function'
}
