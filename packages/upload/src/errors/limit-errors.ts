import { type ErrorDetails, UploadError } from './multer-error.ts'

/** More parts than `limits.parts`. */
export class TooManyPartsError extends UploadError {
  override readonly code = 'LIMIT_PART_COUNT'
  override readonly status = 413

  constructor(details?: ErrorDetails) {
    super('LIMIT_PART_COUNT', details)
  }
}

/** A file outgrew `limits.fileSize`. */
export class FileTooLargeError extends UploadError {
  override readonly code = 'LIMIT_FILE_SIZE'
  override readonly status = 413

  constructor(details?: ErrorDetails) {
    super('LIMIT_FILE_SIZE', details)
  }
}

/** More files than `limits.files`. */
export class TooManyFilesError extends UploadError {
  override readonly code = 'LIMIT_FILE_COUNT'
  override readonly status = 413

  constructor(details?: ErrorDetails) {
    super('LIMIT_FILE_COUNT', details)
  }
}

/** A field outgrew `limits.fieldSize`. */
export class FieldTooLongError extends UploadError {
  override readonly code = 'LIMIT_FIELD_VALUE'
  override readonly status = 413

  constructor(details?: ErrorDetails) {
    super('LIMIT_FIELD_VALUE', details)
  }
}

/** More fields than `limits.fields`. */
export class TooManyFieldsError extends UploadError {
  override readonly code = 'LIMIT_FIELD_COUNT'
  override readonly status = 413

  constructor(details?: ErrorDetails) {
    super('LIMIT_FIELD_COUNT', details)
  }
}

/** The body is, or says it is, larger than `limits.totalBytes`. */
export class RequestTooLargeError extends UploadError {
  override readonly code = 'LIMIT_TOTAL_BYTES'
  override readonly status = 413

  constructor(details?: ErrorDetails) {
    super('LIMIT_TOTAL_BYTES', details)
  }
}

/** The quota let no more bytes in. */
export class QuotaExceededError extends UploadError {
  override readonly code = 'LIMIT_QUOTA'
  override readonly status = 413

  constructor(details?: ErrorDetails) {
    super('LIMIT_QUOTA', details)
  }
}

/** The client sent nothing for `limits.idleTime`. */
export class RequestStalledError extends UploadError {
  override readonly code = 'LIMIT_IDLE_TIME'
  override readonly status = 408

  constructor(details?: ErrorDetails) {
    super('LIMIT_IDLE_TIME', details)
  }
}

/** A field's name is longer than `limits.fieldNameSize`. */
export class FieldNameTooLongError extends UploadError {
  override readonly code = 'LIMIT_FIELD_KEY'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('LIMIT_FIELD_KEY', details)
  }
}

/** A file's name is longer than `limits.fileNameSize`. */
export class FileNameTooLongError extends UploadError {
  override readonly code = 'LIMIT_FILE_NAME'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('LIMIT_FILE_NAME', details)
  }
}

/** A field's path has more levels than `limits.fieldNestingDepth`. */
export class FieldNestingError extends UploadError {
  override readonly code = 'LIMIT_FIELD_NESTING'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('LIMIT_FIELD_NESTING', details)
  }
}

/** An index in a field's path is beyond `limits.fieldArrayIndexLimit`. */
export class ArrayIndexError extends UploadError {
  override readonly code = 'LIMIT_FIELD_ARRAY_INDEX'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('LIMIT_FIELD_ARRAY_INDEX', details)
  }
}

/** A part has more headers, or longer ones, than the limits. */
export class PartHeaderTooLargeError extends UploadError {
  override readonly code: 'LIMIT_HEADER_PAIRS' | 'LIMIT_HEADER_SIZE'
  override readonly status = 400

  constructor(code: PartHeaderTooLargeError['code'], details?: ErrorDetails) {
    super(code, details)
    this.code = code
  }
}
