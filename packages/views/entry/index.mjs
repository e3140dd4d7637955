import createEngine from './index.cjs'

export default createEngine
export const {
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
} = createEngine
export { createEngine }
