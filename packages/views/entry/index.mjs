import views from './index.cjs'

export default views
export const {
  createEngine,
  escapeHtml,
  TemplateCompileError,
  TemplateContextError,
  TemplateNotFoundError,
  TemplateOptionError,
  TemplateOutsideRootsError,
  TemplatePlaceError,
  TemplateRuntimeError,
  TemplateSyntaxError,
  TemplateValueError,
} = views
