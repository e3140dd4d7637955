/** What each code means: the status it answers with, and the sentence its message starts with. */
const catalogue = {
  // multer's codes and sentences.
  LIMIT_PART_COUNT: [413, 'Too many parts'],
  LIMIT_FILE_SIZE: [413, 'File too large'],
  LIMIT_FILE_COUNT: [413, 'Too many files'],
  LIMIT_FIELD_KEY: [400, 'Field name too long'],
  LIMIT_FIELD_VALUE: [413, 'Field value too long'],
  LIMIT_FIELD_COUNT: [413, 'Too many fields'],
  LIMIT_FIELD_NESTING: [400, 'Field name nesting too deep'],
  LIMIT_FIELD_ARRAY_INDEX: [400, 'Field name array index too large'],
  LIMIT_UNEXPECTED_FILE: [400, 'Unexpected file field'],
  MISSING_FIELD_NAME: [400, 'Field name missing'],
  INVALID_FIELD_NAME: [400, 'Invalid field name'],
  STREAM_DESTROYED: [500, 'File stream was destroyed'],
  // Conditions multer does not tell apart. Where busboy had a sentence, it is kept: it was the only
  // thing an application could look at.
  LIMIT_TOTAL_BYTES: [413, 'Request too large'],
  LIMIT_HEADER_PAIRS: [400, 'Too many headers in a part'],
  LIMIT_HEADER_SIZE: [400, 'Part header too large'],
  LIMIT_FILE_NAME: [400, 'File name too long'],
  LIMIT_IDLE_TIME: [408, 'Request stalled'],
  LIMIT_QUOTA: [413, 'Quota exceeded'],
  MALFORMED_CONTENT_TYPE: [400, 'Malformed content type'],
  UNSUPPORTED_CONTENT_TYPE: [415, 'Unsupported content type'],
  UNSUPPORTED_CHARSET: [415, 'Unsupported charset'],
  MISSING_BOUNDARY: [400, 'Multipart: Boundary not found'],
  INVALID_BOUNDARY: [400, 'Invalid boundary'],
  MALFORMED_DELIMITER: [400, 'Malformed delimiter line'],
  MALFORMED_PART_HEADER: [400, 'Malformed part header'],
  MISSING_FILE_NAME: [400, 'File name missing'],
  UNEXPECTED_END: [400, 'Unexpected end of form'],
  REQUEST_ABORTED: [400, 'Request aborted'],
  FIELD_REQUIRED_FIRST: [400, 'Field must come before the first file'],
  FILE_TYPE_REFUSED: [415, 'File type not accepted'],
  UNSAFE_FILE_PATH: [400, 'File path leaves its destination'],
  BODY_ALREADY_READ: [500, 'Request body was already read'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>

/** Every code an upload can fail with. */
export type ErrorCode = keyof typeof catalogue

/** What an error can say besides its code; only what concerns it is set. */
export interface ErrorDetails {
  /** Name of the form field. */
  field?: string | undefined
  /** The client's name of the file: display it escaped, never use it as a path. */
  filename?: string | undefined
  /** The limit that was passed, in the unit of that limit. */
  limit?: number | undefined
  /** What the file's first bytes say it is. */
  detected?: string | undefined
  /** What would have been accepted. */
  accepted?: readonly string[] | undefined
  /** One more clause for the message. */
  reason?: string | undefined
  cause?: unknown
}

/**
 * An upload that was refused or broke off. Everything it had stored is removed before it is
 * delivered.
 *
 * @example
 * app.use((error, req, res, next) => {
 *   if (!(error instanceof upload.MulterError)) return next(error)
 *   res.status(error.status).json({ code: error.code, field: error.field })
 * })
 */
export class MulterError extends Error {
  // multer's name, which applications compare; it stays the same for every code.
  override readonly name = 'MulterError'
  readonly code: ErrorCode
  readonly status: number
  /** Alias of `status`, which some error handlers read instead. */
  readonly statusCode: number
  /** Whether the message may be shown to the client: it may, unless the fault is the server's. */
  readonly expose: boolean
  declare readonly field?: string
  declare readonly filename?: string
  declare readonly limit?: number
  declare readonly detected?: string
  declare readonly accepted?: readonly string[]
  /** What could not be removed; empty when everything was. Set once the clean-up is over. */
  declare storageErrors?: StorageError[]

  constructor(code: ErrorCode, field?: string, filename?: string, details: ErrorDetails = {}) {
    const [status, sentence] = Object.hasOwn(catalogue, code)
      ? catalogue[code]
      : ([500, `Unknown error: ${code}`] as const)
    super(message(sentence, { ...details, field, filename }), causeOf(details))
    this.code = code
    this.status = this.statusCode = status
    this.expose = status < 500
    if (field) this.field = field
    if (filename) this.filename = filename
    if (details.limit !== undefined) this.limit = details.limit
    if (details.detected !== undefined) this.detected = details.detected
    if (details.accepted !== undefined) this.accepted = details.accepted
  }
}

/** Why one stored file could not be removed, as the storage engine put it. */
export interface StorageError extends Error {
  file?: Express.Multer.File
  field?: string
}

/** Makes a {@link MulterError} from its code and whatever is known. */
export function uploadError(code: ErrorCode, details: ErrorDetails = {}): MulterError {
  return new MulterError(code, details.field, details.filename, details)
}

function message(sentence: string, { field, filename, limit, reason }: ErrorDetails): string {
  const facts = [
    field ? `field ${JSON.stringify(field)}` : '',
    filename ? `file ${JSON.stringify(filename)}` : '',
    limit === undefined ? '' : `at most ${limit} allowed`,
    reason ?? '',
  ].filter(Boolean)
  return facts.length === 0 ? sentence : `${sentence}: ${facts.join(', ')}`
}

function causeOf({ cause }: ErrorDetails): ErrorOptions | undefined {
  return cause === undefined ? undefined : { cause }
}
