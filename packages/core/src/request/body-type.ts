// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { onDemand } from '../on-demand.ts'
import type { DispatchedRequest } from '../types/dispatched.ts'

/**
 * Tells which of `types` the request's body is; without any, what it is.
 *
 * @returns the matching type, `false` when none matches, `null` when there is no body.
 */
export function is(
  this: DispatchedRequest,
  ...types: (string | string[])[]
): string | false | null {
  return onDemand.typeIs(this, types.flat())
}
