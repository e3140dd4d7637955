import views from './index.cjs'

export default views
export const {
  createEngine,
  escapeHtml,
  TemplateContextError,
  TemplateNotFoundError,
  TemplateOptionError,
  TemplateOutsideRootsError,
  TemplateRuntimeError,
  TemplateSyntaxError,
  TemplateValueError,
} = views
