import { type Blocks, Markup } from './blocks.ts'
import { type Context, TEXT } from '../contexts/context.ts'
import type { Encoder } from '../contexts/encoders.ts'
import type { GeneratedProgram } from './program.ts'
import type { Runtime } from './runtime.ts'

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

/** This and the next are the only places that turn text into a function. */
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

/** The function that a function expression without free names of its own describes. */
export function functionOf(text: string): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- as above
  return (new Function(`return ${text}`) as () => unknown)()
}

/** The runtime of one program, which names its places and encoders by number. */
function withPlaces(
  runtime: Runtime,
  places: GeneratedProgram['places'],
  encoders: GeneratedProgram['encoders'],
  links: readonly LinkedRender[],
  layouts: readonly RenderFunction[],
): object {
  const placeOf = (number: number): Context => places[number] ?? TEXT
  return {
    ...runtime,
    layouts,
    links,
    encoders: encoders.map((name) => runtime.encoder(name)),
    rawIn: (place: number): Encoder => runtime.rawIn(placeOf(place)),
    include: (name: string, locals: object, data: unknown) =>
      runtime.include(name, locals, data, undefined),
    includeAt: (place: number, locals: object) => (name: string, data: unknown) =>
      runtime.include(name, locals, data, placeOf(place)),
    markup: (html: string, place: number) => new Markup(html, placeOf(place)),
    replaced: (given: string | undefined, blocks: Blocks | undefined, name: string) =>
      name === 'body' ? given !== undefined : (blocks?.replaces(name) ?? false),
    print: (
      given: string | undefined,
      blocks: Blocks | undefined,
      name: string,
      place: number,
      fallback: unknown,
    ) => runtime.print(given, blocks, name, fallback, placeOf(place)),
  }
}
