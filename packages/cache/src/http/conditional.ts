import type { IncomingHttpHeaders } from 'node:http'

import { fieldOf, type Head } from './head.ts'

/** The part of a body that is asked for, in bytes from 0, `end` excluded. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Whether the copy that the client has is the one that is kept (RFC 9110 §13.1.2, §13.1.3). */
export function isNotModified(asked: IncomingHttpHeaders, kept: Head): boolean {
  if (kept.status !== 200) return false
  const tags = asked['if-none-match']
  if (tags !== undefined) {
    const tag = fieldOf(kept, 'etag')
    if (tags.trim() === '*') return true
    return tag !== undefined && tagsIn(tags).includes(opaque(tag))
  }
  const since = dateOf(asked['if-modified-since'])
  const modified = dateOf(fieldOf(kept, 'last-modified'))
  return since !== undefined && modified !== undefined && modified <= since
}

/**
 * The one range that is to be sent; `'unsatisfiable'` where there is no such part, `undefined` where the
 * whole is to be sent: nothing, several ranges, or another unit was asked for, or If-Range does not hold.
 */
export function rangeOf(
  asked: IncomingHttpHeaders,
  kept: Head,
  length: number,
): Range | 'unsatisfiable' | undefined {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(asked.range ?? '')
  if (!match || kept.status !== 200 || !ifRangeHolds(asked, kept)) return undefined
  const [, first = '', last = ''] = match
  if (first === '') {
    if (last === '') return undefined
    return Number(last) === 0 || length === 0
      ? 'unsatisfiable'
      : { start: Math.max(0, length - Number(last)), end: length }
  }
  if (last !== '' && Number(last) < Number(first)) return undefined
  if (Number(first) >= length) return 'unsatisfiable'
  return { start: Number(first), end: last === '' ? length : Math.min(Number(last) + 1, length) }
}

/** A tag must match strongly, a date exactly (RFC 9110 §13.1.5). */
function ifRangeHolds(asked: IncomingHttpHeaders, kept: Head): boolean {
  const condition = asked['if-range']
  if (typeof condition !== 'string') return condition === undefined
  if (condition.startsWith('"')) return condition.trim() === fieldOf(kept, 'etag')
  const date = dateOf(condition)
  return date !== undefined && date === dateOf(fieldOf(kept, 'last-modified'))
}

function tagsIn(field: string): string[] {
  return [...field.matchAll(/(?:W\/)?("[^"]*")/g)].map(([, tag]) => tag!)
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '')
}

function dateOf(field: string | undefined): number | undefined {
  const time = Date.parse(field ?? '')
  return Number.isNaN(time) ? undefined : time
}
