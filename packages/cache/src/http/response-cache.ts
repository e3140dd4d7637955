import type { IncomingMessage, ServerResponse } from 'node:http'

import { storeFailed } from '../diagnostics.ts'
import { TooManyWaitingError } from '../errors/flight-errors.ts'
import { Flights } from '../flight/flights.ts'
import type { Middleware } from '../middleware.ts'
import { parseCacheControl } from './cache-control.ts'
import { isAnswerable, keyOfRequest, variantOf, variantsOf } from './cache-key.ts'
import { isGone } from './is-gone.ts'
import type { KeptAnswer } from './kept-answer.ts'
import { lead, type Led } from './lead.ts'
import { freshFor, lookUp } from './lookup.ts'
import { type ResolvedCache, resolveCache, type ResponseCacheOptions } from './options.ts'
import { Passing } from './passing.ts'
import { sendKept } from './send-kept.ts'

/** A middleware that answers from what it kept, and forgets what it is told to. */
export interface ResponseCache<
  Request extends IncomingMessage = IncomingMessage,
> extends Middleware<Request> {
  /** Forgets the answers of one URL in all variants: `https://host/path?query`, as the request names it. */
  purge(url: string): Promise<void>
  /** Forgets every answer whose URL begins so; the empty text means all. */
  purgePrefix(url: string): Promise<void>
  /** Forgets every answer that `tags` gave this name. */
  purgeTag(tag: string): Promise<void>
}

/** Methods that change nothing (RFC 9110 §9.2.1, RFC 9205); any other that succeeds makes what is kept untrue. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND', 'SEARCH', 'REPORT'])

/** How often a request looks again, when what it waited for was not for it. */
const ATTEMPTS = 3

/**
 * Keeps answers for everybody, as RFC 9111 lets a shared cache, and lets one request fetch what many want.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 *
 * @example
 * const pages = responseCache({ ttl: 60_000, staleIfError: 3_600_000 })
 * app.get('/news', pages, news)
 * await pages.purge('https://example.com/news')
 */
export function responseCache<Request extends IncomingMessage = IncomingMessage>(
  options: ResponseCacheOptions<Request> = {},
): ResponseCache<Request> {
  const cache = resolveCache(options)
  const { store, prefix } = cache
  const flights = new Flights<Led>({ timeout: Infinity, maxWaiting: cache.maxWaiting })
  const passing = new Passing()

  const purge = async (url: string): Promise<void> => {
    const key = prefix + url
    flights.partAll((each) => each === key || each.startsWith(variantsOf(key)))
    await store.delete(key)
    await store.deleteByPrefix(variantsOf(key))
  }

  const responseCacheMiddleware: Middleware<Request> = (req, res, next) => {
    const url = keyOfRequest(req, cache.keyHeaders)
    if (!SAFE.has(req.method ?? '') && url !== undefined) purgeAfter(req, res, purge)
    if (url === undefined || !isAnswerable(req) || cache.skip(req)) {
      say(cache, res, SAFE.has(req.method ?? '') ? 'fwd=bypass' : 'fwd=method')
      return next()
    }
    void answerOrFail({ cache, flights, passing, key: prefix + url, req, res, next })
  }

  return Object.assign(responseCacheMiddleware, {
    purge,
    purgePrefix: async (url: string) => {
      flights.partAll((key) => key.startsWith(prefix + url))
      await store.deleteByPrefix(prefix + url)
    },
    purgeTag: async (tag: string) => {
      flights.partAll(() => true)
      await store.deleteByTag(tag)
    },
  })
}

interface Exchange<Request extends IncomingMessage> {
  readonly cache: ResolvedCache<Request>
  readonly flights: Flights<Led>
  readonly passing: Passing
  readonly key: string
  readonly req: Request
  readonly res: ServerResponse
  readonly next: (error?: unknown) => void
}

async function answerOrFail<Request extends IncomingMessage>(
  exchange: Exchange<Request>,
): Promise<void> {
  try {
    await answer(exchange)
  } catch (error) {
    // Once it is answered, only the keeping can have failed: no error handler is to answer again.
    if (isGone(exchange.res)) storeFailed.publish({ operation: 'set', key: exchange.key, error })
    else exchange.next(error)
  }
}

