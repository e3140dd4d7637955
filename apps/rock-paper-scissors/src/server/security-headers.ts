import { randomBytes } from 'node:crypto'

import type { NextFunction, Request, Response } from '@tokkyu/core'

/**
 * Everything comes from this origin, as files: no inline script or style, no frame, no plug-in.
 *
 * @param nonce - names the one inline script that a page may have.
 */
function policyWith(nonce?: string): string {
  return [
    "default-src 'none'",
    nonce === undefined ? "script-src 'self'" : `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const POLICY = policyWith()

/** Tells browsers to refuse what this game never does. Put it before everything that answers. */
export function securityHeaders(_req: Request, res: Response, next: NextFunction): void {
  res.set({
    'Content-Security-Policy': POLICY,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY', // for browsers that do not know frame-ancestors
  })
  next()
}

/** Lets the script of a page that comes in pieces run: `renderStream` gives it the nonce of the policy. */
export function allowScript(res: Response): void {
  res.set('Content-Security-Policy', policyWith(randomBytes(16).toString('base64')))
}
