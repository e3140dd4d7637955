import views from './index.cjs'

export default views
export const {
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
} = views
