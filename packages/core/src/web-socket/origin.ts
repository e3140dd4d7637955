import { ArgumentError } from '../errors/argument-error.ts'
import type { Request } from '../types/request-response.ts'
import type { OriginCheck, WebSocketOptions } from '../types/web-socket.ts'

/**
 * What the option `origin` means.
 *
 * @throws {TypeError} `ARGUMENT_INVALID` for what names no origin.
 */
export function compileOrigin(
  given: NonNullable<WebSocketOptions['origin']>,
): OriginCheck | 'same' | 'any' {
  if (given === 'same' || given === 'any') return given
  if (typeof given === 'function') return given
  const checks = (Array.isArray(given) ? (given as unknown[]) : [given]).map(checkOf)
  return (origin) => checks.some((fits) => fits(origin))
}

function checkOf(given: unknown): (origin: string) => boolean {
  if (given instanceof RegExp) {
    // Without what makes one expression answer differently the second time.
    const expression = new RegExp(given.source, given.flags.replace(/[gy]/g, ''))
    return (origin) => expression.test(origin)
  }
  const wanted = typeof given === 'string' ? originOf(given) : undefined
  if (wanted === undefined) {
    throw new ArgumentError(
      `Cannot take ${JSON.stringify(given)} for the option "origin" of a WebSocket route: ` +
        `'same', 'any', origins such as 'https://example.com', expressions or a function are allowed`,
    )
  }
  return (origin) => originOf(origin) === wanted
}

/** Whether a handshake with this `Origin` is allowed. */
export function allowsOrigin(
  check: OriginCheck | 'same' | 'any',
  origin: string,
  req: Request,
): boolean | PromiseLike<boolean> {
  if (check === 'any') return true
  return check === 'same' ? isOwn(origin, req) : check(origin, req)
}

/**
 * Whether a page belongs to the host that was asked, by the host that was validated, or that a trusted proxy
 * names. Over TLS, a page that came without it may be anybody's who sat in between.
 */
function isOwn(origin: string, req: Request): boolean {
  const page = urlOf(origin)
  const { host } = req
  if (page === undefined || !host) return false
  if (req.secure && page.protocol !== 'https:') return false
  // The port that each side leaves out is its scheme's; behind a proxy the schemes may differ.
  const own = urlOf(`${page.protocol}//${host}`)
  return own !== undefined && own.host === page.host
}

/** An origin as browsers write it; `null`, which sandboxed pages send, is none. */
function originOf(text: string): string | undefined {
  const url = urlOf(text)
  return url?.origin === 'null' ? undefined : url?.origin
}

function urlOf(text: string): URL | undefined {
  // RFC 6454 §6.2: a scheme, a host, perhaps a port, and nothing behind.
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\\\s]+$/i.test(text)) return undefined
  return URL.canParse(text) ? new URL(text) : undefined
}
