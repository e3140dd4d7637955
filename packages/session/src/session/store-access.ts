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
    return this.#unlessMissing('get', id) as MaybePromise<Found | undefined>
  }

  /** @returns the new version, from a store that has versions. */
  set(id: string, session: StoredSession, options: SetOptions): MaybePromise<Version | undefined> {
    const stored = this.#ask('set', id, session, options) as MaybePromise<Version | undefined>
    return this.hasVersions ? stored : after(stored, () => undefined)
  }

  touch(id: string, session: StoredSession): MaybePromise<unknown> {
    if (typeof this.store.touch !== 'function') return undefined
    return this.#unlessMissing('touch', id, session)
  }

  destroy(id: string): MaybePromise<unknown> {
    return this.#unlessMissing('destroy', id)
  }

  #unlessMissing(operation: Operation, id: string, session?: StoredSession): MaybePromise<unknown> {
    try {
      const done = this.#ask(operation, id, session)
      return done instanceof Promise ? done.catch(unlessMissing) : done
    } catch (error) {
      return unlessMissing(error)
    }
  }

  /**
   * What comes first counts: the callback, or a promise. A promise that is kept is a result only from a
   * method that takes no callback, as an `async get(id, callback)` may return before it calls; of
   * methods that cannot be read, only while the store has never called back.
   */
  #ask(
    operation: Operation,
    id: string,
    session?: StoredSession,
    options?: SetOptions,
  ): MaybePromise<unknown> {
    const answer = new StoreAnswer(operation, this.hasVersions)
    const returned = this.#call(operation, id, session, options, (error, value, version, json) => {
      this.#callsBack = true
      answer.take(error, value, version, json)
    })
    if (isThenable(returned)) {
      const method = this.store[operation]
      const takesOne = method && takesCallback(method, PLAIN_ARGUMENTS[operation])
      returned.then(
        (value) => {
          if (!(takesOne ?? this.#callsBack)) answer.take(null, value)
        },
        (error: unknown) => answer.take(error),
      )
    }
    return answer.isThere ? answer.give() : answer.within(this.timeout)
  }

  /** Exactly as express-session calls it; options come behind the callback, to stores that take them. */
  #call(
    operation: Operation,
    id: string,
    session: StoredSession | undefined,
    options: SetOptions | undefined,
    callback: Callback,
  ): unknown {
    const { store, hasVersions } = this
    switch (operation) {
      case 'get':
        return hasVersions ? store.get(id, callback, DIRECT) : store.get(id, callback)
      case 'set':
        return hasVersions
          ? store.set(id, session as StoredSession, callback, options)
          : store.set(id, session as StoredSession, callback)
      case 'touch':
        return store.touch?.(id, session as StoredSession, callback)
      default:
        return store.destroy(id, callback)
    }
  }
}

type Callback = (error?: unknown, value?: unknown, version?: Version, json?: string) => void

type Operation = 'get' | 'set' | 'touch' | 'destroy'

/** How many arguments stand in front of the callback. */
const PLAIN_ARGUMENTS = { get: 1, set: 2, touch: 2, destroy: 1 } as const

const DIRECT = { direct: true }

/** What a store has answered, or will: the first answer counts. */
class StoreAnswer {
  isThere = false
  readonly #operation: Operation
  readonly #hasVersions: boolean
  #failure: unknown
  #result: unknown
  #settle: (() => void) | undefined

  constructor(operation: Operation, hasVersions: boolean) {
    this.#operation = operation
    this.#hasVersions = hasVersions
  }

  take(error?: unknown, value?: unknown, version?: Version, json?: string): void {
    if (this.isThere) return
    this.isThere = true
    this.#failure = error
    this.#result =
      this.#operation !== 'get'
        ? value
        : this.#hasVersions
          ? found(value, version, json)
          : found(value, undefined, undefined)
    this.#settle?.()
  }

  /** Gives the result, or throws. */
  give(): unknown {
    if (this.#failure) throw named(this.#operation, this.#failure)
    return this.#result
  }

  /** Waits, but not longer than this many milliseconds. */
  within(timeout: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.take(new StoreUnavailableError(this.#operation, `did not answer within ${timeout} ms`))
      }, timeout)
      timer.unref()
      this.#settle = () => {
        clearTimeout(timer)
        if (this.#failure) reject(named(this.#operation, this.#failure))
        else resolve(this.#result)
      }
    })
  }
}

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
