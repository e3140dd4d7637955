import type { LifeHooks } from '../wire/worker-process.ts'

/** Where a worker listens, by `port` or by `path`, and what it does when it comes and goes. */
export interface WorkerOptions extends LifeHooks {
  /** The TCP port, from 0 to 65535; 0 is any free one. @default none: there is a `path` */
  readonly port?: number | undefined
  /** The address or name to listen at, with `port`. @default all addresses, as `listen` of node */
  readonly host?: string | undefined
  /** The path of a unix socket, when there is no `port`. @default none: there is a `port` */
  readonly path?: string | undefined
  /** Runs before the worker says `ready`: connect, load, fill caches. @default nothing */
  readonly warmUp?: (() => Promise<void> | void) | undefined
  /** Without a supervisor: as its `linger`; milliseconds. @default 5_000 */
  readonly linger?: number | undefined
  /** Without a supervisor: as its `grace`; milliseconds. @default 30_000 */
  readonly grace?: number | undefined
  /** Without a supervisor: as its `unreadyDelay`; milliseconds. @default 0 */
  readonly unreadyDelay?: number | undefined
}
