import { SessionOptionError } from '../option-error.ts'
import type { CookieData } from '../session/cookie.ts'
import type {
  GetCallback,
  GetOptions,
  SessionStore,
  SetOptions,
  StoredSession,
  Version,
} from '../session/session-store.ts'
import { Store } from '../session/store.ts'
import { after, attempt, StoreAccess } from '../session/store-access.ts'
import type { Found, MaybePromise } from '../session/store-access.ts'
import { dataJson } from '../session/stored-session.ts'
import { answerFound, PromisedStore } from './promised-store.ts'

/** Options of `layered`. */
export interface LayeredOptions {
  /**
   * Milliseconds for which a session that was read or written here is given again without asking the far
   * store: for so long at most, what other processes did to it, destroying it too, may not be seen here.
   *
   * @default 1_000
   */
  readonly staleness?: number | undefined
}

/**
 * Puts a near store in front of a far one: reads are answered by the near one for a short while.
 *
 * Writes go to the far store by version, so that none is lost, however old what they began with: whoever read
 * what is out of date meets a conflict, reads anew and merges. Only reading may be behind, by `staleness`
 * at most.
 *
 * @param near - a store of this process alone, such as a `MemoryStore`; it is used for nothing else.
 * @param far - the store that all processes share; it has versions.
 * @throws {SessionOptionError} for a far store without versions, or a staleness that is no time.
 * @example session({ secret, store: layered(new MemoryStore(), new RedisStore({ client })) })
 */
export function layered(
  near: SessionStore,
  far: SessionStore,
  { staleness = 1_000 }: LayeredOptions = {},
): Store {
  if (far?.versions !== true) {
    throw new SessionOptionError(
      'far',
      'far store must have versions: what is read nearby may be old',
    )
  }
  if (!(staleness > 0 && staleness < Infinity)) {
    throw new SessionOptionError(
      'staleness',
      `staleness option must be a number of milliseconds above 0, not ${staleness}`,
    )
  }
  return new LayeredStore(near, far, staleness)
}

/** A session of the far store as it lies in the near one. */
interface Kept extends StoredSession {
  readonly json: string
  readonly version: Version
  /** When it was asked for, in ms since 1970. */
  readonly since: number
}

/** Those who read one session of the far store just now. */
interface Reading {
  readers: number
  /** What they read may be older than what was written here meanwhile. */
  isOld: boolean
}

class LayeredStore extends PromisedStore {
  readonly #near: StoreAccess
  readonly #far: StoreAccess
  readonly #staleness: number
  readonly #readings = new Map<string, Reading>()

  constructor(near: SessionStore, far: SessionStore, staleness: number) {
    super()
    this.#near = new StoreAccess(near, PATIENCE)
    this.#far = new StoreAccess(far, PATIENCE)
    this.#staleness = staleness
    for (const event of ['disconnect', 'connect']) far.on?.(event, () => this.emit(event))
    if (typeof far.touch !== 'function') Object.defineProperty(this, 'touch', { value: undefined })
    offerTools(this, near as Tools, far as Tools)
  }

  override get(id: string, callback?: GetCallback, options?: GetOptions): unknown {
    const found = this.#find(id)
    if (callback && options?.direct && !(found instanceof Promise)) {
      return callback(null, found?.session, found?.version, found?.json)
    }
    return answerFound(Promise.resolve(found), callback)
  }

  protected override read(id: string): Promise<Found | undefined> {
    return Promise.resolve(this.#find(id))
  }

  #find(id: string): MaybePromise<Found | undefined> {
    const near = attempt(() => this.#near.get(id), ignore)
    return after(
      near,
      (found) => this.#fresh(found?.session as Kept | undefined) ?? this.#fetch(id),
    )
  }

  #fresh(kept: Kept | undefined): Found | undefined {
    if (kept === undefined) return undefined
    const age = Date.now() - kept.since
    // A clock that was put back does not make it younger.
    if (!(age >= 0 && age < this.#staleness)) return undefined
    const session = JSON.parse(kept.json) as StoredSession
    session.cookie = kept.cookie as CookieData
    return { session, version: kept.version, json: kept.json }
  }

  async #fetch(id: string): Promise<Found | undefined> {
    const reading = this.#readings.get(id) ?? { readers: 0, isOld: false }
    this.#readings.set(id, reading)
    reading.readers++
    const since = Date.now()
    try {
      const found = await this.#far.get(id)
      if (found?.version === undefined) await this.#forget(id)
      else if (!reading.isOld) {
        const { session, version, json = dataJson(session) } = found
        await this.#keep(id, { cookie: session.cookie, json, version, since })
      }
      return found
    } finally {
      if (--reading.readers === 0 && this.#readings.get(id) === reading) this.#readings.delete(id)
    }
  }

  protected override async write(
    id: string,
    session: StoredSession,
    options: SetOptions = {},
  ): Promise<Version> {
    const since = Date.now()
    const json = options.json ?? dataJson(session)
    let version: Version | undefined
    try {
      version = await this.#far.set(id, session, { ...options, json })
    } finally {
      // After a conflict what is nearby is old; after any other failure nobody knows.
      this.#outdateReadings(id)
      if (version === undefined) await this.#forget(id)
    }
    await this.#keep(id, { cookie: session.cookie, json, version: version as Version, since })
    return version as Version
  }

  protected override async moveExpiry(id: string, session: StoredSession): Promise<void> {
    await this.#far.touch(id, session)
    await attempt(async () => this.#near.touch(id, session), ignore)
  }

  protected override async remove(id: string): Promise<void> {
    try {
      await this.#far.destroy(id)
    } finally {
      this.#outdateReadings(id)
      await this.#forget(id)
    }
  }

  async #keep(id: string, kept: Kept): Promise<void> {
    await attempt(async () => this.#near.set(id, kept, { direct: true }), ignore)
  }

  async #forget(id: string): Promise<void> {
    await attempt(async () => this.#near.destroy(id), ignore)
  }

  #outdateReadings(id: string): void {
    const reading = this.#readings.get(id)
    if (reading === undefined) return
    reading.isOld = true
    this.#readings.delete(id)
  }
}

type Tools = Pick<Store, 'all' | 'length' | 'clear'>

/** What the far store has for tools; the near one is cleared with it. */
function offerTools(store: Store, near: Tools, far: Tools): void {
  if (far.all) store.all = (callback) => far.all?.(callback)
  if (far.length) store.length = (callback) => far.length?.(callback)
  if (far.clear) {
    store.clear = (callback) => {
      near.clear?.(ignore)
      return far.clear?.(callback)
    }
  }
}

/** Without end for a timer: `session()` has the limit. */
const PATIENCE = 2 ** 31 - 1

/** The near store only spares a way. */
function ignore(): undefined {}
