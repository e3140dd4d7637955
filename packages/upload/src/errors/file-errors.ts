import { type ErrorDetails, UploadError } from './multer-error.ts'

/** A file that is not what `accept` lets in. */
export class FileTypeError extends UploadError {
  override readonly code = 'FILE_TYPE_REFUSED'
  override readonly status = 415
  /** What its first bytes say it is; nothing when they are of no known type. */
  readonly detected: string | undefined
  readonly accepted: readonly string[]

  constructor(file: ErrorDetails, detected: string | undefined, accepted: readonly string[]) {
    const reason = `it is ${detected ?? 'of unknown type'}, not ${accepted.join(' or ')}`
    super('FILE_TYPE_REFUSED', { ...file, reason })
    this.detected = detected
    this.accepted = accepted
  }
}

/** A name that was chosen for a file leads out of its destination. */
export class UnsafeFilePathError extends UploadError {
  override readonly code = 'UNSAFE_FILE_PATH'
  override readonly status = 400

  constructor(details?: ErrorDetails) {
    super('UNSAFE_FILE_PATH', details)
  }
}

/** The file's stream was gone before its storage was ready. */
export class StreamDestroyedError extends UploadError {
  override readonly code = 'STREAM_DESTROYED'
  override readonly status = 500

  constructor(details?: ErrorDetails) {
    super('STREAM_DESTROYED', details)
  }
}
