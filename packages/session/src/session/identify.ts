import { cookieValues } from '../cookie/parse.ts'
import { unsignCookie } from '../cookie/signature.ts'
import type { Secrets } from '../cookie/signature.ts'
import type { Settings } from './settings.ts'
import type { SessionRequest } from './visit.ts'

/**
 * The session id that the request proves to have been given, or `undefined`.
 *
 * Only cookies count: an id in a URL is copied into logs, histories and Referer headers, and lets
 * an attacker hand out his own. Of several cookies of one name the first that verifies counts.
 */
export function identify(
  req: SessionRequest,
  settings: Settings,
  secrets: Secrets,
): string | undefined {
  const { hardened, name, stateless } = settings
  for (const value of cookieValues(req.headers.cookie, name)) {
    const id = stateless ? stateless.open(value, name) : unsigned(value, secrets)
    if (id) return id
  }
  return stateless ? undefined : fromCookieParser(req, name, secrets, hardened)
}

/**
 * As in express-session: for an earlier middleware that took the header away.
 *
 * @param isBound - the signature must name this cookie. What a cookie parser has verified may have
 *   been signed for any other, so only what we can verify ourselves counts.
 */
function fromCookieParser(
  req: SessionRequest,
  name: string,
  secrets: Secrets,
  isBound: boolean,
): string | undefined {
  const signed = isBound ? undefined : req.signedCookies?.[name]
  if (typeof signed === 'string' && signed) return signed
  const raw = req.cookies?.[name]
  return typeof raw === 'string' ? unsigned(raw, secrets) : undefined
}

function unsigned(value: string, secrets: Secrets): string | undefined {
  if (!value.startsWith('s:')) return undefined
  return unsignCookie(value.slice(2), secrets) || undefined
}
