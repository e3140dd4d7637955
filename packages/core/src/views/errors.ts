/** No file of that name in the folders of views. */
export class ViewNotFoundError extends Error {
  override readonly name = 'ViewNotFoundError'
  readonly code = 'VIEW_NOT_FOUND'
  readonly status = 500
  readonly expose = false
  /** The view that was looked for, with the places it looked in. */
  readonly view: unknown

  constructor(message: string, view: unknown) {
    super(message)
    this.view = view
  }
}

/** A view names no engine, or a module that is none. */
export class ViewEngineError extends Error {
  override readonly name = 'ViewEngineError'
  readonly code = 'VIEW_ENGINE_MISSING'
  readonly status = 500
  readonly expose = false
}
