// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { assign } from './assign.ts'
import type { DispatchedRequest } from '../types/dispatched.ts'
import { splitTarget } from './target.ts'

/** The path of the request's target, without the query. */
export function path(this: DispatchedRequest): string | undefined {
  return this.url === undefined ? undefined : splitTarget(this.url).path
}

/**
 * The parsed query: the same object on every read, until `req.url` or the parser changes.
 *
 * Express parses anew on each read, so that what a middleware stores in it is lost.
 */
export function query(this: DispatchedRequest & { [PARSED]?: ParsedQuery }): unknown {
  const parse = this.app.get('query parser fn')
  const text = splitTarget(this.url ?? '').query
  const known = this[PARSED]
  if (known !== undefined && known.text === text && known.parse === parse) return known.value
  const value = parse === undefined ? Object.create(null) : parse(text)
  this[PARSED] = { text, parse, value }
  return value
}

/** What a middleware assigns stays, whatever becomes of the URL: an own property from then on. */
export function assignQuery(this: DispatchedRequest, value: unknown): void {
  assign(this, 'query', value)
}

const PARSED = Symbol('parsed query')

interface ParsedQuery {
  readonly text: string | null
  readonly parse: unknown
  readonly value: unknown
}
