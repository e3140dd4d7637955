import { type Blocks, Markup } from './blocks.ts'
import { TEXT } from './contexts/html-context.ts'
import type { Encoder } from './encoders.ts'
import type { GeneratedProgram, Link } from './generate.ts'
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

/** The only place that turns text into a function. */
export function instantiate(
  { body, mark, places, encoders }: GeneratedProgram,
  runtime: Runtime,
  links: readonly Link[] = [],
): RenderFunction {
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- a compiler's last stage
  const factory = new Function(mark, body) as (runtime: object) => RenderFunction
  const placeOf = (number: number) => places[number] ?? TEXT
  return factory({
    ...runtime,
    links: links.map(({ render }) => render),
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
  })
}
