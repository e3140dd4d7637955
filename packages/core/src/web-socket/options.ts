import { ArgumentError, ArgumentRangeError } from '../errors/argument-error.ts'
import { LEDGER } from '../limits/ledger.ts'
import { ownOptions } from '../own-options.ts'
import type { LimitValues } from '../types/limits.ts'
import type { OriginCheck, WebSocketOptions } from '../types/web-socket.ts'
import { compileOrigin } from './origin.ts'

/** The options of a route with their defaults. */
export interface ResolvedOptions extends Numbers {
  readonly origin: OriginCheck | 'same' | 'any'
  readonly protocols: readonly string[]
  readonly compression: boolean | Readonly<Record<string, unknown>>
}

type Numbers = { readonly [Name in keyof typeof NUMBERS]: number }

/** Each number: its default, the least and the most it may be. */
const NUMBERS = {
  maxPayload: ofApp('messageBytes'),
  maxFragments: ofApp('messageFragments'),
  maxBufferedChunks: [16_384, 1, 2 ** 31 - 1],
  maxPendingPongs: [16, 1, 2 ** 31 - 1],
  maxBuffered: ofApp('socketBuffer'),
  pingInterval: [30_000, 0, 2 ** 31 - 1],
  pongTimeout: [20_000, 1, 2 ** 31 - 1],
  closeTimeout: [30_000, 1, 2 ** 31 - 1],
  maxConnections: ofApp('webSockets'),
  maxConnectionsPerAddress: ofApp('webSocketsPerAddress'),
} as const

/** The limits of an app that an option stands in for. */
const OF_APP = {
  maxPayload: 'messageBytes',
  maxFragments: 'messageFragments',
  maxBuffered: 'socketBuffer',
  maxConnections: 'webSockets',
  maxConnectionsPerAddress: 'webSocketsPerAddress',
} as const satisfies Partial<Record<keyof typeof NUMBERS, keyof LimitValues>>

function ofApp(name: keyof LimitValues): readonly [value: number, least: number, most: number] {
  const { value, least, most } = LEDGER[name]
  return [value, least, most]
}

/** The options with the limits of an app where the route has none of its own. */
export function withLimits(
  given: WebSocketOptions,
  limits: LimitValues | undefined,
): WebSocketOptions {
  const merged: Record<string, unknown> = ownOptions(given)
  for (const [name, limit] of Object.entries(OF_APP)) merged[name] ??= limits?.[limit]
  return merged
}

/**
 * @throws {TypeError} `ARGUMENT_INVALID` for a name that is no option, and for a value of the wrong kind.
 * @throws {RangeError} `ARGUMENT_OUT_OF_RANGE` for a number that makes no sense.
 */
export function resolveOptions(given: WebSocketOptions = {}): ResolvedOptions {
  const options = ownOptions(given)
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw invalid(name, 'there is no such option')
  }
  const numbers = Object.fromEntries(
    Object.entries(NUMBERS).map(([name, range]) => [
      name,
      numberOf(name, options[name as keyof Numbers], range),
    ]),
  ) as Numbers
  const { pingInterval } = numbers
  // One sweep for each ping: a deadline beyond the next ping would never come.
  const isLate = pingInterval > 0 && numbers.pongTimeout > pingInterval
  if (isLate && options.pongTimeout !== undefined) {
    throw outOfRange('pongTimeout', options.pongTimeout, `at most pingInterval (${pingInterval})`)
  }
  return {
    ...numbers,
    pongTimeout: isLate ? pingInterval : numbers.pongTimeout,
    origin: compileOrigin(options.origin ?? 'same'),
    protocols: protocolsOf(options.protocols ?? []),
    compression: compressionOf(options.compression ?? false),
  }
}

const NAMES = new Set([...Object.keys(NUMBERS), 'origin', 'protocols', 'compression'])

function numberOf(
  name: string,
  given: unknown,
  [fallback, least, most]: readonly [number, number, number],
): number {
  if (given === undefined) return fallback
  if (typeof given !== 'number') throw invalid(name, 'a number is needed')
  if (!Number.isInteger(given) || given < least || given > most) {
    throw outOfRange(name, given, `a whole number from ${least} to ${most}`)
  }
  return given
}

/** RFC 6455 §4.1: subprotocols are tokens, each named once. */
function protocolsOf(given: unknown): readonly string[] {
  if (!Array.isArray(given)) throw invalid('protocols', 'a list of names is needed')
  for (const name of given as unknown[]) {
    if (typeof name !== 'string' || !TOKEN.test(name))
      throw invalid('protocols', `${JSON.stringify(name)} is no token`)
  }
  return [...new Set(given as string[])]
}

/** RFC 9110 §5.6.2. */
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

function compressionOf(given: unknown): ResolvedOptions['compression'] {
  if (typeof given === 'boolean') return given
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return { ...given }
  }
  throw invalid('compression', 'true, false or options of permessage-deflate are needed')
}

function invalid(name: string, reason: string): ArgumentError {
  return new ArgumentError(`Cannot take the option "${name}" of a WebSocket route: ${reason}`)
}

function outOfRange(name: string, value: number, allowed: string): ArgumentRangeError {
  return new ArgumentRangeError(
    `Cannot take ${value} for the option "${name}" of a WebSocket route: ${allowed} is allowed`,
  )
}
