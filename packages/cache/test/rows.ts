import { expect, it } from 'vitest'
import type { ResponseCacheOptions } from '@tokkyu/cache'

import { type Handler, type Headers, later, says, site } from './site.ts'

/** Section; what a request gets once another was answered so; the headers of that answer. */
export type Row = readonly [rfc: string, what: string, headers: Headers]

/** How often the handler was asked, by two requests `wait` seconds apart. */
export async function askedBy(
  handler: Handler,
  options: ResponseCacheOptions = {},
  { wait = 0, headers = [{}, {}] as readonly Headers[] } = {},
): Promise<number> {
  const { get, count } = await site(handler, options)
  for (const [at, each] of headers.entries()) {
    if (at > 0) later(wait)
    await get('/', each)
  }
  return count()
}

export function reused(
  subject: string,
  rows: readonly Row[],
  options?: ResponseCacheOptions,
): void {
  it.each(rows)(`(%s) ${subject} is used again: %s`, async (_rfc, _what, headers) => {
    expect(await askedBy(says(headers), options, { wait: 59 })).toBe(1)
  })
}

export function notReused(
  subject: string,
  rows: readonly Row[],
  options?: ResponseCacheOptions,
): void {
  it.each(rows)(`(%s) ${subject} is not used again: %s`, async (_rfc, _what, headers) => {
    expect(await askedBy(says(headers), options, { wait: 1 })).toBe(2)
  })
}

export const PAST = 'Thu, 01 Jan 2015 00:00:00 GMT'
export const FUTURE = 'Fri, 01 Jan 2100 00:00:00 GMT'
