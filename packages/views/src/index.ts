import { createEngine as create } from './engine.ts'
import * as names from './names.ts'

/**
 * Makes an engine that renders the templates below its roots.
 *
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION
 * @example
 * const engine = createEngine({ roots: 'views' })
 * const html = await engine.render('hello', { name: 'Ada' })
 */
const createEngine: CreateEngine = Object.assign(create as CreateEngine, names, {
  createEngine: create as CreateEngine,
})

/** Makes an engine, and carries the classes of its errors; `createEngine.createEngine` is itself. */
type CreateEngine = typeof create & typeof names & { readonly createEngine: CreateEngine }

// What has a type only, for `import createEngine = require(…)`: `createEngine.Engine` and so on.
declare namespace createEngine {
  type Engine = names.Engine
  type EngineOptions = names.EngineOptions
  type ExpressEngine = names.ExpressEngine
  type PageletFailure = names.PageletFailure
  type RenderCallback = names.RenderCallback
  type StreamOptions = names.StreamOptions
  type TemplateArguments<Name extends string> = names.TemplateArguments<Name>
  type TemplateName = names.TemplateName
  type WayBack = names.WayBack
}

export { createEngine }
export * from './names.ts'
export default createEngine
