/**
 * Cuts a request target into its path and its query text.
 *
 * Origin form is the rule; absolute form loses its scheme and authority, a fragment (which RFC 9112
 * §3.2 does not allow in a target) is dropped.
 */
export function splitTarget(target: string): { path: string; query: string | null } {
  const hash = target.indexOf('#')
  const whole = hash === -1 ? target : target.slice(0, hash)
  const mark = whole.indexOf('?')
  const path = mark === -1 ? whole : whole.slice(0, mark)
  return {
    path: path.startsWith('/') ? path : path.replace(ORIGIN, '') || '/',
    query: mark === -1 ? null : whole.slice(mark + 1),
  }
}

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i
