import type { ConnectionWatch } from './connection-watch.ts'
import { drain } from './drain.ts'
import { workerProcess } from '../wire/worker-process.ts'

export interface Served {
  readonly watch: ConnectionWatch
  readonly limits: { readonly linger: number; readonly grace: number }
}

/** Ends the service of this process: all servers drain, and the app puts its things away. */
export async function finish(served: readonly Served[]): Promise<void> {
  workerProcess.wanted = false
  for (const { onDrain } of workerProcess.hooks) onDrain?.()
  await Promise.all(served.map(({ watch, limits }) => drain(watch, limits)))
  for (const { onEnd } of workerProcess.hooks) await onEnd?.()
}
