/** An option was given what cannot be meant: a mistake of the program. */
export class CacheOptionError extends TypeError {
  override readonly name = 'CacheOptionError'
  readonly code = 'CACHE_BAD_OPTION'
  readonly status = 500
  readonly expose = false
  /** The name of the option. */
  readonly option: string

  constructor(option: string, expected: string, value: unknown) {
    super(`Cannot use ${String(value)} as option "${option}": expected ${expected}`)
    this.option = option
  }
}
