// Every public name but `createEngine`, once: what that carries, what `import` offers, and the types.
// The door is written from this list (tools/doors.mjs).
export {
  PageletTimeoutError,
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

export type { Engine, ExpressEngine, RenderCallback, StreamOptions } from './engine.ts'
export type { EngineOptions } from './options.ts'
export type { PageletFailure } from './pagelets/content.ts'
export type { WayBack } from './pagelets/placer.ts'
export type { TemplateArguments, TemplateName } from './templates.ts'
