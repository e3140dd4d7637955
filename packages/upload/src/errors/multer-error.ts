/** multer's codes and messages: applications compare both, so nothing is added to a message. */
const multerMessages = {
  LIMIT_PART_COUNT: 'Too many parts',
  LIMIT_FILE_SIZE: 'File too large',
  LIMIT_FILE_COUNT: 'Too many files',
  LIMIT_FIELD_KEY: 'Field name too long',
  LIMIT_FIELD_VALUE: 'Field value too long',
  LIMIT_FIELD_COUNT: 'Too many fields',
  LIMIT_FIELD_NESTING: 'Field name nesting too deep',
  LIMIT_FIELD_ARRAY_INDEX: 'Field name array index too large',
  LIMIT_UNEXPECTED_FILE: 'Unexpected file field',
  MISSING_FIELD_NAME: 'Field name missing',
  INVALID_FIELD_NAME: 'Invalid field name',
  STREAM_DESTROYED: 'File stream was destroyed',
} as const

/**
 * The codes multer has none for, and the sentence a message starts with. Where busboy had one it is
 * kept: it was all that an application could look at.
 */
const ownMessages = {
  LIMIT_TOTAL_BYTES: 'Request too large',
  LIMIT_HEADER_PAIRS: 'Too many headers in a part',
  LIMIT_HEADER_SIZE: 'Part header too large',
  LIMIT_FILE_NAME: 'File name too long',
  LIMIT_IDLE_TIME: 'Request stalled',
  LIMIT_QUOTA: 'Quota exceeded',
  MALFORMED_CONTENT_TYPE: 'Malformed content type',
  UNSUPPORTED_CONTENT_TYPE: 'Unsupported content type',
  UNSUPPORTED_CHARSET: 'Unsupported charset',
  MISSING_BOUNDARY: 'Multipart: Boundary not found',
  INVALID_BOUNDARY: 'Invalid boundary',
  MALFORMED_DELIMITER: 'Malformed delimiter line',
  MALFORMED_PART_HEADER: 'Malformed part header',
  MISSING_FILE_NAME: 'File name missing',
  UNEXPECTED_END: 'Unexpected end of form',
  REQUEST_ABORTED: 'Request aborted',
  FIELD_REQUIRED_FIRST: 'Field must come before the first file',
  FILE_TYPE_REFUSED: 'File type not accepted',
  UNSAFE_FILE_PATH: 'File path leaves its destination',
  BODY_ALREADY_READ: 'Request body was already read',
} as const

/** The codes of uploads: multer's, and ours for what multer has none for. */
export type ErrorCode = keyof typeof multerMessages | keyof typeof ownMessages

/** What an error can say besides its code; only what concerns it is set. */
export interface ErrorDetails {
  /** Name of the form field. */
  field?: string | undefined
  /** The client's name of the file: show it escaped, never use it as a path. */
  filename?: string | undefined
  /** The limit that was passed, in the unit of that limit. */
  limit?: number | undefined
  /** One more clause for the message. */
  reason?: string | undefined
  cause?: unknown
}

/**
 * An upload that was refused or broke off. Everything it had stored is removed before the error is
 * delivered. An application may make its own, with multer's arguments: a filter that refuses a file.
 *
 * @example
 * app.use((error, req, res, next) => {
 *   if (!(error instanceof upload.MulterError)) return next(error)
 *   res.status(error.status).json({ code: error.code, field: error.field })
 * })
 */
export class MulterError extends Error {
  // multer's name, which applications compare: the same for every class and code.
  override readonly name = 'MulterError'
  readonly code: ErrorCode
  readonly status: number = 400
  /** The name of the form field. */
  declare readonly field?: string
  /** The client's name of the file: show it escaped, never use it as a path. */
  declare readonly filename?: string
  /** The limit that was passed, in the unit of that limit. */
  declare readonly limit?: number
  /** What could not be removed; empty when everything was. Set once the clean-up is over. */
  declare storageErrors?: StorageError[]

  constructor(code: ErrorCode, field?: string, filename?: string, details: ErrorDetails = {}) {
    const { limit, cause } = details
    super(message(code, { ...details, field, filename }), cause === undefined ? {} : { cause })
    this.code = code
    if (field) this.field = field
    if (filename) this.filename = filename
    if (limit !== undefined) this.limit = limit
  }

  /** The same as `status`, under the name some error handlers look for. */
  get statusCode(): number {
    return this.status
  }

  /** Whether the message may be shown to the client: it may, unless the fault is the server's. */
  get expose(): boolean {
    return this.status < 500
  }
}

/** Why one stored file could not be removed, as the storage engine put it. */
export interface StorageError extends Error {
  /** The file that is still there. */
  file?: Express.Multer.File | undefined
  /** The name of its form field. */
  field?: string | undefined
}

/** Adds to an error what is known about it, unless it is one that cannot be added to. */
export function annotated<Failure>(error: Failure, facts: object): Failure {
  return Object.isExtensible(error) ? Object.assign(error as Failure & object, facts) : error
}

/** What the errors of this package are made of; an application need not tell them apart by class. */
export abstract class UploadError extends MulterError {
  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(code, details.field, details.filename, details)
  }
}

function message(code: ErrorCode, { field, filename, limit, reason }: ErrorDetails): string {
  if (Object.hasOwn(multerMessages, code))
    return multerMessages[code as keyof typeof multerMessages]
  if (!Object.hasOwn(ownMessages, code)) return `Unknown error: ${code}`
  const facts = [
    field ? `field ${JSON.stringify(field)}` : '',
    filename ? `file ${JSON.stringify(filename)}` : '',
    limit === undefined ? '' : `at most ${limit} allowed`,
    reason ?? '',
  ].filter(Boolean)
  const sentence = ownMessages[code as keyof typeof ownMessages]
  return facts.length === 0 ? sentence : `${sentence}: ${facts.join(', ')}`
}
