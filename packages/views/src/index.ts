import { createEngine as create, type Engine, type RenderCallback } from './engine.ts'
import {
  TemplateContextError,
  TemplateNotFoundError,
  TemplateOptionError,
  TemplateOutsideRootsError,
  TemplateRuntimeError,
  TemplateSyntaxError,
  TemplateValueError,
} from './errors.ts'
import { escapeHtml } from './escape-html.ts'
import type { EngineOptions } from './options.ts'

/**
 * Makes an engine that renders the templates below its roots.
 *
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION
 * @example
 * const engine = createEngine({ roots: 'views' })
 * const html = await engine.render('hello', { name: 'Ada' })
 */
function createEngine(options?: EngineOptions): Engine {
  return create(options)
}
createEngine.createEngine = createEngine
createEngine.escapeHtml = escapeHtml
createEngine.TemplateSyntaxError = TemplateSyntaxError
createEngine.TemplateContextError = TemplateContextError
createEngine.TemplateNotFoundError = TemplateNotFoundError
createEngine.TemplateOutsideRootsError = TemplateOutsideRootsError
createEngine.TemplateValueError = TemplateValueError
createEngine.TemplateOptionError = TemplateOptionError
createEngine.TemplateRuntimeError = TemplateRuntimeError
declare namespace createEngine {
  export type { Engine, EngineOptions, RenderCallback }
}

export default createEngine
export {
  createEngine,
  escapeHtml,
  TemplateContextError,
  TemplateNotFoundError,
  TemplateOptionError,
  TemplateOutsideRootsError,
  TemplateRuntimeError,
  TemplateSyntaxError,
  TemplateValueError,
}
export type { Engine, EngineOptions, RenderCallback }
