import { SessionOptionError } from '../option-error.ts'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** What a client says of itself by `Authorization: Basic` (RFC 7617). */
export interface Credentials {
  /** The user name, which may be empty: all before the first colon. */
  readonly name: string
  /** All behind the first colon; it may be empty. */
  readonly password: string
}

/** The client sent no credentials, malformed ones, or wrong ones; they are not told apart. */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError'
  readonly code = 'UNAUTHORIZED'
  readonly status = 401
  readonly expose = true
  /** What the answer must carry; final handlers of Express and of ours copy it. */
  readonly headers: Readonly<Record<string, string>>

  constructor(challenge: string) {
    super('Unauthorized')
    this.headers = { 'WWW-Authenticate': challenge }
  }
}

/** Options of `basicAuth()`. */
export interface BasicAuthOptions {
  /** Passwords by user name. Either these or `verify`. @default none */
  readonly users?: Readonly<Record<string, string>> | undefined
  /**
   * Says whether credentials are right; it has to compare in constant time itself.
   *
   * @default compares with `users`
   */
  readonly verify?:
    | ((given: Credentials, req: IncomingMessage) => boolean | PromiseLike<boolean>)
    | undefined
  /** Shown by the browser beside its form. @default 'Restricted' */
  readonly realm?: string | undefined
}

interface WithAuth {
  /** Who `basicAuth()` let in; undefined where it did not run. */
  auth?: { user: string } | undefined
}

// Inherited, so that a library that declares an `auth` of its own does not clash.
declare global {
  namespace Express {
    interface Request extends WithAuth {}
  }
}

type BasicAuthMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Lets in who knows a name and its password (RFC 7617), and puts the name on `req.auth.user`; others go
 * to the error handlers as {@link UnauthorizedError}, with the challenge.
 *
 * Basic sends the password with every request: use it over TLS only.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, at once, without users and verify, or for a name,
 *   password or realm that cannot work.
 * @example app.use('/admin', basicAuth({ users: { ada: process.env.ADMIN_PASSWORD } }))
 */
export function basicAuth({
  users,
  verify,
  realm = 'Restricted',
}: BasicAuthOptions): BasicAuthMiddleware {
  if (CONTROL.test(realm))
    throw new SessionOptionError('realm', 'Cannot challenge: realm holds a control character')
  const challenge = `Basic realm="${realm.replace(/["\\]/g, '\\$&')}", charset="UTF-8"`
  const isRight = verify ?? knownUsers(users)
  return function basicAuthMiddleware(req, res, next) {
    const refuse = () => {
      res.setHeader('WWW-Authenticate', challenge)
      next(new UnauthorizedError(challenge))
    }
    const given = parseBasicAuth(req.headers.authorization)
    if (given === undefined) return refuse()
    const decide = (right: boolean): void => {
      if (!right) return refuse()
      ;(req as IncomingMessage & WithAuth).auth = { user: given.name }
      next()
    }
    let right
    try {
      right = isRight(given, req)
    } catch (error) {
      return next(error)
    }
    if (typeof right === 'boolean') return decide(right)
    Promise.resolve(right).then(decide, next)
    return undefined
  }
}

/**
 * Reads an `Authorization` header of the scheme Basic.
 *
 * @returns `undefined` when it is missing, of another scheme, no base64 of UTF-8, without a colon, or
 *   holds a control character: a line break in a name forges log lines (CVE-2026-5078).
 * @example parseBasicAuth('Basic YWRhOjE=') // { name: 'ada', password: '1' }
 */
export function parseBasicAuth(header: string | undefined): Credentials | undefined {
  const token = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header ?? '')?.[1]
  if (token === undefined) return undefined
  let text
  try {
    text = UTF_8.decode(Buffer.from(token, 'base64'))
  } catch {
    return undefined
  }
  const colon = text.indexOf(':')
  if (colon === -1 || CONTROL.test(text)) return undefined
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/

/** Compares MACs of equal length, and for an unknown name does the same work. */
function knownUsers(
  users: Readonly<Record<string, string>> | undefined,
): (given: Credentials) => boolean {
  if (users === undefined)
    throw new SessionOptionError('users', 'Cannot check credentials: give `users` or `verify`')
  const key = randomBytes(32)
  const digest = (text: string) => createHmac('sha256', key).update(text).digest()
  const known = new Map<string, Buffer>()
  for (const [name, password] of Object.entries(users)) {
    if (
      name.includes(':') ||
      CONTROL.test(name) ||
      typeof password !== 'string' ||
      password === ''
    ) {
      throw new SessionOptionError(
        'users',
        `Cannot let in "${name}": a name holds no colon or control character, a password is text and not empty`,
      )
    }
    known.set(name, digest(password))
  }
  const nobody = randomBytes(32)
  return ({ name, password }) => {
    const expected = known.get(name)
    return timingSafeEqual(digest(password), expected ?? nobody) && expected !== undefined
  }
}
