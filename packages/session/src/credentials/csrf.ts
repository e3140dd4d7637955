import { SessionOptionError } from '../option-error.ts'
import { SessionMissingError } from '../session/errors.ts'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Secret } from '../cookie/signature.ts'
import { exchangeOf } from '../session/exchange.ts'
import type { Exchange } from '../session/exchange.ts'
import type { SessionRequest } from '../session/session.ts'

/** A request that changes something came from another site, or cannot show that it did not. */
export class CsrfError extends Error {
  override readonly name = 'CsrfError'
  readonly code = 'CSRF_REFUSED'
  readonly status = 403
  readonly expose = true
  /** What was wrong with the request; see {@link CsrfReason}. */
  readonly reason: CsrfReason

  constructor(reason: CsrfReason) {
    super(`Cannot accept the request: ${REASONS[reason]}`)
    this.reason = reason
  }
}

/**
 * Why a request was refused.
 *
 * - `cross-site`: its `Sec-Fetch-Site` or `Origin` names another site.
 * - `no-origin`: it has neither, but a cookie or credentials, and no token of this session.
 * - `bad-token`: with `token: 'always'`, it has no token of this session.
 */
export type CsrfReason = 'cross-site' | 'no-origin' | 'bad-token'

const REASONS: Record<CsrfReason, string> = {
  'cross-site': 'it was sent from another site',
  'no-origin': 'it does not say where it was sent from, and carries no token',
  'bad-token': 'it carries no token of this session',
}

/** Options of `csrf()`. */
export interface CsrfOptions {
  /** Other origins that may send, such as `https://admin.example.com`. @default none */
  readonly trustedOrigins?: readonly string[] | undefined
  /**
   * When a token is asked for.
   *
   * - `'fallback'`: from clients that name no origin but send cookies or credentials.
   * - `'always'`: with every unsafe request, also those whose origin is right.
   *
   * @default 'fallback'
   */
  readonly token?: 'fallback' | 'always' | undefined
  /** Where a token is looked for. @default the header `X-CSRF-Token`, then `_csrf` in the parsed body */
  readonly read?: ((req: IncomingMessage) => unknown) | undefined
}

type CsrfMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Refuses requests that another site made a browser send.
 *
 * Safe methods pass. For others the browser's own word counts: `Sec-Fetch-Site`, else `Origin` against
 * `Host`; what has neither must carry the session's token, unless it carries nothing a forger could
 * abuse, or is the handshake of a WebSocket. Put it behind `session()`; behind the body parsers, if forms bring the token.
 *
 * `req.csrfToken()`, also `csrfToken()` in templates, gives the token. What is refused goes to the error
 * handlers as {@link CsrfError}, `CSRF_REFUSED`.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, at once, for a trusted origin that is none.
 * @example app.use(session({ secret, hardened: true }), csrf())
 */
export function csrf(options: CsrfOptions = {}): CsrfMiddleware {
  const { token = 'fallback', read = readToken } = options
  const trusted = new Set(options.trustedOrigins?.map(originOf))
  return function csrfMiddleware(req, res, next) {
    offerToken(req, res)
    if (SAFE.has(req.method ?? '')) return next()
    const verdict = judgeOrigin(req, trusted)
    if (verdict === 'foreign') return next(new CsrfError('cross-site'))
    if (verdict === 'own' && token === 'fallback') return next()
    if (isToken(req, read(req))) return next()
    if (token === 'always') return next(new CsrfError('bad-token'))
    return isAnonymous(req) || req.method === HANDSHAKE ? next() : next(new CsrfError('no-origin'))
  }
}

/** RFC 9110 §9.2.1; whatever is not known to be safe is not. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])

/**
 * A WebSocket, to `@tokkyu/core`. Browsers send `Origin` with every one (RFC 6455 §4.1): who sends none is no
 * browser, and nobody has lured it here. Its cookie says nothing against it.
 */
const HANDSHAKE = 'WS'

