import type { ServerResponse } from 'node:http'

/**
 * Keeps shared caches from handing one client's answer to another (RFC 9111 §3).
 *
 * @param used - the handler looked at the session, so the answer may depend on it.
 * @param setsCookie - the answer carries a session id.
 */
export function cacheHeaders(res: ServerResponse, used: boolean, setsCookie: boolean): void {
  const given = res.getHeader('Cache-Control')
  if (given === undefined) {
    if (!used && !setsCookie) return
    res.setHeader('Cache-Control', 'private')
    varyOnCookie(res)
  } else if (setsCookie && SHARED.test(String(given))) {
    // An id in a shared cache would log strangers into one session, whatever the handler meant.
    res.setHeader('Cache-Control', madePrivate(String(given)))
  }
}

const SHARED = /(?:^|,)\s*(?:public|s-maxage)\b/i

function madePrivate(cacheControl: string): string {
  const rest = cacheControl
    .split(',')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '' && !/^(?:public|private|s-maxage)\b/i.test(directive))
  return ['private', ...rest].join(', ')
}

function varyOnCookie(res: ServerResponse): void {
  const given = res.getHeader('Vary')
  if (given === undefined) {
    res.setHeader('Vary', 'Cookie')
    return
  }
  const vary = String(given)
  const names = vary.split(',').map((name) => name.trim().toLowerCase())
  if (!names.includes('*') && !names.includes('cookie')) res.setHeader('Vary', `${vary}, Cookie`)
}
