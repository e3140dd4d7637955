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

/** The package of a view's engine is not there. */
export class EngineModuleError extends Error {
  override readonly name = 'EngineModuleError'
  readonly code = 'MODULE_NOT_FOUND' // node's, which Express lets through
  readonly status = 500
  readonly expose = false
  /** The package. */
  readonly engine: string
  /** The view that needs it. */
  readonly view: string
  /** The folders from which it was looked for. */
  readonly searched: readonly string[]

  constructor(
    engine: string,
    view: string,
    searched: readonly string[],
    options?: { readonly cause?: unknown },
  ) {
    const folders = [...new Set(searched)]
    super(
      `Cannot find module '${engine}', which the view "${view}" asks for as its engine; looked from "${folders.join('", "')}"`,
      options,
    )
    this.engine = engine
    this.view = view
    this.searched = folders
  }
}
