import { ArgumentError } from '../errors.ts'
import type { Handler } from '../types.ts'

/**
 * Takes handlers as Express does: one by one, in lists, in lists of lists.
 *
 * @throws {TypeError} when there is none, or when one is not a function.
 */
export function collectHandlers(given: readonly unknown[]): Handler[] {
  const handlers = given.some(Array.isArray) ? given.flat(Infinity) : given
  if (handlers.length === 0) throw new ArgumentError('argument handler is required')
  for (const handler of handlers) {
    if (typeof handler !== 'function') {
      throw new ArgumentError(`argument handler must be a function, not ${nameKind(handler)}`)
    }
  }
  return handlers as Handler[]
}

function nameKind(value: unknown): string {
  return value === null ? 'null' : typeof value
}
