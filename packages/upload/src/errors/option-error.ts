/**
 * `upload()`, or a limit that depends on the request, was given what cannot be meant: a mistake of the
 * program.
 */
export class UploadOptionError extends TypeError {
  override readonly name = 'UploadOptionError'
  readonly code = 'UPLOAD_BAD_OPTION'
  readonly status = 500
  readonly expose = false
  readonly option: string

  constructor(option: string, message: string, cause?: { readonly cause?: unknown }) {
    super(message, cause)
    this.option = option
  }
}
