// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { serializeCookie, signCookie } from '@tokkyu/session/http'
import { ownOptions } from '../own-options.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'
import type { CookieOptions } from '../types/options.ts'

/** Sets a cookie. An object as value is sent as JSON behind `j:`, as cookie-parser reads it. */
export function cookie(
  this: DispatchedResponse,
  name: string,
  value: unknown,
  options?: CookieOptions,
): DispatchedResponse {
  const all = ownOptions(options)
  // oxlint-disable-next-line typescript/no-base-to-string -- objects took the other branch
  const text = typeof value === 'object' ? `j:${JSON.stringify(value)}` : String(value)
  const signed = all.signed ? sign(this, name, text) : text
  if (all.maxAge != null) {
    const lifetime = all.maxAge - 0
    if (!Number.isNaN(lifetime)) {
      all.expires = new Date(Date.now() + lifetime)
      all.maxAge = Math.floor(lifetime / 1000)
    }
  }
  all.path ??= '/'
  all.browserRules ??= false
  return this.append('Set-Cookie', serializeCookie(name, signed, all))
}

/** Has the client forget a cookie. Path and domain must be those it was set with. */
export function clearCookie(
  this: DispatchedResponse,
  name: string,
  options?: CookieOptions,
): DispatchedResponse {
  const all = ownOptions<CookieOptions>({ path: '/', ...options })
  delete all.maxAge
  // One millisecond past the epoch, the date that browsers take for "long ago".
  all.expires = new Date(1)
  return this.cookie(name, '', all)
}

function sign({ req }: DispatchedResponse, name: string, value: string): string {
  const secret = req.secretFor?.(name) ?? req.secret
  if (!secret) throw new SecretMissingError()
  return `s:${signCookie(value, secret)}`
}

/** A cookie was to be signed, and no cookie parser has left a secret. */
class SecretMissingError extends Error {
  // `name` stays "Error", as Express's.
  readonly code = 'COOKIE_SECRET_MISSING'
  readonly status = 500
  readonly expose = false

  constructor() {
    super('cookieParser("secret") required for signed cookies')
  }
}
