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
