import { HttpError } from './http-error.ts'

/** A target that has no canonical form. */
export class TargetError extends HttpError {
  override readonly name = 'TargetError'
  readonly target: string

  constructor(target: string, reason: string) {
    super(400, 'ERR_BAD_TARGET', `Cannot accept the target ${JSON.stringify(target)}: ${reason}`)
    this.target = target
  }
}

/** Nothing in these needs a change; a `%` in the query only costs the slow path. */
const MAYBE_NOT_CANONICAL = /[^\x21-\x7e]|[%\\#"<>^`{|}]|\/[./]|^[^/]/

/**
 * The one spelling of a request target that router, middleware and static all see.
 *
 * @throws {TargetError} when the path holds NUL, a control character or a backslash, raw or encoded.
 */
export function canonicalTarget(target: string): string {
  if (!MAYBE_NOT_CANONICAL.test(target)) return target
  return slowly(target)
}

function slowly(target: string): string {
  const end = target.search(/[?#]/)
  const path = end === -1 ? target : target.slice(0, end)
  const rest = end === -1 ? '' : target.slice(end)
  return canonicalPath(path, target) + rest
}

function canonicalPath(path: string, target: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\0-\x1f\x7f\\]|%(?:[01][0-9a-f]|7f|5c)/i.test(path)) {
    throw new TargetError(target, 'control characters and backslashes are not allowed in a path')
  }
  return path.replace(/%[0-9a-f]{2}/gi, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : triplet.toUpperCase()
  })
}
