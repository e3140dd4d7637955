import type { CallableLayer, Run } from './handler-calls.ts'
import { HandlerCall, RoutedRequest, type RoutingRequest, routedBefore } from './routed-request.ts'
import type { Callback } from './unhandled-errors.ts'
import { verbOf } from '../table/layer.ts'
import type { RouteLayers as Route } from '../table/layer.ts'

/** `route.dispatch`, which agents replace: where they have not, the router goes into the route directly. */
export function ownDispatch(
  this: Route,
  req: object,
  res: object,
  done: (error?: unknown) => unknown,
): void {
  // oxlint-disable-next-line oxc/no-this-in-exported-function -- a method, beside what it does
  dispatchRoute(this, req, res as RoutedRequest['res'], done)
}

/** Runs the handlers of a route for one request, then calls `done`. */
function dispatchRoute(
  route: Route,
  req: RoutingRequest,
  res: RoutedRequest['res'],
  done: Callback,
): unknown {
  const around = routedBefore(req, res)
  if (around !== undefined) return startRoute(route, req, res, around, done)
  const routed = new RoutedRequest(req, res, undefined)
  return startRoute(route, req, res, routed, (error) => {
    if (!error || error === 'router') return done(error)
    routed.fail(error, routed.last, done)
    return undefined
  })
}

/** The same, as a part of a way that has begun. */
export function startRoute(
  route: Route,
  req: RoutingRequest,
  res: RoutedRequest['res'],
  routed: RoutedRequest,
  done: Callback,
  at = 0,
  error?: unknown,
): HandlerCall {
  if (route.stack.length === 0) return callOf(done(), routed)
  let verb = verbOf(req.method)
  if (verb === 'head' && route.methods['head'] !== true) verb = 'get'
  req.route = route
  return new RouteRun(route, verb, req, res, routed, done, at).advance(error, routed.last)
}

/** What `done` gave back, if it led on to another handler. */
function callOf(result: unknown, routed: RoutedRequest): HandlerCall {
  return result instanceof HandlerCall ? result : new HandlerCall(routed, routed.last)
}

class RouteRun implements Run {
  readonly route: Route
  readonly verb: string
  readonly req: RoutingRequest
  readonly res: RoutedRequest['res']
  readonly routed: RoutedRequest
  readonly done: Callback
  readonly next: Callback
  private index: number

  constructor(
    route: Route,
    verb: string,
    req: RoutingRequest,
    res: RoutedRequest['res'],
    routed: RoutedRequest,
    done: Callback,
    at: number,
  ) {
    this.route = route
    this.verb = verb
    this.req = req
    this.res = res
    this.routed = routed
    this.done = done
    this.index = at
    // In two steps for the sake of the collector, as in `RouterRun`.
    const next: Callback = (error) => this.advance(error, routed.last)
    this.next = next
  }

  advance(error: unknown, from: HandlerCall | undefined): HandlerCall {
    if (error === 'route') return this.leave(undefined, from)
    if (error === 'router') return this.leave(error, from)
    const { stack } = this.route
    while (this.index < stack.length) {
      const layer = stack[this.index++]!
      const answers =
        layer.method === this.verb || (layer.method === undefined && this.verb !== 'ws')
      if (answers && layer.takes(error))
        return (layer as CallableLayer).callHandle(this, error, new HandlerCall(this.routed, from))
    }
    return this.leave(error, from)
  }

  private leave(error: unknown, from: HandlerCall | undefined): HandlerCall {
    from?.moveOn()
    return callOf(this.done(error), this.routed)
  }
}
