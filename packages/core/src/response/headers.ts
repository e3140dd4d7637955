// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { ArgumentError } from '../errors/argument-error.ts'
import { extname, basename } from 'node:path'
import { onDemand } from '../on-demand.ts'
import { fullType } from './full-type.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'

export function get(
  this: DispatchedResponse,
  name: string,
): number | string | string[] | undefined {
  return this.getHeader(name)
}

/**
 * Sets one header, or each field of an object.
 *
 * Values become strings. A `Content-Type` of a known type gets its usual charset; it cannot be a list.
 */
export function set(
  this: DispatchedResponse,
  name: string | object,
  value?: unknown,
): DispatchedResponse {
  // Counted, not compared: a value given as undefined is sent as the text "undefined".
  if (arguments.length !== 2 || typeof name !== 'string') {
    for (const [field, each] of Object.entries(name ?? {})) this.set(field, each)
    return this
  }
  const text = Array.isArray(value) ? value.map(String) : String(value)
  if (name.length !== CONTENT_TYPE.length || name.toLowerCase() !== CONTENT_TYPE) {
    this.setHeader(name, text)
    return this
  }
  if (Array.isArray(text)) throw new ArgumentError('Content-Type cannot be set to an Array')
  this.setHeader(name, fullType(text) as string)
  return this
}

/** Adds values to a header that may be there already. */
export function append(
  this: DispatchedResponse,
  name: string,
  value: string | string[],
): DispatchedResponse {
  const before = this.get(name)
  if (!before) return this.set(name, value)
  return this.set(name, [before, value].flat())
}

/** Sets the content type by media type (`text/html`), file extension (`.html`) or name (`html`). */
export function type(this: DispatchedResponse, name: string): DispatchedResponse {
  return this.set(
    'Content-Type',
    name.includes('/') ? name : fullType(name) || 'application/octet-stream',
  )
}

/** Adds field names to `Vary`, each once. */
export function vary(this: DispatchedResponse, field: string | string[]): DispatchedResponse {
  onDemand.vary(this, field)
  return this
}

/** Adds `Link` values (RFC 8288), by relation. */
export function links(
  this: DispatchedResponse,
  targets: Record<string, string | string[]>,
): DispatchedResponse {
  const before = this.get('Link')
  const added = Object.entries(targets).flatMap(([relation, urls]) =>
    [urls].flat().map((url) => `<${asTarget(url)}>; rel="${asQuoted(relation)}"`),
  )
  return this.set('Link', [before || [], added].flat().join(', '))
}

/** Asks the client to save the body, under `filename` when given (RFC 6266). */
export function attachment(this: DispatchedResponse, filename?: string): DispatchedResponse {
  const name = filename === undefined ? undefined : basename(filename)
  if (name) this.type(extname(name))
  return this.set('Content-Disposition', onDemand.contentDisposition.create(name))
}

/** Neither bracket may stand in a URL (RFC 3986 §2), and the closing one would end the target. */
function asTarget(url: unknown): string {
  return String(url).replaceAll('<', '%3C').replaceAll('>', '%3E')
}

/** RFC 9110 §5.6.4. */
function asQuoted(text: string): string {
  return text.replaceAll(/[\\"]/g, String.raw`\$&`)
}

const CONTENT_TYPE = 'content-type'
