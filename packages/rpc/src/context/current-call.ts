import { AsyncLocalStorage } from 'node:async_hooks'

/** What a call hands down to the calls that its handler makes. */
export interface CurrentCall {
  /** By `performance.now()`. */
  readonly deadline: number | undefined
  readonly signal: AbortSignal
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
  return calls.getStore()
}
