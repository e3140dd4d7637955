import type { RequestHandler } from '@tokkyu/core'
import { csrf } from '@tokkyu/session'

/**
 * Lets a browser change something only from the pages of this game: other sites can make it send
 * requests too, with the player's cookie.
 *
 * Programs say nothing of where a request comes from, and are let in without the token that `csrf()`
 * would want of them: nobody else makes them send their cookie. A browser too old to say it
 * (Fetch Metadata, or `Origin` by RFC 6454 §7) is kept out by the cookie's SameSite=Lax.
 */
export function sameOrigin(): RequestHandler {
  const guard = csrf()
  return (req, res, next) => {
    const isBrowser = req.get('Sec-Fetch-Site') !== undefined || req.get('Origin') !== undefined
    if (isBrowser) return guard(req, res, next)
    return next()
  }
}
