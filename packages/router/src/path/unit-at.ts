/**
 * Reads one UTF-16 code unit of a text.
 *
 * `text.charCodeAt(at)` takes five times as long in a place that has seen strings of several kinds
 * (flat, sliced, joined, two-byte), as every place of a router soon has. Called through a bound
 * function it does not, measured on Node 20.
 */
// oxlint-disable-next-line typescript/unbound-method -- it is bound, to be called with any text
export const unitAt = Function.prototype.call.bind(String.prototype.charCodeAt) as unknown as (
  text: string,
  at: number,
) => number
