import { startRoute } from './dispatch-route.ts'
import { MethodNotAllowedError } from './errors.ts'
import { answerOptions } from './implied-methods.ts'
import { type Run, invoke } from './invoke.ts'
import { type Callback, Journey } from './journey.ts'
import type { Layer } from './layer.ts'
import { LayerCursor } from './layer-cursor.ts'
import { MountedUrl } from './mounted-url.ts'
import { Step } from './next-step.ts'
import { type CalledParams, processParams } from './param-callbacks.ts'
import { type Params, mergeParams } from './params.ts'
import type { Route } from './route.ts'
import { rememberError } from './tracing.ts'
import type { RouterState } from './router-state.ts'
import { JOURNEY, type RoutingRequest, journeyOf } from './routing-request.ts'

/** Leads one request through the layers of one router, then calls `done`. */
export function dispatch(
  router: RouterState,
  req: RoutingRequest,
  res: Journey['res'],
  done: Callback,
): unknown {
  return new RouterRun(router, req, res, done).start()
}

class RouterRun implements Run {
  readonly router: RouterState
  readonly req: RoutingRequest
  readonly res: Journey['res']
  readonly done: Callback
  readonly journey: Journey
  readonly isRoot: boolean
  readonly next: Callback

  // What was there before this router, and is put back after it.
  readonly #baseUrl: string | undefined
  readonly #params: unknown
  readonly #next: unknown
  readonly #outerLayer: Layer | undefined
  readonly #outerPath: string

  /** The prefix under which this router is mounted itself. */
  readonly #base: string
  #url: MountedUrl | undefined = undefined
  readonly #cursor: LayerCursor
  /** A route whose only handler has its turn. */
  #route: Route | undefined = undefined
  /** For an OPTIONS request: the methods that the routes of the path have. */
  #options: string[] | undefined = undefined
  #calledParams: CalledParams | undefined = undefined

  constructor(router: RouterState, req: RoutingRequest, res: Journey['res'], done: Callback) {
    const journey = journeyOf(req, res) ?? new Journey(req, res, router)
    this.router = router
    this.req = req
    this.res = res
    this.done = done
    this.journey = journey
    this.isRoot = journeyOf(req, res) === undefined
    this.next = (error) => this.advance(error, journey.last)
    this.#cursor = new LayerCursor(router, req)
    this.#baseUrl = req.baseUrl
    this.#base = req.baseUrl ?? ''
    this.#params = req.params
    this.#next = req.next
    this.#outerLayer = journey.layer
    this.#outerPath = journey.path
  }

  start(): unknown {
    const { req } = this
    req[JOURNEY] = this.journey
    req.next = this.next
    req.baseUrl = this.#base
    req.originalUrl ||= req.url
    return this.advance(undefined, this.journey.last)
  }

