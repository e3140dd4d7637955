import type { ServerResponse } from 'node:http'
import type { RouterState } from '../table/router-state.ts'
import { endOf } from './await-next.ts'
import type { HandlerCall } from './handler-call.ts'
import { type Match, channel } from './trace-channel.ts'
import { type Callback, UnhandledErrors } from './unhandled-errors.ts'

/** What a router reads and writes on a request. */
export interface RoutingRequest {
  method?: string | undefined
  url?: string | undefined
  originalUrl?: string | undefined
  baseUrl?: string | undefined
  params?: unknown
  route?: unknown
  next?: unknown
  [ROUTED]?: RoutedRequest | undefined
}

/** What the routers around have of a request; there while they work on it. */
export const ROUTED = Symbol('tokkyu.router.request')

/**
 * @returns what the routers around share, unless they had the request with another response: tests
 * use their requests again.
 */
export function routedBefore(req: RoutingRequest, res: object): RoutedRequest | undefined {
  const routed = req[ROUTED]
  return routed?.res === res ? routed : undefined
}

/** What the routers that one request goes through share: one is made by the outermost. */
export class RoutedRequest {
  declare readonly res: ServerResponse
  /** The outermost router, if it is one: its options hold for those inside that do not say otherwise. */
  declare readonly router: RouterState | undefined
  /** The last handler that was called; whoever calls `next()` is taken to be this one. */
  declare last: HandlerCall | undefined
  /** There are handlers on the call stack right now. */
  declare isRunning: boolean
  /** Some route had the method asked for. */
  declare hadMethod: boolean
  /** Somebody listened on the diagnostics channel when the request came. */
  declare readonly isTraced: boolean
  /** The URL as the handler got it that was called last: another one is its doing. */
  declare url: string | undefined

  // What few requests have is not there until it is needed, as in `RouterRun`.
  /** What matched last. Kept for those who listen. */
  declare match?: Match | undefined
  /** Methods that routes of the path have, where the one asked for had none. */
  declare allowed?: string[]
  declare private unhandled?: UnhandledErrors
  declare private end?: Promise<void>

  constructor(req: RoutingRequest, res: ServerResponse, router: RouterState | undefined) {
    this.res = res
    this.router = router
    this.last = undefined
    this.isRunning = false
    this.hadMethod = false
    this.isTraced = channel.hasSubscribers
    this.url = req.url
  }

  /** No error handler took `error`: who does is found out when the stack has unwound. */
  fail(error: unknown, from: HandlerCall | undefined, deliver: Callback): void {
    this.unhandled ??= new UnhandledErrors()
    this.unhandled.add(error, from, deliver)
    if (!this.isRunning) this.unhandled.handOver()
  }

  /** Resolves when no error is waiting to find out who takes it. */
  async decided(): Promise<void> {
    while (this.unhandled?.areWaiting === true) await Promise.resolve()
  }

  /** The last of the handlers on the call stack has returned. */
  stackUnwound(): void {
    this.isRunning = false
    if (this.unhandled !== undefined) this.unhandled.handOver()
  }

  /** Resolves when the response is sent or its connection closed. Asked for once per request. */
  responseEnd(): Promise<void> {
    return (this.end ??= endOf(this.res))
  }
}
