import { type Run, invoke } from './invoke.ts'
import { Journey, type Callback } from './journey.ts'
import { verbOf } from '../table/methods.ts'
import { Step } from './journey.ts'
import type { RouteLayers as Route } from '../table/layer.ts'
import { type RoutingRequest, journeyOf } from './journey.ts'

/** Runs the handlers of a route for one request, then calls `done`. */
export function dispatchRoute(
  route: Route,
  req: RoutingRequest,
  res: Journey['res'],
  done: Callback,
): unknown {
  const around = journeyOf(req, res)
  if (around !== undefined) return startRoute(route, req, res, around, done)
  const journey = new Journey(req, res, undefined)
  return startRoute(route, req, res, journey, (error) => {
    if (!error || error === 'router') return done(error)
    journey.fail(error, journey.last, done)
    return undefined
  })
}

/** The same, as a part of a way that has begun. */
export function startRoute(
  route: Route,
  req: RoutingRequest,
  res: Journey['res'],
  journey: Journey,
  done: Callback,
  at = 0,
  error?: unknown,
): Step {
  if (route.stack.length === 0) return stepOf(done(), journey)
  let verb = verbOf(req.method)
  if (verb === 'head' && route.methods['head'] !== true) verb = 'get'
  req.route = route
  return new RouteRun(route, verb, req, res, journey, done, at).advance(error, journey.last)
}

/** What `done` gave back, if it led on to another handler. */
function stepOf(result: unknown, journey: Journey): Step {
  return result instanceof Step ? result : new Step(journey, journey.last)
}

class RouteRun implements Run {
  readonly route: Route
  readonly verb: string
  readonly req: RoutingRequest
  readonly res: Journey['res']
  readonly journey: Journey
  readonly done: Callback
  readonly next: Callback
  private index: number

  constructor(
    route: Route,
    verb: string,
    req: RoutingRequest,
    res: Journey['res'],
    journey: Journey,
    done: Callback,
    at: number,
  ) {
    this.route = route
    this.verb = verb
    this.req = req
    this.res = res
    this.journey = journey
    this.done = done
    this.index = at
    // In two steps for the sake of the collector, as in `RouterRun`.
    const next: Callback = (error) => this.advance(error, journey.last)
    this.next = next
  }

  advance(error: unknown, from: Step | undefined): Step {
    if (error === 'route') return this.leave(undefined, from)
    if (error === 'router') return this.leave(error, from)
    const { stack } = this.route
    while (this.index < stack.length) {
      const layer = stack[this.index++]!
      const answers = layer.method === undefined || layer.method === this.verb
      if (answers && layer.takes(error)) return invoke(this, layer, error, from)
    }
    return this.leave(error, from)
  }

  private leave(error: unknown, from: Step | undefined): Step {
    from?.moveOn()
    return stepOf(this.done(error), this.journey)
  }
}
