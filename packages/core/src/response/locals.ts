// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import type { DispatchedResponse } from '../types/dispatched.ts'

/** Values for the views of this reply, made when first touched. */
export function locals(this: DispatchedResponse): object {
  const fresh = Object.create(null)
  this.locals = fresh
  return fresh
}

export function assignLocals(this: DispatchedResponse, value: object): void {
  Object.defineProperty(this, 'locals', {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  })
}
