import type { GeneratedProgram } from './generate.ts'
import type { Runtime } from './runtime.ts'

/** Renders plain locals: an object whose own properties are all that can be seen. */
export type RenderFunction = (locals: object) => string | Promise<string>

/** The only place that turns text into a function. */
export function instantiate({ body, mark }: GeneratedProgram, runtime: Runtime): RenderFunction {
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- a compiler's last stage
  const factory = new Function(mark, body) as (runtime: Runtime) => RenderFunction
  return factory(runtime)
}
