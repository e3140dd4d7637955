import { AsyncLocalStorage } from 'node:async_hooks'

/** What a call hands down to the calls that its handler makes. */
export interface CurrentCall {
  /** By `performance.now()`. */
  readonly deadline: number | undefined
  readonly signal: AbortSignal
  /** Whether its handler has not ended: what that has left running belongs to no call. */
  readonly isRunning: boolean
  /** Header fields of the trace that the call belongs to. */
  readonly trace: ReadonlyMap<string, readonly string[]>
}

const calls = new AsyncLocalStorage<CurrentCall>()

/** Runs a handler so that the calls it makes, however deep, know the call it answers. */
export function within<T>(call: CurrentCall, run: () => T): T {
  return calls.run(call, run)
}

/** The call that is being answered here. */
export function currentCall(): CurrentCall | undefined {
  const call = calls.getStore()
  return call?.isRunning ? call : undefined
}
