import { StoreUnavailableError, isUnavailable } from './errors.ts'
import type { SessionStore, SetOptions, StoredSession, Version } from './session-store.ts'
import { takesCallback } from './takes-callback.ts'

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
  #callsBack = false

  constructor(store: SessionStore, timeout: number) {
    this.store = store
    this.timeout = timeout
  }

  /** The store answers with versions and honours `ifVersion`: it said so. */
  get hasVersions(): boolean {
    return this.store.versions === true
  }

  /** A record whose file is missing is no record (`ENOENT`), as in express-session. */
  get(id: string): MaybePromise<Found | undefined> {
    const { store, hasVersions } = this
    const ask = () =>
      this.#ask('get', 1, (answer) =>
        hasVersions ? store.get(id, answer, DIRECT) : store.get(id, answer),
      ) as MaybePromise<Found | undefined>
    return attempt(ask, unlessMissing)
  }

  /** @returns the new version, from a store that has versions. */
  set(id: string, session: StoredSession, options: SetOptions): MaybePromise<Version | undefined> {
    const { store, hasVersions } = this
    const stored = this.#ask('set', 2, (answer) =>
      hasVersions ? store.set(id, session, answer, options) : store.set(id, session, answer),
    )
    return after(stored, (version) => (hasVersions ? (version as Version) : undefined))
  }

  touch(id: string, session: StoredSession): MaybePromise<unknown> {
    const { store } = this
    if (typeof store.touch !== 'function') return undefined
    const touch = () => this.#ask('touch', 2, (answer) => store.touch?.(id, session, answer))
    return attempt(touch, unlessMissing)
  }

  destroy(id: string): MaybePromise<unknown> {
    const { store } = this
    const destroy = () => this.#ask('destroy', 1, (answer) => store.destroy(id, answer))
    return attempt(destroy, unlessMissing)
  }

  /**
   * What comes first counts: the callback, or a promise. A promise that is kept is a result only from a
   * method that takes no callback, as an `async get(id, callback)` may return before it calls; of
   * methods that cannot be read, only while the store has never called back.
   *
   * @param plain - how many arguments stand in front of the callback.
   */
  #ask(
    operation: Operation,
    plain: 1 | 2,
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
      result =
        operation === 'get'
          ? found(
              value,
              this.hasVersions ? version : undefined,
              this.hasVersions ? json : undefined,
            )
          : value
      settle?.()
    }
    const returned = call((...given) => {
      this.#callsBack = true
      answer(...given)
    })
    if (isThenable(returned)) {
      const method = this.store[operation]
      const takesOne = method && takesCallback(method, plain)
      returned.then((value) => {
        if (!(takesOne ?? this.#callsBack)) answer(null, value)
      }, answer)
    }
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

function unlessMissing(error: unknown): undefined {
  if ((error as { code?: unknown } | undefined)?.code !== 'ENOENT') throw error
}

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

/** A value that may be there already; a store in memory needs no promise. */
export type MaybePromise<T> = T | Promise<T>

/** Goes on with a value now if it is there, else when it comes. */
export function after<T, R>(
  value: MaybePromise<T>,
  goOn: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value)
}

/** `try`/`catch` over both. */
export function attempt<T>(
  run: () => MaybePromise<T>,
  recover: (error: unknown) => MaybePromise<T>,
): MaybePromise<T> {
  try {
    const value = run()
    return value instanceof Promise ? value.catch(recover) : value
  } catch (error) {
    return recover(error)
  }
}
