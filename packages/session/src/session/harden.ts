import type { CookieOptions } from './cookie.ts'
import { SessionOptionError } from '../option-error.ts'
import type { SessionRequest } from './session.ts'

/** RFC 6265bis §4.1.3.2: the browser keeps a `__Host-` cookie only with Secure, Path=/ and no Domain. */
export function hardenedCookie(
  name: string,
  given: CookieOptions | ((req: SessionRequest) => CookieOptions) | undefined,
): CookieOptions | ((req: SessionRequest) => CookieOptions) {
  if (!name.startsWith('__Host-')) {
    throw new SessionOptionError(
      'name',
      `name option must begin with "__Host-" for hardened sessions, not be "${name}"`,
    )
  }
  if (typeof given === 'function') return (req) => harden(given(req))
  return harden(given)
}

function harden(cookie: CookieOptions | undefined): CookieOptions {
  const { path = '/', secure = true, domain, sameSite = 'lax' } = cookie ?? {}
  if (path !== '/' || secure !== true || domain) {
    throw new SessionOptionError(
      'cookie',
      'cookie option must leave path "/", secure true and no domain for hardened sessions',
    )
  }
  return { ...cookie, path, secure, sameSite, httpOnly: cookie?.httpOnly ?? true }
}
