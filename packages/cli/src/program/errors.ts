/** The application is TypeScript, and nobody here reads it. */
export class TypeScriptError extends Error {
  override readonly name = 'TypeScriptError'
  readonly code = 'CLI_NO_TYPESCRIPT'
  readonly status = 500
  readonly expose = false
  /** The file that was to run. */
  readonly entry: string

  constructor(entry: string, options?: { readonly cause?: unknown }) {
    super(
      `Cannot run ${entry}: node ${process.versions.node} does not read TypeScript, and the application has no tsx. ` +
        'Install it (npm install --save-dev tsx), or take node 22.18 or newer.',
      options,
    )
    this.entry = entry
  }
}

/** The entry was loaded, and showed no application. */
export class NoApplicationError extends Error {
  override readonly name = 'NoApplicationError'
  readonly code = 'CLI_NO_APPLICATION'
  readonly status = 500
  readonly expose = false
  /** The file that was loaded. */
  readonly entry: string

  constructor(entry: string, reason: string) {
    super(`Found no application in ${entry}: ${reason}.`)
    this.entry = entry
  }
}
