import type { CookieData } from '../session/cookie.ts'
import type { StoredSession } from '../session/session-store.ts'

/** One session at rest. It is JSON, so nobody can change it through an object they still hold. */
export class Entry {
  readonly json: string
  /** JSON, or empty for a session without a cookie. */
  cookie: string
  expires: number
  readonly version: number
  /** Bytes on file, for a store that has one. */
  size = 0
  /** The expiry that the file, or the client's cookie, says. */
  expiryOnFile = 0

  // Its place in a table; there, and not in an object of its own, which would take 32 bytes more.
  id = ''
  older: Entry | undefined
  newer: Entry | undefined

  constructor(json: string, cookie: string, expires: number, version: number) {
    this.json = json
    this.cookie = cookie
    this.expires = expires
    this.version = version
  }

  read(): StoredSession {
    const session = JSON.parse(this.json) as StoredSession
    if (this.cookie !== '') session.cookie = JSON.parse(this.cookie) as CookieData
    return session
  }
}
