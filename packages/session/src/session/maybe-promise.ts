/** A value that may be there already; a store in memory needs no promise. */
export type MaybePromise<T> = T | Promise<T>

/** Goes on with a value now if it is there, else when it comes. */
export function after<T, R>(
  value: MaybePromise<T>,
  goOn: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value)
}

/** `try`/`catch` over both. */
export function attempt<T>(
  run: () => MaybePromise<T>,
  recover: (error: unknown) => MaybePromise<T>,
): MaybePromise<T> {
  try {
    const value = run()
    return value instanceof Promise ? value.catch(recover) : value
  } catch (error) {
    return recover(error)
  }
}
