/**
 * Warns of what Express calls deprecated: once for each place of the program that does it, which the
 * warning names.
 *
 * @param method - the public method; what called it is the place.
 */
export function deprecate(method: (...args: never[]) => unknown, message: string): void {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, method)
  const [, place = 'an unknown place'] =
    /\n\s+at (?:.*\()?([^()\n]+)\)?/.exec(trace.stack ?? '') ?? []
  const warning = `${message} (${place})`
  if (warned.has(warning)) return
  warned.add(warning)
  process.emitWarning(warning, 'DeprecationWarning')
}

const warned = new Set<string>()
