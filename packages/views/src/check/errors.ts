/** The types of templates could not be checked at all; what is wrong in a template is no such error. */
export class ViewsCheckError extends Error {
  override readonly name = 'ViewsCheckError'
  readonly code = 'VIEWS_CHECK'
  readonly status = 500
  readonly expose = false
}
