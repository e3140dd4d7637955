import { SessionOptionError } from '../option-error.ts'
import type { IncomingMessage } from 'node:http'
import { parseCookies } from './parse.ts'
import type { ParseCookiesOptions } from './parse.ts'
import { secretFor, unsignCookie } from './signature.ts'
import type { Secret, Secrets } from './signature.ts'

/** Names to values; a `j:` cookie is what its JSON says, a forged signed one is `false`. */
export type CookieValues = Record<string, unknown>

/** What {@link cookies} puts on a request. */
export interface WithCookies {
  /** The cookies of the request by name; with a secret, without the signed ones. */
  cookies?: CookieValues | undefined
  /** The values whose signature holds, and `false` for each that is forged; empty without a secret. */
  signedCookies?: CookieValues | undefined
  /** The first secret, with which `res.cookie` signs; unset when signatures are `bound`. */
  secret?: Secret | undefined
  /** The key for one cookie, where signatures are bound to names. */
  secretFor?: ((name: string) => Secret) | undefined
}

/** Options of `cookies()`. */
export interface CookiesOptions extends ParseCookiesOptions {
  /**
   * Binds each signature to its cookie's name, so that a value which was signed for one cookie is not
   * taken for another's. `res.cookie` of `@tokkyu/core` signs alike; Express's, and cookie-parser, know
   * no such signatures.
   *
   * @default false, as cookie-parser
   */
  readonly bound?: boolean | undefined
}

type CookiesMiddleware = (
  req: IncomingMessage,
  res: unknown,
  next: (error?: unknown) => void,
) => void

/**
 * Makes the middleware that reads the `Cookie` header into `req.cookies` and `req.signedCookies`;
 * cookie-parser's API.
 *
 * @param secret - of a list all verify; the first becomes `req.secret`, with which `res.cookie` signs.
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, at once, for a list in which a key is empty.
 * @example app.use(cookies(process.env.SECRET))
 */
export function cookies(secret?: Secrets | null, options?: CookiesOptions): CookiesMiddleware {
  const secrets = listOf(secret)
  for (const one of secrets) {
    if (!one)
      throw new SessionOptionError(
        'secret',
        'Cannot read signed cookies: a secret must not be empty',
      )
  }
  const isBound = options?.bound === true && secrets.length > 0
  return function cookiesMiddleware(message, _res, next) {
    const req = message as IncomingMessage & WithCookies
    if (req.cookies) return next()
    if (isBound) req.secretFor = (name) => secretFor(name, secrets[0] as Secret)
    else req.secret = secrets[0]
    const values: CookieValues = parseCookies(req.headers.cookie, options)
    req.signedCookies =
      secrets.length === 0
        ? noCookies()
        : jsonCookies(
            openSigned(values, (name) =>
              isBound ? secrets.map((one) => secretFor(name, one)) : secrets,
            ),
          )
    req.cookies = jsonCookies(values)
    next()
  }
}

cookies.JSONCookie = jsonCookie
cookies.JSONCookies = jsonCookies
cookies.signedCookie = signedCookie
cookies.signedCookies = signedCookies

/** What a `j:` cookie says; `undefined` for any other, and for broken JSON. */
function jsonCookie(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('j:')) return undefined
  try {
    return JSON.parse(value.slice(2)) as unknown
  } catch {
    return undefined
  }
}

/** Replaces each `j:` value by what it says, in place. */
function jsonCookies(values: CookieValues): CookieValues {
  for (const name of Object.keys(values)) {
    const value = jsonCookie(values[name])
    if (value) values[name] = value
  }
  return values
}

/** The value of an `s:` cookie, `false` when forged; other text as it is. */
function signedCookie(value: unknown, secret?: Secrets | null): string | false | undefined {
  if (typeof value !== 'string') return undefined
  if (!value.startsWith('s:')) return value
  const secrets = listOf(secret)
  return secrets.length > 0 && unsignCookie(value.slice(2), secrets)
}

/** Moves each `s:` cookie out of `values` into an object of its own. */
function signedCookies(values: CookieValues, secret?: Secrets | null): CookieValues {
  return openSigned(values, () => secret)
}

function openSigned(
  values: CookieValues,
  secretsFor: (name: string) => Secrets | null | undefined,
): CookieValues {
  const signed = noCookies()
  for (const name of Object.keys(values)) {
    const value = values[name]
    const opened = signedCookie(value, secretsFor(name))
    if (opened === value) continue
    signed[name] = opened
    delete values[name]
  }
  return signed
}

function noCookies(): CookieValues {
  return Object.create(null) as CookieValues
}

function listOf(secret: Secrets | null | undefined): readonly Secret[] {
  if (!secret) return []
  return (Array.isArray(secret) ? secret : [secret]) as readonly Secret[]
}
