import { inspect } from 'node:util'
import { ParamDecodeError } from '../errors.ts'

/**
 * The values a path found in a request.
 *
 * One constructor, so that handlers see one family of shapes; and nothing to inherit, so that a
 * parameter called `constructor` or `__proto__` is a parameter like any other.
 */
export class Params {
  [name: string]: unknown
}
Object.setPrototypeOf(Params.prototype, null)
Reflect.deleteProperty(Params.prototype, 'constructor')
Object.defineProperty(Params.prototype, inspect.custom, {
  /** Shown as what it is to everyone else: an object without a prototype. */
  value(this: Params) {
    return Object.assign(Object.create(null) as Params, this)
  },
})
Object.freeze(Params.prototype)

/**
 * Decodes one piece of a path.
 *
 * @throws {ParamDecodeError} `ROUTER_UNDECODABLE_PARAM`, status 400.
 */
export function decodeParam(name: string, value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch (cause) {
    throw new ParamDecodeError(name, value, cause)
  }
}

/**
 * Adds the parameters of the router around to those of a layer.
 *
 * Captures of RegExp paths are numbered; those of the parent keep the low numbers, and those of
 * the layer count on from there.
 */
export function mergeParams(own: Params, parent: unknown): Params {
  if (typeof parent !== 'object' || parent === null) return own
  const merged = Object.assign(new Params(), parent)
  if (!('0' in own && '0' in parent)) return Object.assign(merged, own)

  const shift = countNumbered(parent)
  const numbered = countNumbered(own)
  for (const [name, value] of Object.entries(own)) {
    const isCounted = String(Number(name)) === name && Number(name) < numbered
    merged[isCounted ? String(Number(name) + shift) : name] = value
  }
  return merged
}

function countNumbered(params: object): number {
  let count = 0
  while (count in params) count++
  return count
}
