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

/** The longest delay of a timer, in milliseconds: beyond it node's timers end at once. */
const LONGEST = 2 ** 31 - 1

/**
 * Checks an option that is a time.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` when it is no number of milliseconds from 1 to 2 ** 31 - 1.
 */
export function checkTime(option: string, milliseconds: unknown): void {
  if (typeof milliseconds === 'number' && milliseconds >= 1 && milliseconds <= LONGEST) return
  throw new RpcOptionError(
    option,
    `Cannot wait ${String(milliseconds)} ms (${option}): expected a number from 1 to ${LONGEST}`,
  )
}

/**
 * Checks an option that is a whole number.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` when it is none, or less than `least`.
 */
export function checkCount(option: string, count: unknown, least: number): void {
  if (Number.isInteger(count) && (count as number) >= least) return
  throw new RpcOptionError(
    option,
    `Cannot use ${String(count)} as ${option}: expected a whole number from ${least}`,
  )
}
