import { type ErrorDetails, UploadError } from './multer-error.ts'

/** The request's Content-Type breaks the grammar of RFC 9110. */
export class MalformedContentTypeError extends UploadError {
  override readonly code = 'MALFORMED_CONTENT_TYPE'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('MALFORMED_CONTENT_TYPE', details)
  }
}

/** The body is no multipart/form-data, or a field is in a charset nobody knows. */
export class UnsupportedFormError extends UploadError {
  override readonly code: 'UNSUPPORTED_CONTENT_TYPE' | 'UNSUPPORTED_CHARSET'
  override readonly status = 415

  constructor(code: UnsupportedFormError['code'], details?: ErrorDetails) {
    super(code, details)
    this.code = code
  }
}

/** The boundary is missing, repeated, or not one by RFC 2046. */
export class BoundaryError extends UploadError {
  override readonly code: 'MISSING_BOUNDARY' | 'INVALID_BOUNDARY'
  override readonly status = 400

  constructor(code: BoundaryError['code'], details?: ErrorDetails) {
    super(code, details)
    this.code = code
  }
}

/** The body breaks off, or is not made as RFC 7578 says. */
export class MalformedFormError extends UploadError {
  override readonly code: 'MALFORMED_DELIMITER' | 'MALFORMED_PART_HEADER' | 'UNEXPECTED_END'
  override readonly status = 400

  constructor(code: MalformedFormError['code'], details?: ErrorDetails) {
    super(code, details)
    this.code = code
  }
}

/** A part has no name, or an empty one. */
export class MissingFieldNameError extends UploadError {
  override readonly code = 'MISSING_FIELD_NAME'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('MISSING_FIELD_NAME', details)
  }
}

/** A field's path leads through `__proto__` or the like. */
export class InvalidFieldNameError extends UploadError {
  override readonly code = 'INVALID_FIELD_NAME'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('INVALID_FIELD_NAME', details)
  }
}

/** A part has the bytes of a file but no file name. */
export class MissingFileNameError extends UploadError {
  override readonly code = 'MISSING_FILE_NAME'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('MISSING_FILE_NAME', details)
  }
}

/** A file in a field that expects none, or no more. */
export class UnexpectedFileError extends UploadError {
  override readonly code = 'LIMIT_UNEXPECTED_FILE'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('LIMIT_UNEXPECTED_FILE', details)
  }
}

/** A field that `needs` names did not come before the first file. */
export class FieldRequiredFirstError extends UploadError {
  override readonly code = 'FIELD_REQUIRED_FIRST'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('FIELD_REQUIRED_FIRST', details)
  }
}
