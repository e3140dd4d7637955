/** What the supervisor or one of its doors could not do. A wrong option is none: see `OptionError`. */
export abstract class ClusterError extends Error {
  abstract readonly code: string
  readonly status = 500
  readonly expose = false
}

/** An option that makes no sense. Thrown at start-up. */
export class OptionError extends RangeError {
  override readonly name = 'OptionError'
  readonly code = 'CLUSTER_BAD_OPTION'
  readonly status = 500
  readonly expose = false
  /** Name of the option: `entry`, `workers`, `balance`, `grace` … */
  readonly option: string

  constructor(option: string, value: unknown, allowed: string) {
    // JSON would call NaN and Infinity null.
    const shown = typeof value === 'number' ? String(value) : JSON.stringify(value)
    super(`Cannot use ${shown ?? String(value)} as "${option}": ${allowed}`)
    this.option = option
  }
}

/** A reload stopped because a new worker never said `ready`; the old ones serve on. */
export class ReloadFailedError extends ClusterError {
  override readonly name = 'ReloadFailedError'
  readonly code = 'CLUSTER_RELOAD_FAILED'
  /** How many workers had been replaced by then; they have been replaced once more. */
  readonly replaced: number
  /** Why the new worker was not ready, for people: `exit code 1`, `not ready after 30000 ms`. */
  readonly reason: string

  constructor(replaced: number, reason: string) {
    super(`Cannot reload: a new worker was not ready: ${reason} (rolled back)`)
    this.replaced = replaced
    this.reason = reason
  }
}

/** Too many workers died in the window: the supervisor replaces no more of them until a reload. */
export class GaveUpError extends ClusterError {
  override readonly name = 'GaveUpError'
  readonly code = 'CLUSTER_GAVE_UP'
  /** How many restarts there were within the window: `restarts.max`. */
  readonly restarts: number

  constructor(restarts: number, windowMs: number, reason: string) {
    super(`Gave up after ${restarts} restarts in ${windowMs} ms; the last reason: ${reason}`)
    this.restarts = restarts
  }
}

/** The supervisor is stopping, or no longer there. */
export class StoppedError extends ClusterError {
  override readonly name = 'StoppedError'
  readonly code = 'CLUSTER_STOPPED'

  constructor(what: string) {
    super(`Cannot ${what}: the supervisor is stopping`)
  }
}

/** No supervisor answers at the control socket. */
export class NoSupervisorError extends ClusterError {
  override readonly name = 'NoSupervisorError'
  readonly code = 'CLUSTER_NO_SUPERVISOR'
  /** The path of the control socket that was tried. */
  readonly path: string

  constructor(path: string, reason: string) {
    super(`Cannot reach a supervisor at "${path}": ${reason}`)
    this.path = path
  }
}

/** The supervisor refused or failed a command that came by its control socket. */
export class CommandError extends ClusterError {
  override readonly name = 'CommandError'
  readonly code = 'CLUSTER_COMMAND_FAILED'
}

/** The shared state is full, or a value is too large for it. */
export class SharedBoundError extends ClusterError {
  override readonly name = 'SharedBoundError'
  readonly code = 'CLUSTER_SHARED_BOUND'
  /** Which bound it is, for people: `there are 10000 keys already`. */
  readonly reason: string

  constructor(reason: string) {
    super(`Cannot keep this in the shared state: ${reason}`)
    this.reason = reason
  }
}
