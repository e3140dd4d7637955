import type { Secrets } from '../cookie/signature.ts'
import { SessionNotFoundError } from '../session/errors.ts'
import type { Done, SetCallback, SetOptions, StatelessStore } from '../session/session-store.ts'
import { encrypting, signing } from './sealed-cookie.ts'
import type { Sealer } from './sealed-cookie.ts'
import { TableStore, answer } from './table-store.ts'
import { Entry } from './session-table.ts'
import type { TableOptions } from './session-table.ts'

/** Options of a `CookieStore`. */
export interface CookieStoreOptions extends TableOptions {
  /** At least 32 bytes. Of a list the first seals and all open. */
  readonly secret: Secrets
  /** Hide the session from its bearer (AES-256-GCM), or only protect it from change. @default true */
  readonly encrypt?: boolean | undefined
  /** Most sessions remembered beside the cookies. @default 100_000 */
  readonly max?: number | undefined
}

/**
 * Keeps each session in its own cookie: nothing to run, nothing to lose, up to about 3 kB.
 *
 * A cookie alone can neither merge concurrent writes nor be taken back. So this process remembers
 * the sessions it has seen last: writers merge, an answer that arrives late does not undo a newer
 * one, and a destroyed session stays dead. The memory is bounded, is not shared with other
 * processes, and does not survive a restart; what that means is in the docs.
 *
 * @throws {SessionOptionError} for a secret of less than 32 bytes.
 * @example session({ secret, store: new CookieStore({ secret }) })
 */
export class CookieStore extends TableStore implements StatelessStore {
  readonly #sealer: Sealer
  readonly #max: number
  #lastVersion = 0
  /** Ids that no token may bring back, and until when such a token could be valid. */
  readonly #ended = new Map<string, number>()
  #longestLife = 0

  constructor({ secret, encrypt = true, max = 100_000, ...options }: CookieStoreOptions) {
    super({ ...options, max })
    this.#sealer = encrypt ? encrypting(secret) : signing(secret)
    this.#max = max
  }

  /**
   * Checks a cookie's value and remembers its session, unless this process knows a newer state.
   *
   * @returns the id; `undefined` for a value that is forged, of another cookie, expired, or of a session
   *   that has ended.
   */
  open(token: string, cookieName: string): string | undefined {
    const text = this.#sealer.open(token, cookieName)
    if (text === undefined) return undefined
    const [version = '', expires = '', encodedId = '', cookie = '', json = ''] = text.split('\n')
    const id = decodeURIComponent(encodedId)
    const held = this.table.use(id)
    if (this.#ended.has(id)) return held && id
    const given = new Entry(json, cookie, Number(expires), Number(version))
    if (given.expires <= Date.now()) return undefined
    if (held !== undefined && held.version >= given.version) {
      held.expiryOnFile = held.version === given.version ? given.expires : 0
    } else {
      given.expiryOnFile = given.expires
      this.table.put(id, given)
    }
    return id
  }

  /**
   * Whether the end that the client's cookie says is off by more than a twentieth of the time left, or
   * than a minute.
   */
  isOutdated(id: string): boolean {
    const entry = this.table.peek(id)
    if (entry === undefined) return false
    const step = Math.min(MOST_BEHIND, (entry.expires - Date.now()) / 20)
    return Math.abs(entry.expires - entry.expiryOnFile) > step
  }

  /**
   * The value for the cookie of a session as it was last set.
   *
   * @throws {SessionNotFoundError} `SESSION_NOT_FOUND`, when it is not, or no longer, remembered.
   */
  seal(id: string, cookieName: string): string {
    const entry = this.table.peek(id)
    if (entry === undefined) throw new SessionNotFoundError()
    const { version, expires, cookie, json } = entry
    const text = [version, expires, encodeURIComponent(id), cookie, json].join('\n')
    return this.#sealer.seal(text, cookieName)
  }

  /** Ordered also across processes and restarts, as far as their clocks agree. */
  protected override nextVersion(): number {
    this.#lastVersion = Math.max(this.#lastVersion + 1, Date.now() * 1000)
    return this.#lastVersion
  }

  /**
   * Answers at once; an id that was rotated away is read from memory alone: no cookie brings back what
   * it held.
   */
  protected override wasSet(
    id: string,
    entry: Entry,
    before: Entry | undefined,
    callback: SetCallback | undefined,
    options: SetOptions | undefined,
  ): unknown {
    this.#longestLife = Math.max(this.#longestLife, entry.expires - Date.now())
    // An id that was rotated away is readable while its entry lives, and then by no older token.
    if (entry.cookie.includes('"readableUntil":')) this.#end(id, before)
    return answer(callback, options, entry.version)
  }

  /** Answers at once; no cookie brings the session back to this process while one could be valid. */
  protected override wasDestroyed(
    id: string,
    before: Entry | undefined,
    callback: Done | undefined,
  ): unknown {
    this.#end(id, before)
    return answer(callback, undefined, undefined)
  }

  #end(id: string, before: Entry | undefined): void {
    const now = Date.now()
    this.#ended.set(id, Math.max(before?.expires ?? 0, now + this.#longestLife))
    for (const [oldest, until] of this.#ended) {
      if (until > now && this.#ended.size <= this.#max) break
      this.#ended.delete(oldest)
    }
  }
}

/** The end that a cookie says may be so much behind, so that not every answer carries a cookie. */
const MOST_BEHIND = 60_000
