import { type Blocks, Markup } from './blocks.ts'
import { type Context, TEXT } from '../contexts/context.ts'
import type { Encoder } from '../contexts/encoders.ts'
import type { GeneratedProgram } from './program.ts'
import { type Page, ROOM, type Runtime } from './runtime.ts'

/*
 * A program becomes a function, and data what the program may see of it: where text turns into code, and
 * where nothing that is inherited gets in.
 */

/**
 * Renders plain locals: an object whose own properties are all that can be seen.
 *
 * @param body - what the template prints that has chosen this one as its layout.
 * @param blocks - what it gives to the blocks of this one.
 */
export type RenderFunction = (
  locals: object,
  body?: string,
  blocks?: Blocks,
) => string | Promise<string>

/** Renders an included template with the locals of its caller, and data of its own. */
export type LinkedRender = (locals: object, data?: unknown) => string | Promise<string>

/** This and the next two are the only places that turn text into a function. */
export function instantiate(
  { body, mark, places, encoders }: GeneratedProgram,
  runtime: Runtime,
  links: readonly LinkedRender[] = [],
  layouts: readonly RenderFunction[] = [],
): RenderFunction {
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- a compiler's last stage
  const factory = new Function(mark, body) as (runtime: object) => RenderFunction
  // Built when it is first wanted: many a template is compiled because another names it.
  let render: RenderFunction | undefined
  return function (this: unknown, locals, content, blocks) {
    render ??= factory(withPlaces(runtime, places, encoders, links, layouts))
    return render.call(this, locals, content, blocks)
  }
}

/** What a program needs of the runtime whatever it does; the rest only where it asks for it. */
export type RuntimeOfProgram = Pick<Runtime, 'encoder'> & Partial<Runtime>

/** Renders as `RenderFunction` does, and can be left where it waits; returns what is not handed over. */
export type StreamFunction = (
  locals: object,
  body: string | undefined,
  blocks: Blocks | undefined,
  page: Page,
) => Generator<unknown, string, unknown>

/** Renders an included template into a page. */
export type LinkedStream = (
  page: Page,
) => (locals: object, data?: unknown) => Generator<unknown, string, unknown>

/** The same for a program that can be left. */
export function instantiateStream(
  { body, mark, places, encoders }: GeneratedProgram,
  runtime: Omit<Runtime, 'layout'>,
  links: readonly (LinkedRender | LinkedStream)[],
  layouts: readonly StreamFunction[],
): StreamFunction {
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- as above
  const factory = new Function(mark, body) as (runtime: object) => StreamFunction
  return factory({ ...withPlaces(runtime, places, encoders, links, layouts), ROOM })
}

/** The function that a function expression without free names of its own describes. */
export function functionOf(text: string): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- as above
  return (new Function(`return ${text}`) as () => unknown)()
}

/** The runtime of one program, which names its places and encoders by number. */
export function withPlaces(
  runtime: RuntimeOfProgram,
  places: GeneratedProgram['places'],
  encoders: GeneratedProgram['encoders'],
  links: readonly unknown[],
  layouts: readonly unknown[],
): object {
  const placeOf = (number: number): Context => places[number] ?? TEXT
  // A program has what it asks for.
  const asked = runtime as Runtime
  return {
    ...runtime,
    layouts,
    links,
    encoders: encoders.map((name) => runtime.encoder(name)),
    rawIn: (place: number): Encoder => asked.rawIn(placeOf(place)),
    include: (name: string, locals: object, data: unknown) =>
      asked.include(name, locals, data, undefined),
    includeAt: (place: number, locals: object) => (name: string, data: unknown) =>
      asked.include(name, locals, data, placeOf(place)),
    markup: (html: string, place: number) => new Markup(html, placeOf(place)),
    replaced: (given: string | undefined, blocks: Blocks | undefined, name: string) =>
      name === 'body' ? given !== undefined : (blocks?.replaces(name) ?? false),
    print: (
      given: string | undefined,
      blocks: Blocks | undefined,
      name: string,
      place: number,
      fallback: unknown,
    ) => asked.print(given, blocks, name, fallback, placeOf(place)),
  }
}

/**
 * Renders the outermost template.
 *
 * @param forget - told of an error that leaves it: thrown again it starts anew.
 */
export function renderOutermost(
  render: RenderFunction,
  data: unknown,
  forget: (error: unknown) => void,
): string | Promise<string> {
  try {
    const html = render(plainLocals(data))
    return typeof html === 'string' ? html : finish(html, forget)
  } catch (error) {
    forget(error)
    throw error
  }
}

async function finish(html: Promise<string>, forget: (error: unknown) => void): Promise<string> {
  try {
    return await html
  } catch (error) {
    forget(error)
    throw error
  }
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

/** What a name means that no data has; nothing that `Object.prototype` has. */
export function globalValue(name: string): unknown {
  return Object.hasOwn(globalThis, name) ? (globalThis as Record<string, unknown>)[name] : undefined
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
