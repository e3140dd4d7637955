import type { IncomingMessage, ServerResponse } from 'node:http'

import { CacheOptionError } from '../errors/option-error.ts'
import {
  countOption,
  delayOption,
  functionOption,
  leaseOption,
  timeOption,
} from '../option-values.ts'
import { GuardedStore } from '../stores/guarded-store.ts'
import { memoryStore } from '../stores/memory-store.ts'
import type { CacheStore } from '../stores/store.ts'
import { isPersonal } from './cache-key.ts'
import type { LifetimeRules } from './storable.ts'

/** Options of `responseCache`. */
export interface ResponseCacheOptions<Request extends IncomingMessage = IncomingMessage> {
  /**
   * Where answers are kept.
   *
   * @default a `memoryStore()` of its own
   */
  readonly store?: CacheStore | undefined
  /** How every key begins, so that a store may be shared. @default 'page:' */
  readonly prefix?: string | undefined
  /**
   * How long an answer is fresh that does not say so itself (`s-maxage`, `max-age`, `Expires`); only 200, 203,
   * 301 and 308.
   *
   * - Unit: milliseconds. @default 0: what does not say so is not kept
   */
  readonly ttl?: number | undefined
  /**
   * How long a stale answer goes out while one request fetches a new one, where the answer has no
   * `stale-while-revalidate`.
   *
   * - Unit: milliseconds. Source: RFC 5861 §3. @default 0
   */
  readonly staleWhileRevalidate?: number | undefined
  /**
   * How long a stale answer goes out in place of a 5xx, where the answer has no `stale-if-error`.
   *
   * - Unit: milliseconds. Source: RFC 5861 §4. @default 0
   */
  readonly staleIfError?: number | undefined
  /**
   * Names of fields by which answers speak to this cache: the first of them that is there counts, and then
   * neither `Cache-Control` nor `Expires`. They go out with the answer.
   *
   * - Source: RFC 9213. @default none; `['CDN-Cache-Control']` for a cache that acts as a CDN
   */
  readonly targets?: readonly string[] | undefined
  /** How large a body may be that is kept; larger ones pass through. Unit: bytes. @default 1_048_576 */
  readonly maxBytes?: number | undefined
  /**
   * Request headers that are part of the key, beside the names of the host.
   *
   * @default none
   */
  readonly keyHeaders?: readonly string[] | undefined
  /**
   * Which requests say who asks. They get, and leave behind, only answers that say `public` or `s-maxage`.
   *
   * @default those with `Cookie` or `Authorization`
   */
  readonly personal?: ((req: Request) => boolean) | undefined
  /** Which requests pass by. @default none */
  readonly skip?: ((req: Request) => boolean) | undefined
  /**
   * Names under which an answer is purged together with others, asked when it is complete.
   *
   * @default none
   */
  readonly tags?: ((req: Request, res: ServerResponse) => readonly string[]) | undefined
  /** How long a request waits for another that fetches the same; then it goes itself. Unit: milliseconds. @default 5000 */
  readonly patience?: number | undefined
  /**
   * How long a key of a shared store stays with a process that died while it fetched; a living one renews
   * its lease in time. Unit: milliseconds. @default 3000
   */
  readonly lease?: number | undefined
  /** How many requests may wait so at once; a further one gets `CACHE_TOO_MANY_WAITING` (503). @default 10_000 */
  readonly maxWaiting?: number | undefined
  /** How long a store may take to answer; then it goes without. Unit: milliseconds. @default 1000 */
  readonly storeTimeout?: number | undefined
  /** The cache's name in `Cache-Status` (RFC 9211); `false` sends none. @default 'tokkyu' */
  readonly cacheStatus?: string | false | undefined
}

/** The options, checked, with their defaults. */
export interface ResolvedCache<Request extends IncomingMessage> extends LifetimeRules {
  readonly store: CacheStore
  readonly guarded: GuardedStore
  readonly prefix: string
  readonly maxBytes: number
  readonly keyHeaders: readonly string[]
  readonly personal: (req: Request) => boolean
  readonly skip: (req: Request) => boolean
  readonly tags: (req: Request, res: ServerResponse) => readonly string[]
  readonly patience: number
  readonly leaseTime: number
  readonly maxWaiting: number
  readonly cacheStatus: string | false
}

const TOKEN = /^[\w!#$%&'*+.^`|~:/-]+$/

export function resolveCache<Request extends IncomingMessage>(
  options: ResponseCacheOptions<Request>,
): ResolvedCache<Request> {
  const store = options.store ?? memoryStore()
  const cacheStatus = options.cacheStatus ?? 'tokkyu'
  if (cacheStatus !== false && !TOKEN.test(cacheStatus))
    throw new CacheOptionError('cacheStatus', 'a token or false', cacheStatus)
  return {
    store,
    guarded: new GuardedStore(store, delayOption('storeTimeout', options.storeTimeout, 1000)),
    prefix: options.prefix ?? 'page:',
    targets: (options.targets ?? []).map((name) => name.toLowerCase()),
    ttl: timeOption('ttl', options.ttl, 0),
    staleWhileRevalidate: timeOption('staleWhileRevalidate', options.staleWhileRevalidate, 0),
    staleIfError: timeOption('staleIfError', options.staleIfError, 0),
    maxBytes: countOption('maxBytes', options.maxBytes, 2 ** 20),
    keyHeaders: (options.keyHeaders ?? []).map((name) => name.toLowerCase()),
    personal: functionOption('personal', options.personal) ?? isPersonal,
    skip: functionOption('skip', options.skip) ?? (() => false),
    tags: functionOption('tags', options.tags) ?? (() => []),
    patience: delayOption('patience', options.patience, 5000),
    leaseTime: leaseOption(options.lease, Infinity),
    maxWaiting: countOption('maxWaiting', options.maxWaiting, 10_000),
    cacheStatus,
  }
}
