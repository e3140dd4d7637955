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

/** Each number is a limit of the app where the route does not say it. */
const NUMBERS = {
  maxPayload: 'messageBytes',
  maxFragments: 'messageFragments',
  maxBufferedChunks: 'messageChunks',
  maxPendingPongs: 'pendingPongs',
  maxBuffered: 'socketBuffer',
  pingInterval: 'pingInterval',
  pongTimeout: 'pongTimeout',
  closeTimeout: 'socketCloseTimeout',
  maxConnections: 'webSockets',
  maxConnectionsPerAddress: 'webSocketsPerAddress',
} as const satisfies Record<string, keyof LimitValues>

/**
 * @param limits - of the app whose route it is, which stand in for what the route does not say.
 * @throws {TypeError} `ARGUMENT_INVALID` for a name that is no option, and for a value of the wrong kind.
 * @throws {RangeError} `ARGUMENT_OUT_OF_RANGE` for a number that makes no sense.
 */
export function resolveOptions(
  given: WebSocketOptions = {},
  limits?: LimitValues,
): ResolvedOptions {
  const options = ownOptions(given)
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw invalid(name, 'there is no such option')
  }
  const numbers = Object.fromEntries(
    Object.entries(NUMBERS).map(([name, limit]) => [
      name,
      numberOf(name, options[name as keyof Numbers], limit) ??
        limits?.[limit] ??
        LEDGER[limit].value,
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

function numberOf(name: string, given: unknown, limit: keyof LimitValues): number | undefined {
  if (given === undefined) return undefined
  const { least, most } = LEDGER[limit]
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
