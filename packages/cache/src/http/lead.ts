import type { IncomingMessage, ServerResponse } from 'node:http'

import { fill } from '../stores/fill.ts'
import type { Lease } from '../stores/store.ts'
import { variantOf } from './cache-key.ts'
import { capture } from './capture.ts'
import { isGone } from './is-gone.ts'
import { keepAnswer, type KeptAnswer, storeTime, variesBy } from './kept-answer.ts'
import { freshFor, type Kept } from './lookup.ts'
import type { ResolvedCache } from './options.ts'
import { lifetimeOf } from './storable.ts'

/** What came of the request that went to the handler for all who ask the same. */
export type Led =
  | {
      readonly kept: KeptAnswer
      /** The request headers by which the answer was chosen, and the request it was chosen for. */
      readonly names: readonly string[]
      readonly req: IncomingMessage
    }
  /** The answer may not be kept, or is too large. */
  | 'unwanted'
  /** It was an error, in whose place a stale answer went out. */
  | 'replaced'
  /** It broke off, was an error, or is of another variant: look again. */
  | 'broken'

export interface Leading<Request extends IncomingMessage> {
  readonly cache: ResolvedCache<Request>
  /** The key that is led for: of the resource, or of one of its variants. */
  readonly key: string
  /** The key of the resource. */
  readonly resource: string
  readonly personal: boolean
  readonly signal: AbortSignal
  readonly req: Request
  readonly res: ServerResponse
  /** Lets the handler answer. */
  readonly next: () => void
  readonly insteadOfError: (() => void) | undefined
}

/** What a client asks of its own copy or of a part: the handler is to give the whole, which is then for all. */
const OF_ONE_CLIENT = ['if-none-match', 'if-modified-since', 'range', 'if-range'] as const

/** Lets the handler answer, keeps the answer if it may be kept, and hands it to those who wait. */
export function lead<Request extends IncomingMessage>(leading: Leading<Request>): Promise<Led> {
  const { cache, key, personal, signal, req } = leading
  return fill<Led>(cache.guarded, {
    key,
    signal,
    leaseTime: cache.leaseTime,
    patience: cache.patience,
    accept: (found) => {
      const kept = found as Kept | undefined
      if (kept?.kind === 'vary') return { result: 'broken' }
      const isUsable = kept && freshFor(kept) > 0 && (kept.isPublic || !personal)
      return isUsable ? { result: { kept, names: [], req } } : undefined
    },
    call: () => askHandler(leading),
    keep: (led, lease) => keep(leading, led, lease),
  })
}

async function askHandler<Request extends IncomingMessage>(
  leading: Leading<Request>,
): Promise<Led> {
  const { cache, personal, req, res, next, insteadOfError } = leading
  if (isGone(res)) return 'broken'
  for (const name of OF_ONE_CLIENT) delete req.headers[name]
  let isServerError = false
  const lifetime = (head: Parameters<typeof lifetimeOf>[0]) => {
    isServerError = head.status >= 500
    const found = req.method === 'GET' ? lifetimeOf(head, cache) : undefined
    return found && (found.isPublic || !personal) ? found : undefined
  }
  const captured = capture(res, {
    maxBytes: cache.maxBytes,
    wants: (head) => lifetime(head) !== undefined,
    insteadOfError,
  })
  // In a turn of its own: what the handler throws is not the waiting requests' error.
  process.nextTick(next)
  const got = await captured
  if (typeof got === 'string') return isServerError ? 'broken' : got
  const life = lifetime(got.head)
  if (!life) return 'unwanted'
  return { kept: keepAnswer(got.head, life, got.body), names: variesBy(got.head), req }
}

async function keep<Request extends IncomingMessage>(
  { cache, key, resource, req, res }: Leading<Request>,
  led: Led,
  lease: Lease,
): Promise<void> {
  if (typeof led === 'string') return
  const { kept, names } = led
  const variant = names.length === 0 ? resource : variantOf(resource, names, req)
  const ttl = storeTime(kept)
  const size =
    kept.body.length + kept.headers.reduce((sum, pair) => sum + 100 + 2 * pair.join().length, 500)
  const options = { ttl, size, tags: cache.tags(req, res) }
  const pointer = { kind: 'vary', names } as const
  if (variant === key) {
    const isKept = await lease.set(kept, options)
    if (isKept && variant !== resource) await cache.guarded.set(resource, pointer, { ttl })
    return
  }
  // The answer lies elsewhere than was thought. The lease says whether it may be kept at all, and what lay
  // under its key is gone, or says now where to look.
  const isCurrent =
    key === resource ? await lease.set(pointer, { ttl }) : await lease.set(undefined, { ttl: 0 })
  if (!isCurrent) return
  if (key !== resource && variant !== resource) await cache.guarded.set(resource, pointer, { ttl })
  await cache.guarded.set(variant, kept, options)
}
