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
