import type { IncomingMessage } from 'node:http'

import type { GuardedStore } from '../stores/guarded-store.ts'
import { variantOf } from './cache-key.ts'
import type { KeptAnswer, KeptVary } from './kept-answer.ts'

/** What lies under a key of this cache. */
export type Kept = KeptAnswer | KeptVary

/** What the store holds for a request, and under which key its answer lies, or would lie. */
export interface Found {
  readonly key: string
  readonly kept: KeptAnswer | undefined
}

/** It need not be awaited where the store answers at once: most hits in memory are one turn. */
export function lookUp(
  store: GuardedStore,
  key: string,
  req: IncomingMessage,
): Found | Promise<Found> {
  const first = store.get(key)
  const found = (kept: unknown): Found | Promise<Found> => {
    const { kind, names } = (kept ?? {}) as Partial<KeptVary>
    if (kind !== 'vary') return { key, kept: kept as KeptAnswer | undefined }
    const variant = variantOf(key, names ?? [], req)
    return after(store.get(variant), (each) => ({
      key: variant,
      kept: each as KeptAnswer | undefined,
    }))
  }
  return after(first, found)
}

function after<Result>(
  value: unknown,
  then: (value: unknown) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(then) : then(value)
}

/** For how much longer an answer is fresh, in milliseconds; negative once it is stale. */
export function freshFor(kept: KeptAnswer): number {
  return kept.made + kept.fresh - Date.now()
}