async function answer<Request extends IncomingMessage>(exchange: Exchange<Request>): Promise<void> {
  const { cache, flights, passing, req, res, next } = exchange
  const personal = cache.personal(req)
  const asked = parseCacheControl(req.headers['cache-control'])
  const send = (kept: KeptAnswer, how: string): void => {
    say(cache, res, `${how}; ttl=${Math.floor(freshFor(kept) / 1000)}`)
    sendKept(req, res, kept)
  }
  const pass = (why: string): void => {
    say(cache, res, `fwd=${why}`)
    next()
  }

  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const looked = lookUp(cache.guarded, exchange.key, req)
    const { key, kept: found } = looked instanceof Promise ? await looked : looked
    if (isGone(res)) return
    const kept = found && (found.isPublic || !personal) ? found : undefined
    const left = kept ? freshFor(kept) : -Infinity
    if (kept && left > 0) return send(kept, 'hit')
    if (asked.has('only-if-cached')) {
      res.writeHead(504, { 'Content-Length': 0 }).end()
      return
    }
    const why = kept ? 'stale' : key === exchange.key ? 'uri-miss' : 'vary-miss'
    if (req.method === 'HEAD' || asked.has('no-store')) return pass(why)
    if (passing.has(key, personal)) return pass(why)

    const isLed = flights.has(key)
    if (kept && isLed && -left < kept.staleWhileRevalidate) return send(kept, 'hit')
    const stale =
      kept && -left < Math.max(kept.staleIfError, kept.staleWhileRevalidate) ? kept : undefined
    if (!isLed) {
      let handled = false
      const led = await flights.join(key, ({ signal }) =>
        lead({
          cache,
          key,
          resource: exchange.key,
          personal,
          signal,
          req,
          res,
          next: () => {
            handled = true
            pass(why)
          },
          insteadOfError: stale && (() => send(stale, 'hit')),
        }),
      )
      // An error says nothing of the next answer: who provokes one must not switch the cache off.
      if (led === 'unwanted' && !kept && res.statusCode < 400) passing.add(key, personal)
      if (handled || isGone(res)) return
      if (typeof led === 'object') return send(led.kept, `fwd=${why}; collapsed`)
      continue
    }

    const led = await follow(exchange, key)
    if (led === 'gone') return
    if (led === 'late' || led === 'unwanted') return pass(why)
    if (led === 'replaced' && stale) return send(stale, 'hit')
    if (typeof led !== 'object') continue
    // The answer is the leader's: it is another's too only if it would lie under the same key.
    const isMine =
      variantOf(exchange.key, led.names, req) === variantOf(exchange.key, led.names, led.req)
    if (isMine && (led.kept.isPublic || !personal)) return send(led.kept, `fwd=${why}; collapsed`)
  }
  pass('miss')
}

/** Waits for who fetches the same; says `late` when that takes too long, and `gone` when the client has left. */
async function follow<Request extends IncomingMessage>(
  { cache, flights, res }: Exchange<Request>,
  key: string,
): Promise<Led | 'late' | 'gone'> {
  const waiting = new AbortController()
  const stop = (): void => waiting.abort()
  const timer = cache.patience === Infinity ? undefined : setTimeout(stop, cache.patience)
  res.once('close', stop)
  try {
    // There is a flight, and nothing was awaited since: nobody is made the leader here.
    return await flights.join(key, () => 'broken', waiting.signal)
  } catch (error) {
    if (isGone(res)) return 'gone'
    if (error instanceof TooManyWaitingError) throw error
    return 'late'
  } finally {
    clearTimeout(timer)
    res.off('close', stop)
  }
}

/** What was kept of a resource is no longer true once something was done to it (RFC 9111 §4.4). */
function purgeAfter(
  req: IncomingMessage,
  res: ServerResponse,
  purge: (url: string) => Promise<void>,
): void {
  const url = keyOfRequest(req, [])?.split('\n')[0]
  if (url === undefined) return
  res.once('finish', () => {
    if (res.statusCode >= 400) return
    purge(url).catch((error: unknown) =>
      storeFailed.publish({ operation: 'delete', key: url, error }),
    )
  })
}

function say<Request extends IncomingMessage>(
  { cacheStatus }: ResolvedCache<Request>,
  res: ServerResponse,
  what: string,
): void {
  if (cacheStatus !== false && !res.headersSent)
    res.setHeader('Cache-Status', `${cacheStatus}; ${what}`)
}
