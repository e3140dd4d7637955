import { TemplateValueError } from '../source/errors.ts'

/**
 * The string a value prints as.
 *
 * @throws {TemplateValueError} TEMPLATE_UNPRINTABLE for a promise, a symbol, an object without a text.
 */
export function printable(value: unknown): string {
  if (typeof value === 'string') return value
  if (isThenable(value)) {
    throw new TemplateValueError(
      'TEMPLATE_UNPRINTABLE',
      'Cannot print a promise: write `await` before the expression',
    )
  }
  try {
    return ''.concat(value as string) // as EJS prints it: by its own toString
  } catch (error) {
    const kind = typeof value === 'symbol' ? 'a symbol' : 'an object that has no text'
    throw new TemplateValueError('TEMPLATE_UNPRINTABLE', `Cannot print ${kind}`, { cause: error })
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as PromiseLike<unknown>).then === 'function'
  )
}
