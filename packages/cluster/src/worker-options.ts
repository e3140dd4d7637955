import type { LifeHooks } from './worker-process.ts'

/** Where to listen. */
export interface WorkerOptions extends LifeHooks {
  readonly port?: number
  readonly host?: string
  /** The path of a unix socket. */
  readonly path?: string
  /** Runs before the worker says `ready`: connect, load, fill caches. */
  readonly warmUp?: () => Promise<void> | void
  /** Without a supervisor: as the supervisor's option. @default 5_000 */
  readonly linger?: number
  /** Without a supervisor: as the supervisor's option. @default 30_000 */
  readonly grace?: number
  /** Without a supervisor: as the supervisor's option. @default 0 */
  readonly unreadyDelay?: number
}
