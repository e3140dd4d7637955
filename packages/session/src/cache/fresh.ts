import { entityTags, weaklyEqual } from './entity-tags.ts'
import { parseHttpDate } from './http-date.ts'

/** Header fields by lower-case name, as `node:http` gives them. */
export type Headers = Readonly<Record<string, string | string[] | number | undefined>>

/**
 * Says whether the copy a client already holds is still good, as `req.fresh` does.
 *
 * A reload (`Cache-Control: no-cache`) is never fresh; If-None-Match beats If-Modified-Since; a date
 * that is no HTTP-date counts as absent (RFC 9110 §13.1.3).
 *
 * @example fresh({ 'if-none-match': '"1"' }, { etag: '"1"' }) // true
 */
export function fresh(requestHeaders: Headers, responseHeaders: Headers): boolean {
  const noneMatch = text(requestHeaders['if-none-match'])
  const modifiedSince = text(requestHeaders['if-modified-since'])
  if (!noneMatch && !modifiedSince) return false

  const cacheControl = text(requestHeaders['cache-control'])
  if (cacheControl && asksForReload(cacheControl)) return false

  if (noneMatch) {
    if (noneMatch === '*') return true
    const tag = text(responseHeaders['etag'])
    return !!tag && entityTags(noneMatch).some((held) => weaklyEqual(held, tag))
  }
  const since = parseHttpDate(modifiedSince)
  const modified = parseHttpDate(text(responseHeaders['last-modified']))
  return since !== undefined && modified !== undefined && modified <= since
}

function asksForReload(cacheControl: string): boolean {
  return cacheControl.split(',').some((directive) => directive.trim().toLowerCase() === 'no-cache')
}

function text(value: string | string[] | number | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  return Array.isArray(value) ? value.join(', ') : String(value)
}
