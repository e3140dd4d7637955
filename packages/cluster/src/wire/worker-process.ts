/** What an app has to do in the life of its process. */
export interface LifeHooks {
  /** Runs when the worker begins to drain. @default nothing */
  readonly onDrain?: (() => void) | undefined
  /** Runs when all is answered, before the process ends. @default nothing */
  readonly onEnd?: (() => Promise<void> | void) | undefined
  /** Runs on SIGUSR2: open log files anew. @default nothing */
  readonly onReopen?: (() => void) | undefined
}

/** How this process stands towards whoever supervises it. */
export interface WorkerProcess {
  /** Whether somebody attends to it for a supervisor. */
  attended: boolean
  /** Whether it wants requests, what `ready()` answers; `undefined` when nobody has said so far. */
  wanted: boolean | undefined
  /** Calls of `worker()` that are not through: who listens meanwhile is not ready yet. */
  preparing: number
  /** Wants requests from now on, and says so to the supervisor if there is one. */
  announce: () => void
  readonly hooks: LifeHooks[]
}

const place = Symbol.for('@tokkyu/cluster: worker process')
const everywhere = globalThis as { [place]?: WorkerProcess }

/**
 * One for all copies of this package in the process: the supervisor has its own attend to the worker,
 * which need not be the one that the app imports.
 */
export const workerProcess: WorkerProcess = (everywhere[place] ??= {
  attended: false,
  wanted: undefined,
  preparing: 0,
  announce() {
    this.wanted = true
  },
  hooks: [],
})
