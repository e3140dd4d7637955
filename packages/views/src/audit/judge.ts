import type { Context } from '../contexts/context.ts'
import { describeContext } from '../contexts/describe.ts'
import type { ValueSource } from './value-sources.ts'

/** A value that is printed without what would make it safe in its place. */
export interface Printed {
  /** Undefined where it cannot be told. */
  readonly place: Context | undefined
  /** `<%- %>`, or `<%= %>` where only the entities of text are written. */
  readonly isRaw: boolean
  /** Whether the engine looks that raw output stays in its place. */
  readonly isWatched: boolean
}

/** Why a value is not safe where it is printed; undefined when it is. */
export function dangerOf(source: ValueSource, printed: Printed): string | undefined {
  const { kind } = source
  if (kind === 'literal' || kind === 'number' || kind === 'trusted') return undefined
  const { place, isRaw } = printed
  if (!isRaw) {
    return `${told(source)} is printed in ${inWords(place)}, where the entities of text do not make it safe: escape by context`
  }
  if (kind === 'block') return undefined
  if (!place) return `it cannot be told where ${told(source)} is printed`
  if (kind === 'include') return undefined
  if (kind === 'json' || kind === 'script json') return jsonIn(source, printed, place)
  if (kind === 'uri component' && isUriSafe(printed, place)) return undefined
  return dataIn(source, printed, place)
}

/** Why nothing that is printed here is a danger, in words. */
export function safetyOf(sources: readonly ValueSource[]): string {
  const kinds = [...new Set(sources.map(({ kind }) => REASONS[kind]))]
  return kinds.length > 0 ? kinds.join('; ') : 'it prints nothing'
}

const REASONS: Readonly<Record<ValueSource['kind'], string>> = {
  include: 'the tags of what is included are judged on their own',
  block: 'what fills a block is encoded for its place',
  literal: 'the template itself says what is printed',
  number: 'it is a number, or `true` or `false`',
  json: 'it is JSON in a script, which the engine does not let end',
  'script json': 'it is JSON in a script, whose end is written as an escape',
  'uri component': '`encodeURIComponent` leaves nothing that ends its place',
  trusted: 'the audit was told to trust it',
  data: 'it is data',
}

function jsonIn(source: ValueSource, printed: Printed, place: Context): string | undefined {
  const isScript = place.mode === 'script' && place.inner?.language === 'js'
  const isWhole = isScript && place.inner.mode === 'code'
  if (isWhole && (printed.isWatched || source.kind === 'script json')) return undefined
  if (isWhole)
    return `${told(source)} can hold \`</script>\`: escape its \`<\`, or print it by \`<%= %>\``
  return `${told(source)} is JSON, which is no safer than data in ${inWords(place)}`
}

function isUriSafe({ isWatched }: Printed, { mode, inner }: Context): boolean {
  if (mode === 'text' || mode === 'rcdata') return true
  const isQuoted = mode === 'double quoted' || (mode === 'single quoted' && isWatched)
  return isQuoted && (inner === undefined || inner.language === 'url')
}

function dataIn(source: ValueSource, { isWatched }: Printed, place: Context): string {
  const what = told(source)
  if (place.mode === 'text') return `markup in ${what} becomes a part of the page`
  if (isCode(place)) return `${what} is run as code`
  return isWatched
    ? `${what} is not encoded: the engine sees that it does not leave ${inWords(place)}, and no more`
    : `nothing keeps ${what} in ${inWords(place)}`
}

function isCode({ inner }: Context): boolean {
  if (inner?.language === 'page') return isCode(inner.context)
  return inner?.language === 'js' && inner.mode === 'code'
}

function told({ kind, text, names }: ValueSource): string {
  const from = names.filter((name) => name !== text)
  const via = from.length > 0 && kind === 'data' ? ` (of ${from.join(', ')})` : ''
  return `\`${text}\`${via}`
}

function inWords(place: Context | undefined): string {
  return place ? describeContext(place) : 'a place that cannot be told'
}
