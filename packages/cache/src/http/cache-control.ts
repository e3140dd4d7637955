/** The directives of a Cache-Control field, by lower-case name; the first of a name counts (RFC 9111 §4.2.1). */
export type Directives = ReadonlyMap<string, string>

const DIRECTIVE = /([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?/g

const NONE: Directives = new Map()

export function parseCacheControl(field: string | undefined): Directives {
  if (field === undefined) return NONE
  const directives = new Map<string, string>()
  for (const [, name, quoted, token] of field.matchAll(DIRECTIVE)) {
    const key = name!.toLowerCase()
    if (!directives.has(key)) directives.set(key, quoted ?? token ?? '')
  }
  return directives
}

/**
 * A time of a directive, in milliseconds; `undefined` where there is none. What is no number of seconds
 * counts as 0: an answer whose freshness cannot be read is stale (RFC 9111 §4.2.1).
 */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name)
  if (value === undefined) return undefined
  return /^\d+$/.test(value) ? Math.min(Number(value), 2 ** 31) * 1000 : 0
}
