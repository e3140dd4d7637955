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

export async function lookUp(
  store: GuardedStore,
  key: string,
  req: IncomingMessage,
): Promise<Found> {
  const first = (await store.get(key)) as Kept | undefined
  if (first?.kind !== 'vary') return { key, kept: first }
  const variant = variantOf(key, first.names, req)
  return { key: variant, kept: (await store.get(variant)) as KeptAnswer | undefined }
}

/** For how much longer an answer is fresh, in milliseconds; negative once it is stale. */
export function freshFor(kept: KeptAnswer): number {
  return kept.made + kept.fresh - Date.now()
}
