/* oxlint-disable no-underscore-dangle -- stores of the ecosystem read `cookie._expires` */
import { SessionOptionError } from '../option-error.ts'
import { serializeCookie } from '../cookie/serialize.ts'
import type { CookieAttributes } from '../cookie/serialize.ts'

/** How the session cookie is set; as in express-session. */
export interface CookieOptions {
  /** Milliseconds until the cookie expires; without it the cookie ends with the browser. */
  maxAge?: number | Date | null | undefined
  expires?: Date | null | false | undefined
  /** @default '/' */
  path?: string | undefined
  domain?: string | undefined
  /** @default true */
  httpOnly?: boolean | undefined
  /** `auto` follows the connection of the request. */
  secure?: boolean | 'auto' | undefined
  /** `auto` is `none` over TLS and `lax` without. */
  sameSite?: boolean | 'lax' | 'strict' | 'none' | 'auto' | undefined
  partitioned?: boolean | undefined
  priority?: 'low' | 'medium' | 'high' | undefined
}

/** What of a session's cookie is stored with the session. */
export interface CookieData extends CookieAttributes {
  originalMaxAge?: number | null | undefined
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
  path: string | undefined = '/'
  httpOnly: boolean | undefined = true
  originalMaxAge: number | null | undefined
  declare domain?: string | undefined
  declare secure?: boolean | undefined
  declare sameSite?: boolean | 'lax' | 'strict' | 'none' | undefined
  declare partitioned?: boolean | undefined
  declare priority?: 'low' | 'medium' | 'high' | undefined
  declare createdAt?: number | undefined
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

  get expires(): Date | null | false | undefined {
    return this._expires
  }

  /** Also makes the time left now the one that {@link Session.touch} restores. */
  set expires(date: Date | null | false | undefined) {
    this._expires = date
    this.originalMaxAge = this.maxAge
  }

  /** Milliseconds left; `null` for a cookie that ends with the browser. */
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

  toJSON(): CookieData {
    return this.data
  }
}

type Anything = Record<string, unknown>
