/** An option or argument cannot work: a mistake of the program. */
export class SessionOptionError extends TypeError {
  override readonly name = 'SessionOptionError'
  readonly code = 'SESSION_BAD_OPTION'
  readonly status = 500
  readonly expose = false
  /** The name of the option, argument or `Cache-Control` directive at fault, such as `genid`. */
  readonly option: string

  constructor(option: string, message: string) {
    super(message)
    this.option = option
  }
}

/** The number given as an option lies outside of what can be sent. */
export class SessionRangeError extends RangeError {
  override readonly name = 'SessionRangeError'
  readonly code = 'SESSION_BAD_OPTION'
  readonly status = 500
  readonly expose = false
  /** The name of the option at fault, such as `maxAge`. */
  readonly option: string

  constructor(option: string, message: string) {
    super(message)
    this.option = option
  }
}
