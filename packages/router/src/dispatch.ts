import { startRoute } from './dispatch-route.ts'
import { MethodNotAllowedError } from './errors.ts'
import { answerOptions } from './implied-methods.ts'
import { type Run, invoke } from './invoke.ts'
import { type Callback, Journey } from './journey.ts'
import type { Layer } from './layer.ts'
import { verbOf } from './methods.ts'
import { MountedUrl } from './mounted-url.ts'
import { Step } from './next-step.ts'
import { type CalledParams, processParams } from './param-callbacks.ts'
import { Params, mergeParams } from './params.ts'
import { isPlainPath, pathnameOf } from './pathname.ts'
import type { Route } from './route.ts'
import { rememberError } from './tracing.ts'
import type { RouterState } from './router-state.ts'
import { JOURNEY, type RoutingRequest } from './routing-request.ts'

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
  /** The number of the first layer that has not been looked at. */
  #index = 0
  /** The layers that can match `#path`, and the place of the next one among them. */
  #candidates: readonly number[] = NONE
  #cursor = 0
  #version = -1
  #target: string | undefined = undefined
  #path: string | undefined = undefined
  #hasEscapes = false
  /** What of the path the layer at hand has matched. */
  #matched = ''
  #method: string | undefined = undefined
  #verb = ''
  /** Nobody needs to know which methods a path has instead of the one asked for. */
  #notesNoMethods = true
  /** A route whose only handler has its turn. */
  #route: Route | undefined = undefined
  /** For an OPTIONS request: the methods that the routes of the path have. */
  #options: string[] | undefined = undefined
  #calledParams: CalledParams | undefined = undefined

  constructor(router: RouterState, req: RoutingRequest, res: Journey['res'], done: Callback) {
    const around = req[JOURNEY]
    const journey = around ?? new Journey(res, router.options.canonicalTarget)
    this.router = router
    this.req = req
    this.res = res
    this.done = done
    this.journey = journey
    this.isRoot = around === undefined
    this.next = (error) => this.advance(error, journey.last)
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
    try {
      this.#lookUp()
    } catch (thrown) {
      error ||= thrown
    }

    const { router, req } = this
    const { layers } = router
    while (this.#cursor < this.#candidates.length) {
      const number = this.#candidates[this.#cursor++]!
      this.#index = number + 1
      const layer = layers[number]!
      const { route } = layer
      if (route !== undefined && error) continue
      // Matching a path without escapes has no effects: nobody sees that it was left out.
      if (!this.#hasEscapes && this.#isPassedOver(layer, error)) continue

      let params: Params | undefined
      try {
        params = this.#match(layer)
      } catch (thrown) {
        rememberError(req, thrown)
        error ||= thrown
        continue
      }
      if (params === undefined || (route !== undefined && !this.#answers(route))) continue

      if (route !== undefined) req.route = route
      this.journey.layer = layer
      this.journey.path = this.#path!
      req.params = router.mergeParams ? mergeParams(params, this.#params) : params
      if (router.hasParamCallbacks) return this.#callParams(layer, params, error, from)
      const step = this.#enter(layer, this.#matched, error, from)
      if (step !== undefined) return step
    }
    this.#index = layers.length
    return this.#leave(error, from)
  }

  /** Whether a layer cannot come to its turn, for whatever reason but its path. */
  #isPassedOver(layer: Layer, error: unknown): boolean {
    if (layer.route === undefined) return !this.router.hasParamCallbacks && !layer.takes(error)
    return this.#notesNoMethods && !layer.route.handlesVerb(this.#verb) && this.#verb !== 'head'
  }

  /** Reads a layer's parameters, and for a mounted one the part of the path that it matched. */
  #match(layer: Layer): Params | undefined {
    const path = this.#path!
    const { direct } = layer
    if (layer.slash) {
      this.#matched = ''
      return new Params()
    }
    if (direct !== undefined && layer.sensitive !== this.router.index.folds) {
      if (layer.route === undefined) this.#matched = direct.matchedPart(path)
      return direct.read(path, this.#hasEscapes)
    }
    const match = layer.match(path)
    if (match === false) return undefined
    this.#matched = match.path
    return match.params
  }

  /** Finds the layers for the path, if it or the layers have changed since the last time. */
  #lookUp(): void {
    const { req, router } = this
    const { index } = router
    index.update(router.layers)
    if (req.method !== this.#method) {
      this.#method = req.method
      this.#verb = verbOf(req.method)
      this.#notesNoMethods =
        req.method !== 'OPTIONS' && this.router.options.methodNotAllowed !== true
    }
    if (req.url === this.#target && index.version === this.#version) return

    const canonicalTarget = router.options.canonicalTarget ?? this.journey.canonicalTarget
    const isRewritten = this.#version !== -1 && req.url !== this.#target
    if (isRewritten && canonicalTarget !== undefined && req.url !== undefined) {
      req.url = canonicalTarget(req.url)
    }
    this.#target = req.url
    this.#version = index.version
    const isPlain = isPlainPath(req.url)
    this.#path = isPlain ? req.url : pathnameOf(req.url)
    this.#hasEscapes = !isPlain && (this.#path?.includes('%') ?? false)
    this.#candidates = this.#path === undefined ? NONE : index.find(this.#path)
    this.#cursor = firstFrom(this.#candidates, this.#index)
  }

  /** Whether a route that matches the path has the method; notes what it has if not. */
  #answers(route: Route): boolean {
    if (route.handlesVerb(this.#verb)) {
      this.journey.hadMethod = true
      return true
    }
    const methods = route.methodNames()
    if (methods.length === 0) return this.#method === 'HEAD'
    if (this.#method === 'OPTIONS') (this.#options ??= []).push(...methods)
    else if (this.router.options.methodNotAllowed === true) {
      this.journey.allowed ??= []
      this.journey.allowed.push(...methods)
    }
    return this.#method === 'HEAD'
  }

  #callParams(layer: Layer, params: Params, error: unknown, from: Step | undefined): Step {
    this.#calledParams ??= Object.create(null) as CalledParams
    const keys = Object.keys(params)
    const path = this.#matched
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
      if (!this.#url.enter(path, this.#path!)) return undefined
    }
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
    const verb = this.#verb === 'head' && route.methods['head'] !== true ? 'get' : this.#verb
    if ((only.method !== undefined && only.method !== verb) || !only.takes(undefined)) {
      return undefined
    }
    this.#route = route
    return invoke(this, only, undefined, from)
  }

  #startRoute(route: Route, at: number, error: unknown): Step {
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

const NONE: readonly number[] = []

/** @returns the place of the first number that is not smaller than `least`. */
function firstFrom(numbers: readonly number[], least: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! < least) low = middle + 1
    else high = middle
  }
  return low
}
