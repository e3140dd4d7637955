// Every public name but `createEngine`, once: what that carries, what `import` offers, and the types.
// The door is written from this list (tools/doors.mjs).
export {
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

export type { Engine, RenderCallback } from './engine.ts'
export type { EngineOptions } from './options.ts'
