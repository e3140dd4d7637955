/** Makes a callback deaf after its first call: one that others hold may be called again. */
export function once<Arguments extends unknown[]>(
  callback: (...given: Arguments) => void,
): (...given: Arguments) => void {
  let called = false
  return (...given) => {
    if (called) return
    called = true
    callback(...given)
  }
}

/** Calls back with what a call throws, now or later; `failed` may be called though it was before. */
export function heedRejection(
  call: () => void | PromiseLike<unknown>,
  failed: (error: Error) => void,
): void {
  try {
    call()?.then(undefined, failed)
  } catch (error) {
    failed(error as Error)
  }
}
