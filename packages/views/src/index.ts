import { createEngine as create, type Engine, type RenderCallback } from './engine.ts'
import {
  TemplateCompileError,
  TemplateContextError,
  TemplateNameError,
  TemplateNotFoundError,
  TemplateOptionError,
  TemplateOutsideRootsError,
  TemplatePlaceError,
  TemplateRuntimeError,
  TemplateSyntaxError,
  TemplateValueError,
} from './source/errors.ts'
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
createEngine.TemplateCompileError = TemplateCompileError
createEngine.TemplatePlaceError = TemplatePlaceError
createEngine.TemplateSyntaxError = TemplateSyntaxError
createEngine.TemplateContextError = TemplateContextError
createEngine.TemplateNameError = TemplateNameError
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
  TemplateCompileError,
  TemplateContextError,
  TemplateNameError,
  TemplateNotFoundError,
  TemplateOptionError,
  TemplateOutsideRootsError,
  TemplatePlaceError,
  TemplateRuntimeError,
  TemplateSyntaxError,
  TemplateValueError,
}
export type { Engine, EngineOptions, RenderCallback }
