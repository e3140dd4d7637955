import type { Blocks } from './blocks.ts'
import type { Context } from '../contexts/context.ts'
import type { Encoder, EncoderName } from '../contexts/encoders.ts'

/** What a render function needs of us while it runs. */
export interface Runtime {
  readonly text: Encoder
  readonly raw: Encoder
  encoder(name: EncoderName): Encoder
  /** What prints raw text in a place and sees that it stays there. */
  rawIn(place: Context): Encoder
  /** @param place - where it is printed; undefined when that is not known. */
  include(
    name: string,
    locals: object,
    data: unknown,
    place: Context | undefined,
  ): string | PromiseLike<string>
  /** The text of a block in its place. */
  print(
    body: string | undefined,
    blocks: Blocks | undefined,
    name: string,
    fallback: unknown,
    place: Context,
  ): string
  /** The layout of a name that is only known at run time. */
  layout(name: string): (locals: object, body: string, blocks?: Blocks) => string | Promise<string>
  merge(locals: object, data: unknown): object
  blocks(): Blocks
  copy(locals: object): object
  own(locals: object, name: string): unknown
  /** A function of the data that is called with the data as `this`; any other value as it is. */
  bound(locals: object, value: unknown): unknown
  /** The value of a name that the data may lack: a helper's or a global's. */
  fallback(locals: object, name: string): unknown
  /** The value of a name that was null or undefined when it was wanted; throws if it was never given. */
  missing(name: string, value: unknown, locals: object, offset: number): unknown
  /** Dresses an error with its place in the template. */
  fail(error: unknown, offset: number): unknown
}

const EMPTY = Object.freeze(Object.create(null) as object)
const PROBE = {}

/**
 * The data in a form in which a plain property read cannot see anything inherited, neither of a
 * class nor of a polluted `Object.prototype` (CVE-2024-33883 in EJS).
 */
export function plainLocals(data: unknown): object {
  if (data === null || data === undefined) return EMPTY
  if (typeof data !== 'object') return EMPTY
  const prototype: unknown = Object.getPrototypeOf(data)
  if (prototype === null) return data
  if (prototype === Object.prototype && !isPolluted()) return data
  return ownCopy(data)
}

/** Own enumerable properties, nothing else; `__proto__` becomes a property like any other. */
export function ownCopy(...objects: unknown[]): object {
  return Object.assign(Object.create(null) as object, ...objects) as object
}

/** Both together, the second one winning; as `{ ...a, ...b }`, safe under pollution too. */
export function mergeLocals(locals: object, data: unknown): object {
  if (data === null || data === undefined) return locals
  return isPolluted() ? ownCopy(locals, data) : { ...locals, ...data }
}

/** Whether somebody has added an enumerable property to `Object.prototype`. */
function isPolluted(): boolean {
  // oxlint-disable-next-line guard-for-in, no-unreachable-loop -- inherited names are looked for
  for (const name in PROBE) return name !== ''
  return false
}

export function own(locals: object, name: string): unknown {
  return Object.hasOwn(locals, name) ? (locals as Record<string, unknown>)[name] : undefined
}

export function bound(locals: object, value: unknown): unknown {
  if (typeof value !== 'function') return value
  // Not `value.bind`: a function may have a property of that name.
  return Function.prototype.bind.call(value, locals) as unknown
}
