/**
 * The path in a request target: without the query, and without scheme and host where a client
 * sent the absolute form (RFC 9112 §3.2.2).
 *
 * @returns undefined when there is none.
 */
export function pathnameOf(url: unknown): string | undefined {
  if (isPlainPath(url)) return url
  if (typeof url !== 'string' || url === '') return undefined
  const path = url.startsWith('/') ? url : url.slice(originLength(url))
  const end = endOfPath(path)
  const pathname = end === -1 ? path : path.slice(0, end)
  if (pathname !== '') return pathname
  return path === url ? undefined : '/'
}

/** Whether a target is a path and nothing else, without anything percent-encoded. */
export function isPlainPath(url: unknown): url is string {
  return typeof url === 'string' && url.startsWith('/') && !SPECIAL.test(url)
}

const SPECIAL = /[?#%]/

function endOfPath(text: string): number {
  const query = text.indexOf('?')
  const fragment = text.indexOf('#')
  if (query === -1 || fragment === -1) return Math.max(query, fragment)
  return Math.min(query, fragment)
}

/** @returns how many units of the target are scheme and host; 0 for a target that is a path. */
export function originLength(url: string): number {
  if (url[0] === '/') return 0
  const scheme = url.slice(0, endOfPath(url) === -1 ? url.length : endOfPath(url)).indexOf('://')
  if (scheme === -1) return 0
  const rest = url.slice(scheme + 3).search(/[/?#]/)
  return rest === -1 ? url.length : scheme + 3 + rest
}