function judgeOrigin(req: IncomingMessage, trusted: Set<string>): 'own' | 'foreign' | 'unknown' {
  const site = req.headers['sec-fetch-site']
  const { origin } = req.headers
  if (origin !== undefined && trusted.has(origin)) return 'own'
  // `none` is the person at the browser: an address typed, a bookmark.
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'own' : 'foreign'
  if (origin === undefined) return 'unknown'
  return isOwnOrigin(req, origin) ? 'own' : 'foreign'
}

/** TLS may end in front of us, so the scheme is compared only when we know that ours is https. */
function isOwnOrigin(req: IncomingMessage, origin: string): boolean {
  if (!URL.canParse(origin)) return false // among them `null`
  const { host, protocol } = new URL(origin)
  const { secure, socket } = req as SessionRequest & { socket: { encrypted?: boolean } }
  const isTls = secure === true || socket.encrypted === true
  if (isTls && protocol !== 'https:') return false
  const own = `${protocol}//${req.headers.host ?? ''}`
  return URL.canParse(own) && new URL(own).host === host
}

/** Without cookie and credentials a request can do no more than its sender could himself. */
function isAnonymous(req: IncomingMessage): boolean {
  return req.headers.cookie === undefined && req.headers.authorization === undefined
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.origin !== text) {
    throw new SessionOptionError(
      'trustedOrigins',
      `Cannot trust the origin "${text}": it must look like "https://example.com"`,
    )
  }
  return text
}

function readToken(req: IncomingMessage): unknown {
  const { body } = req as IncomingMessage & { body?: Record<string, unknown> | null }
  return req.headers['x-csrf-token'] ?? (typeof body === 'object' ? body?.['_csrf'] : undefined)
}

interface WithToken {
  /**
   * A token for forms and headers of this session, masked anew at each call.
   *
   * @throws {SessionError} `SESSION_MISSING`, when `session()` did not run for the request.
   */
  csrfToken: () => string
}

declare global {
  namespace Express {
    interface Request extends WithToken {}
  }
}

function offerToken(req: IncomingMessage, res: ServerResponse): void {
  const give = () => tokenOf(req)
  ;(req as IncomingMessage & WithToken).csrfToken = give
  const { locals } = res as ServerResponse & { locals?: Partial<WithToken> }
  if (locals) locals.csrfToken = give
}

const MASK = 18

/**
 * A token for the session of a request, made from its id: a new id makes all former tokens void.
 *
 * It is masked anew each time, so that compression of the page cannot reveal it (BREACH).
 */
function tokenOf(req: IncomingMessage): string {
  const exchange = sessionExchange(req)
  if (exchange === undefined) {
    throw new SessionMissingError('Cannot make a CSRF token: session() did not run for the request')
  }
  exchange.kept = true
  exchange.used = true
  const mask = randomBytes(MASK)
  const [token] = bare(exchange) as [Buffer]
  return Buffer.concat([mask, masked(token, mask)]).toString('base64url')
}

function isToken(req: IncomingMessage, given: unknown): boolean {
  const exchange = sessionExchange(req)
  if (exchange === undefined || typeof given !== 'string' || given.length !== (MASK * 2 * 4) / 3)
    return false
  const bytes = Buffer.from(given, 'base64url')
  if (bytes.length !== 2 * MASK) return false
  const token = masked(bytes.subarray(MASK), bytes.subarray(0, MASK))
  return bare(exchange).some((expected) => timingSafeEqual(token, expected))
}

function sessionExchange(req: IncomingMessage): Exchange | undefined {
  const exchange = exchangeOf(req)
  return typeof exchange?.req.sessionID === 'string' ? exchange : undefined
}

/** One for each key of the session: the first is given out, all are taken. */
function bare({ req, secrets }: Exchange): Buffer[] {
  const keys = (Array.isArray(secrets) ? secrets : [secrets]) as readonly Secret[]
  return keys.map((key) =>
    createHmac('sha256', key).update(`csrf token ${req.sessionID}`).digest().subarray(0, MASK),
  )
}

function masked(bytes: Buffer, mask: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, at) => byte ^ (mask[at] as number)))
}
