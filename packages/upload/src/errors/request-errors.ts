import { type ErrorDetails, UploadError } from './multer-error.ts'

/** The client went away before the form was complete. */
export class RequestAbortedError extends UploadError {
  override readonly code = 'REQUEST_ABORTED'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('REQUEST_ABORTED', details)
  }
}

/** Something read the body before the upload could. */
export class BodyAlreadyReadError extends UploadError {
  override readonly code = 'BODY_ALREADY_READ'
  override readonly status = 500

  constructor(details?: ErrorDetails) {
    super('BODY_ALREADY_READ', details)
  }
}
