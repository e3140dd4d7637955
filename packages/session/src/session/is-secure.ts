import type { SessionRequest } from './session.ts'

/**
 * Whether a request came over TLS, as far as it may be believed.
 *
 * @param proxy - `true` believes `X-Forwarded-Proto`, `false` nothing but the socket; otherwise what
 *   the framework worked out in `req.secure`.
 */
export function isSecure(req: SessionRequest, proxy: boolean | undefined): boolean {
  if ((req.socket as { encrypted?: boolean } | undefined)?.encrypted) return true
  if (proxy === false) return false
  if (proxy !== true) return req.secure === true
  const header = req.headers['x-forwarded-proto']
  const first = String(header ?? '').split(',', 1)[0] as string
  return first.trim().toLowerCase() === 'https'
}

/** Whether the other end is this machine: a proxy in front of us, or a developer. */
export function isLoopback(req: SessionRequest): boolean {
  const address = req.socket?.remoteAddress ?? ''
  return /^(?:::ffff:)?127\.|^::1$/.test(address)
}
