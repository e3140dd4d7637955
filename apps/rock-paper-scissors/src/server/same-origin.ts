import type { NextFunction, Request, Response } from '@tokkyu/core'

import { CrossSiteError } from './errors.ts'

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Lets requests that change something in only from the pages of this game: other sites can make a
 * browser send them, with the player's cookie. Browsers tell where a request comes from in
 * `Sec-Fetch-Site` (Fetch Metadata) or at least in `Origin` (RFC 6454 §7); programs send neither, and
 * carry no cookie that they did not ask for.
 */
export function sameOrigin(req: Request, _res: Response, next: NextFunction): void {
  if (!SAFE_METHODS.has(req.method) && isFromElsewhere(req)) throw new CrossSiteError()
  next()
}

function isFromElsewhere(req: Request): boolean {
  const site = req.get('Sec-Fetch-Site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = req.get('Origin')
  return origin !== undefined && origin !== `${req.protocol}://${req.host}`
}
