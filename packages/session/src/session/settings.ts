import { randomFillSync } from 'node:crypto'
import type { Secret, Secrets } from '../cookie/signature.ts'
import { serializeCookie } from '../cookie/serialize.ts'
import { StoreAccess } from './store-access.ts'
import type { CookieOptions } from './cookie.ts'
import { SessionOptionError } from '../option-error.ts'
import { hardenedCookie } from './harden.ts'
import { signingKeys } from './signing-keys.ts'
import type { SessionStore, StatelessStore } from './session-store.ts'
import type { PlainRequest } from './session.ts'

// Methods, whose parameters are compared both ways: a function that wants Express's own Request fits.
type CookieOptionsFor = { cookie(this: void, req: PlainRequest): CookieOptions }['cookie']
type IdMaker = { genid(this: void, req: PlainRequest): string }['genid']

/** Options of `session()`: express-session's, and below them what it has not. */
export interface SessionOptions {
  /**
   * Signs the cookie. Of a list the first signs and all verify, so a key is changed by putting the
   * new one in front. Without it `req.secret` is used, which `cookies(secret)` sets.
   *
   * @default `req.secret`
   */
  secret?: Secrets | undefined
  /** Name of the cookie. @default 'connect.sid', or '__Host-sid' when hardened */
  name?: string | undefined
  /** The old word for `name`. @default none */
  key?: string | undefined
  /** Where the sessions are kept: one from here, or any of express-session's. @default a MemoryStore */
  store?: SessionStore | undefined
  /**
   * How the cookie is set, or a function that says it for each request. When hardened, a `path` but `/`,
   * a `domain` or a `secure` but `true` is refused.
   *
   * @default `{ path: '/', httpOnly: true }`; when hardened also `secure`, and `sameSite: 'lax'`
   */
  cookie?: CookieOptions | CookieOptionsFor | undefined
  /** Makes an id; it must not be guessable. @default 192 random bits */
  genid?: IdMaker | undefined
  /** Store sessions that did not change, too. @default true, or false when hardened */
  resave?: boolean | undefined
  /** Store sessions that hold nothing yet. @default true, or false when hardened */
  saveUninitialized?: boolean | undefined
  /** Send the cookie with every answer, so that its time to live starts anew. @default false */
  rolling?: boolean | undefined
  /** What `req.session = null` does to the stored session. @default 'keep' */
  unset?: 'destroy' | 'keep' | undefined
  /** Believe `X-Forwarded-Proto`. @default what `req.secure` says */
  proxy?: boolean | undefined

  /**
   * Our choice of defaults: a `__Host-` cookie, Secure, HttpOnly, SameSite=Lax, its signature bound
   * to its name; unchanged and empty sessions are not stored; a key of at least 32 bytes; 503 while
   * the store is disconnected.
   *
   * @default false
   */
  hardened?: boolean | undefined
  /**
   * Say `Cache-Control: private` and `Vary: Cookie` on an answer whose handler looked at the session
   * and set no Cache-Control.
   *
   * @default true
   */
  cacheHeaders?: boolean | undefined
  /** Milliseconds a session outlives its last request. @default the cookie's `maxAge`, or the store's rule */
  idleLifetime?: number | undefined
  /** Milliseconds a session lives at most, however busy. @default unlimited */
  absoluteLifetime?: number | undefined
  /** Milliseconds an id can be read under after `rotate()`; 0 for not at all. @default 10_000 */
  rotationGrace?: number | undefined
  /** Milliseconds a store may take for one operation before the client gets 503. @default 5_000 */
  storeTimeout?: number | undefined
}

/** Options after checks and defaults. */
export interface Settings {
  readonly access: StoreAccess
  readonly stateless: StatelessStore | undefined
  /** Keys ready for use; `undefined` when `req.secret` has to serve. */
  readonly secrets: readonly Secret[] | undefined
  readonly name: string
  readonly cookie: CookieOptions | CookieOptionsFor
  readonly genid: IdMaker
  readonly resave: boolean
  readonly saveUninitialized: boolean
  readonly rolling: boolean
  readonly unsetDestroys: boolean
  readonly proxy: boolean | undefined
  readonly hardened: boolean
  readonly cacheHeaders: boolean
  readonly idleLifetime: number | undefined
  readonly absoluteLifetime: number | undefined
  readonly rotationGrace: number
}

/** @throws {SessionOptionError} for what cannot work, when the middleware is made. */
export function resolveSettings(
  options: SessionOptions & { readonly store: SessionStore },
): Settings {
  const hardened = options.hardened === true
  const { store } = options
  const genid = options.genid ?? randomId
  if (typeof genid !== 'function') {
    throw new SessionOptionError('genid', `genid option must be a function, not ${typeof genid}`)
  }
  const { unset } = options
  if (unset && unset !== 'destroy' && unset !== 'keep') {
    throw new SessionOptionError(
      'unset',
      `unset option must be "destroy" or "keep", not "${String(unset)}"`,
    )
  }
  const name = options.name || options.key || (hardened ? '__Host-sid' : 'connect.sid')
  const cookie = hardened ? hardenedCookie(name, options.cookie) : (options.cookie ?? {})
  checkName(name, cookie)
  return {
    access: new StoreAccess(store, duration('storeTimeout', options.storeTimeout) ?? 5_000),
    stateless: isStateless(store) ? store : undefined,
    secrets: signingKeys(options.secret, hardened ? name : undefined),
    name,
    cookie,
    genid,
    resave: options.resave ?? !hardened,
    saveUninitialized: options.saveUninitialized ?? !hardened,
    rolling: Boolean(options.rolling),
    unsetDestroys: unset === 'destroy',
    proxy: options.proxy,
    hardened,
    cacheHeaders: options.cacheHeaders ?? true,
    idleLifetime: duration('idleLifetime', options.idleLifetime),
    absoluteLifetime: duration('absoluteLifetime', options.absoluteLifetime),
    rotationGrace:
      options.rotationGrace === 0
        ? 0
        : (duration('rotationGrace', options.rotationGrace) ?? 10_000),
  }
}

/** Whether a browser can keep a cookie of this name; what is decided per request may still be right. */
function checkName(name: string, cookie: Settings['cookie']): void {
  const { secure, path, domain } = typeof cookie === 'function' ? DECIDED_LATER : cookie
  try {
    serializeCookie(name, '', { secure: Boolean(secure), path: path ?? '/', domain })
  } catch (error) {
    throw new SessionOptionError('name', `name option cannot work: ${(error as Error).message}`)
  }
}

const DECIDED_LATER: CookieOptions = { secure: 'auto' }

const ID_BYTES = 24

/** Randomness for many ids: to ask the system for each takes 2 µs. */
const pool = Buffer.alloc(ID_BYTES * 64)
let poolAt = pool.length

function randomId(): string {
  if (poolAt === pool.length) {
    randomFillSync(pool)
    poolAt = 0
  }
  const from = poolAt
  poolAt += ID_BYTES
  const id = pool.toString('base64url', from, poolAt)
  pool.fill(0, from, poolAt) // an id stands nowhere but with its session
  return id
}

function isStateless(store: SessionStore): store is StatelessStore {
  const { open, seal } = store as Partial<StatelessStore>
  return typeof open === 'function' && typeof seal === 'function'
}

function duration(option: string, ms: number | undefined): number | undefined {
  if (ms === undefined) return undefined
  // setTimeout and Date cannot go further than this.
  if (typeof ms === 'number' && ms > 0 && ms <= 8.64e15) return ms
  throw new SessionOptionError(
    option,
    `${option} option must be a number of milliseconds above 0, not ${String(ms)}`,
  )
}
