/** What a program assigns to a property that is read by getter stays: its own from then on. */
export function assign(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  })
}
