import type { IncomingHttpHeaders } from 'node:http'

import { evaluatePreconditions, rangeApplies } from '@tokkyu/session'

import { fieldOf, type Head } from './head.ts'

/** The part of a body that is asked for, in bytes from 0, `end` excluded. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Whether the copy that the client has is the one that is kept (RFC 9110 §13.1.2, §13.1.3). */
export function isNotModified(asked: IncomingHttpHeaders, kept: Head): boolean {
  if (kept.status !== 200) return false
  if (asked['if-none-match'] === undefined && asked['if-modified-since'] === undefined) return false
  // A kept answer is read, never changed: the conditions of a change are not its business.
  const headers = {
    'if-none-match': asked['if-none-match'],
    'if-modified-since': asked['if-modified-since'],
  }
  const verdict = evaluatePreconditions({ method: 'GET', headers, ...validatorsOf(kept) })
  return verdict === 'not-modified'
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
  if (asked.range === undefined) return undefined
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(asked.range)
  if (!match || kept.status !== 200) return undefined
  if (!rangeApplies({ headers: ifRangeOf(asked), ...validatorsOf(kept) })) return undefined
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

function validatorsOf(kept: Head): { etag: string | undefined; lastModified: string | undefined } {
  return { etag: fieldOf(kept, 'etag'), lastModified: fieldOf(kept, 'last-modified') }
}

function ifRangeOf(asked: IncomingHttpHeaders): { 'if-range'?: string } {
  const condition = asked['if-range']
  return typeof condition === 'string' ? { 'if-range': condition } : {}
}
