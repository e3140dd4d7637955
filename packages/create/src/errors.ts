/** What was written on the command line cannot be done as it stands: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'CREATE_USAGE'
  readonly status = 500
  readonly expose = false
}

/** The folder holds something already, and nothing is ever overwritten. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError'
  readonly code = 'CREATE_FOLDER_IN_USE'
  readonly status = 500
  readonly expose = false
  /** The folder as it was named. */
  readonly folder: string

  constructor(folder: string, reason: string) {
    super(`Cannot create an application in ${folder}: ${reason}. Name another folder.`)
    this.folder = folder
  }
}

/** Whoever was asked has ended the input instead of answering. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
  readonly code = 'CREATE_CANCELLED'
  readonly status = 500
  readonly expose = false

  constructor() {
    super('Cancelled: nothing was written.')
  }
}
