/**
 * Warns where the middleware is made that has no secret: unless `cookies(secret)` comes before it, its first
 * request fails. express-session takes such options, and warns as well.
 *
 * @param maker - the public function; what called it is the place that is named.
 */
export function warnWithoutSecret(maker: (...args: never[]) => unknown): void {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, maker)
  const [, place = 'an unknown place'] =
    /\n\s+at (?:.*\()?([^()\n]+)\)?/.exec(trace.stack ?? '') ?? []
  if (warned.has(place)) return
  warned.add(place)
  process.emitWarning(
    `session() has no secret (${place}): it fails unless cookies(secret) runs before it`,
    { type: 'DeprecationWarning', code: 'SESSION_WITHOUT_SECRET' },
  )
}

const warned = new Set<string>()
