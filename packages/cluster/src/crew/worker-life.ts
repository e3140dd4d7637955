/** Where a worker stands in its life. */
export type WorkerState = 'starting' | 'ready' | 'draining' | 'gone'

/** What may happen to it. */
export type WorkerEvent = 'ready' | 'drain' | 'exit'

/**
 * The life of a worker, whole: what is not listed does not happen.
 *
 * The diagram in `docs/cluster.md` is this table.
 */
export const life: Readonly<Record<WorkerState, Partial<Record<WorkerEvent, WorkerState>>>> = {
  starting: { ready: 'ready', exit: 'gone' }, // it has nothing to finish
  ready: { drain: 'draining', exit: 'gone' },
  draining: { exit: 'gone' },
  gone: {},
}

/** The state after `event`; the same one when the event means nothing any more. */
export function after(state: WorkerState, event: WorkerEvent): WorkerState {
  return life[state][event] ?? state
}
