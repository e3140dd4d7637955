/** Why a file was not sent. Names, statuses and codes are those of send and of Node.js. */
export abstract class FileError extends Error {
  abstract readonly code: string
  abstract readonly status: number
  /** Headers that belong on the answer, such as Content-Range with 416. */
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor(message: string, headers?: Readonly<Record<string, string>>) {
    super(message)
    this.headers = headers
  }

  get statusCode(): number {
    return this.status
  }

  /** Whether the message may be shown to the client. */
  get expose(): boolean {
    return this.status < 500
  }
}

/** The path cannot be decoded, or holds a character that no path may hold. */
export class MalformedPathError extends FileError {
  override readonly name = 'BadRequestError'
  readonly code = 'PATH_MALFORMED'
  readonly status = 400

  constructor() {
    super('Bad Request')
  }
}

/** The path leads out of the root, or to a dot file with `dotfiles: 'deny'`. */
export class ForbiddenPathError extends FileError {
  override readonly name = 'ForbiddenError'
  readonly code = 'PATH_FORBIDDEN'
  readonly status = 403

  constructor() {
    super('Forbidden')
  }
}

/** There is nothing at the path that may be served. */
export class FileNotFoundError extends FileError {
  override readonly name = 'NotFoundError'
  readonly code = 'FILE_NOT_FOUND'
  readonly status = 404

  constructor() {
    super('Not Found')
  }
}

/** No range that the client asks for lies within the file. */
export class UnsatisfiableRangeError extends FileError {
  override readonly name = 'RangeNotSatisfiableError'
  readonly code = 'RANGE_NOT_SATISFIABLE'
  readonly status = 416

  constructor(size: number) {
    super('Range Not Satisfiable', { 'Content-Range': `bytes */${size}` })
  }
}

/** The file became shorter while it was being sent. */
export class FileShrankError extends FileError {
  override readonly name = 'FileShrankError'
  readonly code = 'FILE_SHRANK'
  readonly status = 500

  constructor(path: string) {
    super(`Cannot send "${path}" as announced: it became shorter meanwhile`)
  }
}

/** The answer was under way already when a file was to be sent. */
export class HeadersSentError extends FileError {
  override readonly name = 'HeadersSentError'
  readonly code = 'ERR_HTTP_HEADERS_SENT'
  readonly status = 500

  constructor() {
    super("Can't set headers after they are sent.")
  }
}

/** The client went away before it had the whole file. */
export class FileAbortedError extends Error {
  override readonly name = 'FileAbortedError'
  readonly code = 'ECONNABORTED'
  // None, as on send's: programs ask their absence whether the fault is theirs.
  declare readonly status: undefined
  declare readonly expose: undefined

  constructor() {
    super('Request aborted')
  }
}

/** `res.sendFile` was asked for a directory. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError'
  readonly code = 'EISDIR'
  // None, as on send's: programs ask their absence whether the fault is theirs.
  declare readonly status: undefined
  declare readonly expose: undefined

  constructor() {
    super('EISDIR, read')
  }
}

/** Puts a status on an error of the file system, as send does; its message names paths. */
export function markFileSystemError(error: NodeJS.ErrnoException): Error {
  const status = MISSING.has(error.code ?? '') ? 404 : 500
  return Object.assign(error, { status, statusCode: status, expose: false })
}

const MISSING = new Set(['ENAMETOOLONG', 'ENOENT', 'ENOTDIR'])
