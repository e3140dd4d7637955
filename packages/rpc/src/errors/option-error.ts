/** An argument or an option of this package that cannot be meant. */
export class RpcOptionError extends TypeError {
  override readonly name = 'RpcOptionError'
  readonly code = 'RPC_BAD_OPTION'
  readonly status = 500
  readonly expose = false
  /** Name of the option or argument: `deadline`, `balance`, `limits.streams` … */
  readonly option: string

  constructor(option: string, message: string) {
    super(message)
    this.option = option
  }
}