  /** Goes on to the next layer that matches and takes what there is: an error, or none. */
  advance(given: unknown, from: Step | undefined): Step {
    let error = given === 'route' ? undefined : given
    if (error) rememberError(this.req, error)
    this.#url?.restore()
    if (given === 'router') return this.#leave(undefined, from)
    const late = this.#routeWithLateHandlers()
    if (late !== undefined && given !== 'route') return this.#startRoute(late, 1, given)
    const { router, req, journey } = this
    const cursor = this.#cursor
    try {
      cursor.update(journey.url, router.canonicalTarget ?? journey.canonicalTarget)
    } catch (thrown) {
      error ||= thrown
    }

    for (let layer = cursor.next(); layer !== undefined; layer = cursor.next()) {
      const { route } = layer
      if (route !== undefined && error) continue
      // Matching a path without escapes has no effects: nobody sees that it was left out.
      if (!cursor.hasEscapes && this.#isPassedOver(layer, error)) continue

      let params: Params | undefined
      try {
        params = cursor.match(layer)
      } catch (thrown) {
        rememberError(req, thrown)
        error ||= thrown
        continue
      }
      if (params === undefined || (route !== undefined && !this.#answers(route))) continue

      if (route !== undefined) req.route = route
      journey.layer = layer
      journey.path = cursor.path
      req.params = router.mergeParams ? mergeParams(params, this.#params) : params
      if (router.hasParamCallbacks) return this.#callParams(layer, params, error, from)
      const step = this.#enter(layer, cursor.matched, error, from)
      if (step !== undefined) return step
    }
    return this.#leave(error, from)
  }

  /** Whether a layer cannot come to its turn, for whatever reason but its path. */
  #isPassedOver(layer: Layer, error: unknown): boolean {
    const { route } = layer
    if (route === undefined) return !this.router.hasParamCallbacks && !layer.takes(error)
    const { verb } = this.#cursor
    return !route.handlesVerb(verb) && verb !== 'head' && !this.#notesMethods()
  }

  /** Whether it matters which methods a path has instead of the one asked for. */
  #notesMethods(): boolean {
    return this.#cursor.verb === 'options' || this.#reportsMethods()
  }

  #reportsMethods(): boolean {
    return this.router.methodNotAllowed ?? this.journey.methodNotAllowed
  }

  /** Whether a route that matches the path has the method; notes what it has if not. */
  #answers(route: Route): boolean {
    const { verb } = this.#cursor
    if (route.handlesVerb(verb)) {
      this.journey.hadMethod = true
      return true
    }
    const methods = route.methodNames()
    if (verb === 'options' && methods.length > 0) (this.#options ??= []).push(...methods)
    else if (methods.length > 0 && this.#reportsMethods()) {
      this.journey.allowed ??= []
      this.journey.allowed.push(...methods)
    }
    // As in Express, HEAD enters routes that have no handler for it, and comes out again.
    return verb === 'head'
  }

  #callParams(layer: Layer, params: Params, error: unknown, from: Step | undefined): Step {
    this.#calledParams ??= Object.create(null) as CalledParams
    const keys = Object.keys(params)
    const path = this.#cursor.matched
    let origin = from
    let step: Step | undefined
    processParams(this.router, keys, this.#calledParams, this, (failure) => {
      step = failure
        ? this.advance(error || failure, origin)
        : (this.#enter(layer, path, error, origin) ?? this.advance(error, origin))
    })
    // The callbacks take their time: a step without a handler stands for them.
    if (step === undefined) origin = new Step(this.journey, from)
    return step ?? origin!
  }

  /** @returns undefined when the layer does not take what there is. */
  #enter(layer: Layer, path: string, error: unknown, from: Step | undefined): Step | undefined {
    const { route } = layer
    if (route !== undefined && layer.handle === layer.ownHandle) {
      return this.#enterRoute(route, from)
    }
    if (!layer.takes(error)) return undefined
    if (path !== '' && route === undefined) {
      this.#url ??= new MountedUrl(this.req, this.#base)
      if (!this.#url.enter(path, this.#cursor.path)) return undefined
    }
    this.journey.url = this.req.url
    return invoke(this, layer, error, from)
  }

  /**
   * Most routes have one handler, for which the `next` of this router does what the route's would:
   * there is nothing left in the route to go on to.
   */
  #enterRoute(route: Route, from: Step | undefined): Step | undefined {
    const { stack } = route
    if (stack.length !== 1) return this.#startRoute(route, 0, undefined)
    const only = stack[0]!
    const asked = this.#cursor.verb
    const verb = asked === 'head' && route.methods['head'] !== true ? 'get' : asked
    if ((only.method !== undefined && only.method !== verb) || !only.takes(undefined)) {
      return undefined
    }
    this.#route = route
    this.journey.url = this.req.url
    return invoke(this, only, undefined, from)
  }

  #startRoute(route: Route, at: number, error: unknown): Step {
    this.journey.url = this.req.url
    return startRoute(route, this.req, this.res, this.journey, this.next, at, error)
  }

  /** A route whose only handler had its turn, and got company meanwhile. */
  #routeWithLateHandlers(): Route | undefined {
    const route = this.#route
    this.#route = undefined
    return route !== undefined && route.stack.length > 1 ? route : undefined
  }

  #leave(error: unknown, from: Step | undefined): Step {
    from?.moveOn()
    if (this.#options === undefined || error) return this.#exit(error, from)
    answerOptions(this.res, this.#options, (failure) => this.#exit(failure, from))
    return new Step(this.journey, from)
  }

  #exit(error: unknown, from: Step | undefined): Step {
    const { req, journey } = this
    req.baseUrl = this.#baseUrl
    req.next = this.#next
    req.params = this.#params
    journey.layer = this.#outerLayer
    journey.path = this.#outerPath
    if (!this.isRoot) {
      const result = this.done(error)
      return result instanceof Step ? result : new Step(journey, from)
    }
    req[JOURNEY] = undefined
    if (error) journey.fail(error, from, this.done)
    else if (journey.allowed !== undefined && !journey.hadMethod) {
      const methods = [...new Set(journey.allowed)].toSorted()
      journey.fail(new MethodNotAllowedError(String(req.method), methods), from, this.done)
    } else this.done()
    return new Step(journey, from)
  }
}
