import { ArgumentError } from './errors/argument-error.ts'
import { parse as parseSimple } from 'node:querystring'

import { limitFor } from './limits/limits.ts'
import { onDemand } from './on-demand.ts'
import { type EtagFunction, strongEtag, weakEtag } from './response/send.ts'

export type QueryParser = (text: string) => unknown
export type TrustFunction = (address: string, hop: number) => boolean

/** What `app.set('etag', value)` means; `undefined` when no validator is wanted. */
export function compileEtag(value: unknown): EtagFunction | undefined {
  if (typeof value === 'function') return value as EtagFunction
  if (value === true || value === 'weak') return weakEtag
  if (value === 'strong') return strongEtag
  if (value === false) return undefined
  throw new ArgumentError(
    `unknown value for etag function: ${String(value)}; allowed are a function, true, false, 'weak', 'strong'`,
  )
}

/** What `app.set('query parser', value)` means. */
export function compileQueryParser(value: unknown, app: object): QueryParser | undefined {
  if (typeof value === 'function') return value as QueryParser
  if (value === true || value === 'simple')
    return (text) => parseSimple(text, '&', '=', { maxKeys: mostParameters(app) })
  if (value === 'extended') return (text) => parseNested(text, mostParameters(app))
  if (value === false) return undefined
  throw new ArgumentError(
    `unknown value for query parser function: ${String(value)}; allowed are a function, true, false, 'simple', 'extended'`,
  )
}

/** What `app.set('trust proxy', value)` means. */
export function compileTrust(value: unknown): TrustFunction {
  if (typeof value === 'function') return value as TrustFunction
  if (value === true) return () => true
  if (!value) return () => false
  if (typeof value === 'number') return (_address, hop) => hop < value
  if (typeof value === 'string')
    return onDemand.proxyAddr.compile(value.split(',').map((part) => part.trim()))
  return onDemand.proxyAddr.compile(value as string[])
}

function parseNested(text: string, parameterLimit: number): unknown {
  return onDemand.qs.parse(text, { allowPrototypes: true, parameterLimit })
}

/** `maxKeys` of node counts to Infinity as well. */
function mostParameters(app: object): number {
  return limitFor({ app }, 'queryParameters')
}
