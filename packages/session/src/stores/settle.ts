/**
 * Answers the caller of a store: by callback, or without one by a promise.
 *
 * A callback runs outside of the promise, so that what it throws is nobody's rejection.
 */
export function settle<T>(
  asked: Promise<T>,
  callback: ((error?: unknown, value?: T) => void) | undefined,
): Promise<T> | undefined {
  if (callback === undefined) return asked
  asked.then(
    (value) => process.nextTick(callback, null, value),
    (error: unknown) => process.nextTick(callback, error),
  )
  return undefined
}
