/* oxlint-disable no-underscore-dangle -- stores of the ecosystem read `cookie._expires` */
import { SessionOptionError } from '../option-error.ts'
import { serializeCookie } from '../cookie/serialize.ts'
import type { CookieAttributes } from '../cookie/serialize.ts'

/** How the session cookie is set; as in express-session. */
export interface CookieOptions {
  /**
   * Milliseconds until the cookie expires; without it the cookie ends with the browser.
   *
   * @default null, with the browser
   */
  maxAge?: number | Date | null | undefined
  /**
   * The moment at which a new cookie expires, in place of `maxAge`; the time until then counts anew from
   * each request, as there.
   *
   * @default null, with the browser
   */
  expires?: Date | null | false | undefined
  /**
   * The browser sends the cookie for URLs from this path on; a request whose path does not begin with it
   * gets no session.
   *
   * @default '/'
   */
  path?: string | undefined
  /** The host that gets the cookie together with all its subdomains. @default only the host that set it */
  domain?: string | undefined
  /** Hides the cookie from the scripts of the page. @default true */
  httpOnly?: boolean | undefined
  /**
   * Keeps the cookie to TLS: over a connection that is not secure it is not set, except, when hardened
   * and without `proxy`, to a peer on this machine. `auto` follows the connection of the request.
   *
   * @default false, or true when hardened
   */
  secure?: boolean | 'auto' | undefined
  /**
   * Which requests from other sites bring the cookie; `true` is `strict`, `auto` is `none` over TLS and
   * `lax` without.
   *
   * @default left to the browser, or `lax` when hardened
   */
  sameSite?: boolean | 'lax' | 'strict' | 'none' | 'auto' | undefined
  /**
   * Keeps the cookie apart for each site that embeds yours (CHIPS); browsers then want `secure`.
   *
   * @default false
   */
  partitioned?: boolean | undefined
  /** Which cookies a browser that is full gives up first: the low ones. @default left to the browser */
  priority?: 'low' | 'medium' | 'high' | undefined
}

/** What of a session's cookie is stored with the session. */
export interface CookieData extends CookieAttributes {
  /**
   * Milliseconds of a full lifetime, which `touch()` starts anew; `null` where the cookie ends with the
   * browser.
   */
  originalMaxAge?: number | null | undefined
  /** When the cookie expires; `null` where it ends with the browser. */
  expires?: Date | null | false | undefined
  /** When the session began, in ms since 1970; kept only where a lifetime counts from it. */
  createdAt?: number | undefined
  /** Set once the id was rotated away: until then the session may be read under it. */
  readableUntil?: number | undefined
}

/** A cookie as a store gives it back: express-session's typings let `auto` be stored. */
export interface StoredCookie extends Omit<CookieData, 'secure'> {
  secure?: boolean | 'auto' | undefined
}

/** The cookie of one session: `req.session.cookie`. Changes to it travel with the session. */
export class Cookie {
  /** The browser sends the cookie for URLs from this path on. @default '/' */
  path: string | undefined = '/'
  /** Whether the cookie is hidden from the scripts of the page. @default true */
  httpOnly: boolean | undefined = true
  /**
   * Milliseconds of a full lifetime, which `touch()` starts anew; `null` where the cookie ends with the
   * browser.
   */
  originalMaxAge: number | null | undefined
  /** The host that gets the cookie together with its subdomains; without one, only the host that set it. */
  declare domain?: string | undefined
  /** Whether the cookie keeps to TLS; `session()` does not set it over a plain connection. */
  declare secure?: boolean | undefined
  /** Which requests from other sites bring the cookie; `true` is `strict`. */
  declare sameSite?: boolean | 'lax' | 'strict' | 'none' | undefined
  /** Whether the cookie is kept apart for each site that embeds yours (CHIPS). */
  declare partitioned?: boolean | undefined
  /** Which cookies a browser that is full gives up first: the low ones. */
  declare priority?: 'low' | 'medium' | 'high' | undefined
  /** When the session began, in ms since 1970; set where `absoluteLifetime` counts from it. */
  declare createdAt?: number | undefined
  /** Set once the id was rotated away: until then, in ms since 1970, the session may be read under it. */
  declare readableUntil?: number | undefined
  /** The moment behind `expires` and `maxAge`; stores of the ecosystem read it under this name. */
  _expires: Date | null | false | undefined = null

  constructor(options?: CookieOptions | StoredCookie | null) {
    this.originalMaxAge = undefined
    if (options !== undefined && options !== null) {
      if (typeof options !== 'object') {
        throw new SessionOptionError(
          'options',
          `argument options must be a object, not ${typeof options}`,
        )
      }
      // `data` is a getter here; what a store kept under that name must not end the request.
      for (const key in options) {
        if (key !== 'data') (this as Record<string, unknown>)[key] = (options as Anything)[key]
      }
    }
    this.originalMaxAge ??= this.maxAge
  }

  /** When the cookie expires; `null` for one that ends with the browser. */
  get expires(): Date | null | false | undefined {
    return this._expires
  }

  /** Also makes the time left now the one that {@link Session.touch} restores. */
  set expires(date: Date | null | false | undefined) {
    this._expires = date
    this.originalMaxAge = this.maxAge
  }

  /**
   * Milliseconds left; `null` for a cookie that ends with the browser. A number that is set counts from
   * now.
   */
  get maxAge(): number | null | undefined {
    const { _expires: expires } = this
    return expires instanceof Date ? expires.valueOf() - Date.now() : (expires as null | undefined)
  }

  set maxAge(ms: number | Date | null | undefined) {
    if (ms && typeof ms !== 'number' && !(ms instanceof Date)) {
      throw new SessionOptionError('maxAge', `maxAge must be a number or Date, not ${typeof ms}`)
    }
    this.expires = typeof ms === 'number' ? new Date(Date.now() + ms) : ms
    // Exactly: read back from the date it would shrink by a millisecond now and then.
    if (typeof ms === 'number') this.originalMaxAge = ms
  }

  /** The attributes and times as a plain object, as they are stored with the session. */
  get data(): CookieData {
    const data: CookieData = {
      originalMaxAge: this.originalMaxAge,
      partitioned: this.partitioned,
      priority: this.priority,
      expires: this._expires,
      secure: this.secure,
      httpOnly: this.httpOnly,
      domain: this.domain,
      path: this.path,
      sameSite: this.sameSite,
    }
    if (this.createdAt !== undefined) data.createdAt = this.createdAt
    if (this.readableUntil !== undefined) data.readableUntil = this.readableUntil
    return data
  }

  /** Writes the `Set-Cookie` value. Throws as `serializeCookie` does. */
  serialize(name: string, value: string): string {
    return serializeCookie(name, value, this.data)
  }

  /** What `JSON.stringify` writes of the cookie: its `data`. */
  toJSON(): CookieData {
    return this.data
  }
}

type Anything = Record<string, unknown>
