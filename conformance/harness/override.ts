type Call = (...args: unknown[]) => unknown

/** Puts another method in the place of one, which it is handed to call, bound to the same object. */
export function override(
  target: object,
  name: string,
  replacement: (original: Call, ...args: unknown[]) => unknown,
): void {
  const original = Reflect.get(target, name) as Call
  Reflect.set(target, name, function (this: unknown, ...args: unknown[]) {
    return replacement((...given) => Reflect.apply(original, this, given), ...args)
  })
}
