import { availableParallelism } from 'node:os'
import path from 'node:path'

/** The folder of the game: both `src/server` and `dist/server` lie two levels below it. */
const HOME = path.resolve(import.meta.dirname, '../..')

/** What the people who run the game can decide, by environment variables. */
export interface Config {
  /** The address to listen on. `HOST`, 127.0.0.1 when it is not set. */
  readonly host: string
  /** The port to listen on, 0 for any free one. `PORT`, 3000 when it is not set. */
  readonly port: number
  /**
   * Players come over https, through a proxy on this machine. Then the session cookie gets the
   * `__Host-` prefix and Secure, and the proxy's `X-Forwarded-*` are believed. Browsers drop such a
   * cookie on plain http, so it is off unless `BEHIND_HTTPS` is `1`.
   */
  readonly behindHttps: boolean
  /** `NODE_ENV` is `production`: what has been built is served. */
  readonly isProduction: boolean
  /**
   * By which names players reach the game, besides addresses and `localhost`. `ALLOWED_HOSTS`, with
   * commas between them, none when it is not set.
   */
  readonly allowedHosts: readonly string[]
  /** Whether one address may only ask so often. `RATE_LIMITS`, off with `0`: to measure, not to serve. */
  readonly rateLimits: boolean
  /**
   * Where everything lies that must survive a restart. `DATA_DIR`, the folder `data` of the game
   * when it is not set; made when it is not there.
   */
  readonly dataDirectory: string
  /**
   * Signs the session cookies. `SESSION_SECRET`, at least 32 characters. When it is not set one is
   * made at the first start and kept in the data directory.
   */
  readonly sessionSecret: string | undefined
  /**
   * The Redis in which sessions, duels, profiles and what was asked how often are shared by processes.
   * `REDIS_URL`; when it is not set they lie in the data directory, or in memory, for one process.
   */
  readonly redisUrl: string | undefined
  /** How many processes serve. `WORKERS`, a number or `max` for each core one; 1 when it is not set. */
  readonly workers: number
}

/** As many as the supervisor keeps. */
const MOST_WORKERS = 1024

type Environment = Readonly<Record<string, string | undefined>>

/** An environment variable holds what the game cannot use. */
export class ConfigError extends RangeError {
  override readonly name = 'ConfigError'
  readonly code = 'BAD_CONFIG'
  readonly variable: string

  constructor(variable: string, problem: string) {
    super(`Cannot use ${variable}: ${problem}`)
    this.variable = variable
  }
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 *
 * @throws {ConfigError} naming the first variable that cannot be used.
 */
export function readConfig(env: Environment): Config {
  const redisUrl = readRedisUrl(env['REDIS_URL'] || undefined)
  return {
    host: env['HOST'] || '127.0.0.1',
    port: readPort(env['PORT'] || '3000'),
    behindHttps: readSwitch('BEHIND_HTTPS', env['BEHIND_HTTPS'] || '0'),
    isProduction: env['NODE_ENV'] === 'production',
    allowedHosts: readHosts(env['ALLOWED_HOSTS'] || ''),
    rateLimits: readSwitch('RATE_LIMITS', env['RATE_LIMITS'] || '1'),
    dataDirectory: path.resolve(env['DATA_DIR'] || path.join(HOME, 'data')),
    sessionSecret: readSecret(env['SESSION_SECRET'] || undefined),
    redisUrl,
    workers: readWorkers(env['WORKERS'] || '1', redisUrl),
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new ConfigError('PORT', `${JSON.stringify(text)} is not a whole number from 0 to 65535`)
}

function readSwitch(variable: string, text: string): boolean {
  if (text === '1' || text === '0') return text === '1'
  throw new ConfigError(variable, `${JSON.stringify(text)} is neither 1 (on) nor 0 (off)`)
}

function readHosts(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase())
  const wrong = names.find((name) => text !== '' && !/^[a-z\d]([a-z\d.-]*[a-z\d])?$/.test(name))
  if (wrong === undefined) return text === '' ? [] : names
  throw new ConfigError(
    'ALLOWED_HOSTS',
    `${JSON.stringify(wrong)} is no name of a host, such as game.example`,
  )
}

function readRedisUrl(text: string | undefined): string | undefined {
  if (text === undefined) return text
  if (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)) return text
  // There may be a password in it, which stays out of logs.
  throw new ConfigError('REDIS_URL', 'it is no address such as redis://127.0.0.1:6379')
}

function readWorkers(text: string, redisUrl: string | undefined): number {
  const workers = text === 'max' ? availableParallelism() : Number(text)
  if (text !== 'max' && !(/^\d{1,4}$/.test(text) && workers >= 1 && workers <= MOST_WORKERS)) {
    const wanted = `neither max nor a whole number from 1 to ${MOST_WORKERS}`
    throw new ConfigError('WORKERS', `${JSON.stringify(text)} is ${wanted}`)
  }
  if (text === '1' || redisUrl !== undefined) return workers
  throw new ConfigError('WORKERS', 'several processes share what they know in Redis: set REDIS_URL')
}

function readSecret(text: string | undefined): string | undefined {
  if (text === undefined || text.length >= 32) return text
  // The secret itself stays out of the message: it would end up in a log.
  throw new ConfigError('SESSION_SECRET', `it has ${text.length} characters, and 32 are needed`)
}
