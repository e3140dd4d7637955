import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { OverloadedError, type RefusalReason } from '../errors/overloaded-error.ts'
import type { Middleware } from '../middleware.ts'
import { functionOption } from '../option-values.ts'
import { Gates } from './gates.ts'
import { type LimitOptions, resolveLimit } from './options.ts'

/** Options of `limitConcurrency`. */
export interface LimitConcurrencyOptions<Request extends IncomingMessage> extends LimitOptions<
  [req: Request]
> {
  /**
   * Which requests are not counted and always pass: health checks, an operator's.
   *
   * @default none
   */
  readonly skip?: ((req: Request) => boolean) | undefined
  /**
   * Answers a request that was refused.
   *
   * @default 503 with `Retry-After` and a short text, without a way through error handlers
   */
  readonly refuse?:
    | ((
        error: OverloadedError,
        req: Request,
        res: ServerResponse,
        next: (error?: unknown) => void,
      ) => void)
    | undefined
}

const TEXT = 'Service Unavailable\n'

/**
 * Serves so many requests at once; further ones wait shortly, and are refused early when too many do.
 * A place is free again when its response is finished or its client has gone.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 *
 * @example
 * app.use(limitConcurrency({ max: 100, queue: 200, skip: (req) => req.url === '/health' }))
 */
export function limitConcurrency<Request extends IncomingMessage = IncomingMessage>(
  options: LimitConcurrencyOptions<Request>,
): Middleware<Request> {
  const resolved = resolveLimit(options)
  const skip = functionOption('skip', options.skip)
  const refuse = functionOption('refuse', options.refuse)
  const gates = new Gates(resolved)

  return function limitConcurrencyMiddleware(req, res, next) {
    if (skip?.(req)) return next()
    // Nobody waits for an answer any more, and nothing would ever free the place.
    if (res.destroyed || res.writableFinished) return
    const key = resolved.keyOf(req)
    let inside = false
    let begun = 0
    let done = false
    let unqueue: (() => void) | undefined
    let proceed = next
    const end = (): void => {
      if (done) return
      done = true
      if (inside) gates.leave(key, begun)
      else unqueue?.()
    }
    const onEnter = (): void => {
      inside = true
      begun = performance.now()
      if (!unqueue) return
      // The place was freed while another request was being ended: this one gets a turn of its own.
      process.nextTick(() => {
        if (!done) proceed()
      })
    }
    const onRefused = (reason: RefusalReason): void => {
      done = true
      if (refuse) refuse(new OverloadedError(reason, resolved.retryAfter), req, res, next)
      else answer503(req, res, resolved.retryAfter)
    }
    unqueue = gates.enter(key, { priority: resolved.priorityOf(req), onEnter, onRefused })
    if (done) return
    res.once('finish', end)
    res.once('close', end)
    // What runs later runs in the asynchronous context of its own request, not of the one that left.
    if (inside) next()
    else proceed = AsyncResource.bind(next)
  }
}

function answer503(req: IncomingMessage, res: ServerResponse, retryAfter: number): void {
  if (res.headersSent) return
  const headers: Record<string, string | number> = {
    'Retry-After': retryAfter,
    'Cache-Control': 'no-store',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': TEXT.length,
  }
  // A body that nobody reads would have to be drained before the next request on this connection.
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
  if (hasBody && req.httpVersionMajor === 1) headers['Connection'] = 'close'
  res.writeHead(503, headers).end(TEXT)
}
