import type { GeneratedProgram, Link } from './generate.ts'
import type { Encoder } from './encoders.ts'
import type { Runtime } from './runtime.ts'

/** Renders plain locals: an object whose own properties are all that can be seen. */
export type RenderFunction = (locals: object, data?: unknown) => string | Promise<string>

/** The only place that turns text into a function. */
export function instantiate(
  { body, mark, contexts }: GeneratedProgram,
  runtime: Runtime,
  links: readonly Link[] = [],
): RenderFunction {
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- a compiler's last stage
  const factory = new Function(mark, body) as (runtime: object) => RenderFunction
  return factory({
    ...runtime,
    links: links.map(({ render }) => render),
    rawIn: (place: number): Encoder =>
      runtime.rawIn(contexts[place] as NonNullable<(typeof contexts)[0]>),
    include: (name: string, locals: object, data: unknown, place: number) =>
      runtime.include(name, locals, data, contexts[place]),
  })
}
