import type { GuardedStore } from './guarded-store.ts'
import type { Lease } from './store.ts'

/** How one key is filled. */
export interface Filling<Result> {
  readonly key: string
  /** Aborts when nobody waits for the result any more. */
  readonly signal: AbortSignal
  /** How long the lease is asked for, in milliseconds; it is renewed while the call lasts. */
  readonly leaseTime: number
  /** How long another process that holds the lease is waited for, in milliseconds. */
  readonly patience: number
  /** The result, if what the store holds by now will do. */
  readonly accept: (kept: unknown) => { readonly result: Result } | undefined
  readonly call: () => Result | PromiseLike<Result>
  /** Stores a result by means of the lease. */
  readonly keep: (result: Result, lease: Lease) => Promise<unknown>
}

/** The shortest pause between two looks at a key that another process fills, and the longest. */
const [SHORTEST_PAUSE, LONGEST_PAUSE] = [5, 100]
/** The share of the time waited that a pause may add to it. */
const LATE_BY = 1 / 8

/**
 * Calls and keeps the result, while no other process does: who gets no lease waits for what the other
 * stores, tries for the lease again (the other may have failed), and after `patience` calls without storing.
 */
export async function fill<Result>(store: GuardedStore, filling: Filling<Result>): Promise<Result> {
  const { key, signal, leaseTime, patience, accept, call } = filling
  for (let waited = 0; ;) {
    const lease = await store.acquire(key, leaseTime)
    // Asked again under the lease: another may have stored and left since this caller looked.
    const found = accept(await store.get(key))
    if (found || signal.aborted) await lease?.release()
    if (found) return found.result
    signal.throwIfAborted()
    if (lease) return callUnder(lease, filling)
    if (waited >= patience) return call()
    const pause = Math.min(Math.max(SHORTEST_PAUSE, waited * LATE_BY), LONGEST_PAUSE)
    await sleep(Math.min(pause, patience - waited), signal)
    waited += pause
  }
}

/** A lease is short, so that a process that dies does not keep the key, and renewed, so that a slow one does. */
async function callUnder<Result>(
  lease: Lease,
  { signal, leaseTime, call, keep }: Filling<Result>,
): Promise<Result> {
  const renewal = setInterval(() => void lease.extend(leaseTime), leaseTime / 3)
  try {
    const result = await call()
    if (!signal.aborted) await keep(result, lease)
    return result
  } finally {
    clearInterval(renewal)
    await lease.release()
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    signal.addEventListener('abort', wake)
  })
}
