import type { Address } from './messages.ts'

export interface WorkerOptions extends Address {
  /** Runs before the worker says `ready`: connect, load, fill caches. */
  readonly warmUp?: () => Promise<void> | void
  /** Runs when the worker begins to drain. */
  readonly onDrain?: () => void
  /** Runs when all is answered, before the process ends. */
  readonly onEnd?: () => Promise<void> | void
  /** Runs on SIGUSR2: open log files anew. */
  readonly onReopen?: () => void
  /** Without a supervisor: as the supervisor's option. @default 5_000 */
  readonly linger?: number
  /** Without a supervisor: as the supervisor's option. @default 30_000 */
  readonly grace?: number
  /** Without a supervisor: as the supervisor's option. @default 0 */
  readonly unreadyDelay?: number
}
