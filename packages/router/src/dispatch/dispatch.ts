import { ownDispatch, startRoute } from './dispatch-route.ts'
import { MethodNotAllowedError } from '../errors.ts'
import { answerOptions } from './implied-methods.ts'
import { type CallableLayer, type Run, layerMethods } from './handler-calls.ts'
import type { Callback } from './unhandled-errors.ts'
import { Layer, ownHandleRequest, type RouteLayers as Route } from '../table/layer.ts'
import { LayerCursor } from './layer-cursor.ts'
import { MountedUrl } from './mounted-url.ts'
import { type CalledParams, processParams } from './param-callbacks.ts'
import { Params, mergeParams } from '../path/params.ts'
import type { Match } from './trace-channel.ts'
import {
  HandlerCall,
  ROUTED,
  RoutedRequest,
  type RoutingRequest,
  routedBefore,
} from './routed-request.ts'
import { rememberError } from './tracing.ts'
import type { RouterState } from '../table/router-state.ts'

// How a layer is called is for the dispatcher to know, not for the table.
Object.assign(Layer.prototype, layerMethods)

/** Leads one request through the layers of one router, then calls `done`. */
export function dispatch(
  router: RouterState,
  req: RoutingRequest,
  res: RoutedRequest['res'],
  done: Callback,
): unknown {
  const run = new RouterRun(router, req, res, done)
  const { routed } = run
  req[ROUTED] = routed
  req.next = run.next
  req.baseUrl = run.base
  req.originalUrl ||= req.url
  return run.advance(undefined, routed.last)
}

/**
 * One is made for every request and router. Its fields are private to the compiler only, like those
 * of its helpers: with `#` fields a dispatch takes up to 5 % longer, measured on Node 20.
 */
class RouterRun implements Run {
  declare readonly router: RouterState
  declare readonly req: RoutingRequest
  declare readonly res: RoutedRequest['res']
  declare readonly done: Callback
  declare readonly routed: RoutedRequest
  declare readonly isRoot: boolean
  declare readonly next: Callback

  // What was there before this router, and is put back after it.
  declare private readonly outerBaseUrl: string | undefined
  declare private readonly outerParams: unknown
  declare private readonly outerNext: unknown
  declare private readonly outerMatch?: Match | undefined

  /** The prefix under which this router is mounted itself. */
  declare readonly base: string
  declare private url: MountedUrl | undefined
  declare private readonly cursor: LayerCursor
  /** A route whose only handler has its turn. */
  declare private route: Route | undefined

  // What few requests have is not there until it is needed: to assign a field takes 95 instructions in V8's
  // interpreter, by valgrind on Node 24.
  /** For an OPTIONS request: the methods that the routes of the path have. */
  declare private options?: string[]
  declare private calledParams?: CalledParams

  constructor(router: RouterState, req: RoutingRequest, res: RoutedRequest['res'], done: Callback) {
    const around = routedBefore(req, res)
    const routed = around ?? new RoutedRequest(req, res, router)
    this.router = router
    this.req = req
    this.res = res
    this.done = done
    this.routed = routed
    this.isRoot = around === undefined
    // V8 makes a function that is written right behind `this.next =` in the old generation, and there
    // it would keep the whole request until the next full collection.
    const next: Callback = (error) => this.advance(error, routed.last)
    this.next = next
    this.url = undefined
    this.cursor = new LayerCursor(router, req)
    this.route = undefined
    this.outerBaseUrl = req.baseUrl
    this.base = req.baseUrl ?? ''
    this.outerParams = req.params
    this.outerNext = req.next
    if (routed.isTraced) this.outerMatch = routed.match
  }

  /** Goes on to the next layer that matches and takes what there is: an error, or none. */
  advance(given: unknown, from: HandlerCall | undefined): HandlerCall {
    if (this.url !== undefined) this.url.restore()
    let error = given
    if (given) {
      if (given === 'router') return this.leave(undefined, from)
      if (given === 'route') error = undefined
      else rememberError(this.req, given)
    }
    const { route: last } = this
    if (last !== undefined) {
      this.route = undefined
      // It had one handler when that had its turn, and got more meanwhile.
      if (last.stack.length > 1 && given !== 'route') return this.startRoute(last, 1, given)
    }
    const { router, req, routed, cursor } = this
    // A question to the cursor, written out: a call runs 260 instructions of a layer's 7,000.
    if (
      router.revision !== cursor.revision ||
      req.url !== cursor.target ||
      req.method !== cursor.method
    ) {
      try {
        cursor.lookUp(routed.url, router.canonicalTarget ?? routed.router?.canonicalTarget)
      } catch (thrown) {
        error ||= thrown
      }
    }

    for (let layer = cursor.next(); layer !== undefined; layer = cursor.next()) {
      let params: Params | undefined
      let prefix = ''
      if (layer.slash) params = new Params()
      else {
        const { route } = layer
        const hasMethod = route !== undefined && route.handlesVerb(cursor.verb)
        if (route !== undefined && (error || (!hasMethod && this.canPassOver()))) continue
        try {
          params = cursor.match(layer)
        } catch (thrown) {
          rememberError(req, thrown)
          error ||= thrown
          continue
        }
        if (params === undefined) continue
        if (route === undefined) prefix = cursor.matched
        else if (hasMethod) {
          routed.hadMethod = true
          req.route = route
        } else if (this.passesBy(route)) continue
        else req.route = route
      }
      if (routed.isTraced) routed.match = { layer, path: cursor.path }
      req.params = router.mergeParams ? mergeParams(params, this.outerParams) : params
      if (router.hasParamCallbacks) return this.callParams(layer, params, prefix, error, from)
      const call = this.enter(layer, prefix, error, from)
      if (call !== undefined) return call
    }
    return this.leave(error, from)
  }

  /**
   * Whether nobody sees that a route without the method is not matched: without escapes in the path
   * it has no effects.
   */
  private canPassOver(): boolean {
    const { verb, hasEscapes } = this.cursor
    return !hasEscapes && verb !== 'head' && !this.notesMethods()
  }

  /** Whether it matters which methods a path has instead of the one asked for. */
  private notesMethods(): boolean {
    return this.cursor.verb === 'options' || this.reportsMethods()
  }

  private reportsMethods(): boolean {
    if (this.cursor.verb === 'ws') return false // "allowed: GET" would be no help to a handshake
    return this.router.methodNotAllowed ?? this.routed.router?.methodNotAllowed ?? false
  }

  /** Notes which methods a route has that matches the path, but has not the one. */
  private passesBy(route: Route): boolean {
    const { verb } = this.cursor
    const methods = route.methodNames()
    if (verb === 'options' && methods.length > 0) (this.options ??= []).push(...methods)
    else if (methods.length > 0 && this.reportsMethods()) {
      this.routed.allowed ??= []
      this.routed.allowed.push(...methods)
    }
    // As in Express, HEAD enters routes that have no handler for it, and comes out again.
    return verb !== 'head'
  }

  private callParams(
    layer: Layer,
    params: Params,
    path: string,
    error: unknown,
    from: HandlerCall | undefined,
  ): HandlerCall {
    this.calledParams ??= Object.create(null) as CalledParams
    const keys = Object.keys(params)
    let origin = from
    let call: HandlerCall | undefined
    processParams(this.router, keys, this.calledParams, this, (failure) => {
      call = failure
        ? this.advance(error || failure, origin)
        : (this.enter(layer, path, error, origin) ?? this.advance(error, origin))
    })
    // The callbacks take their time: a call without a handler stands for them.
    if (call === undefined) origin = new HandlerCall(this.routed, from)
    return call ?? origin!
  }

  /** @returns undefined when the layer does not take what there is. */
  private enter(
    layer: Layer,
    path: string,
    error: unknown,
    from: HandlerCall | undefined,
  ): HandlerCall | undefined {
    const { route } = layer
    // Whether nobody has put a function of theirs between a layer and its route.
    if (
      route !== undefined &&
      layer.handle === layer.ownHandle &&
      layer.handleRequest === ownHandleRequest &&
      (route as { readonly dispatch?: unknown }).dispatch === ownDispatch
    ) {
      return this.enterRoute(route, from)
    }
    if (!layer.takes(error)) return undefined
    if (path !== '' && route === undefined && !this.removePrefix(path)) return undefined
    this.routed.url = this.req.url
    return (layer as CallableLayer).callHandle(this, error, new HandlerCall(this.routed, from))
  }

  private removePrefix(prefix: string): boolean {
    this.url ??= new MountedUrl(this.req, this.base)
    return this.url.enter(prefix, this.cursor.path)
  }

  /**
   * Most routes have one handler, for which the `next` of this router does what the route's would:
   * there is nothing left in the route to go on to.
   */
  private enterRoute(route: Route, from: HandlerCall | undefined): HandlerCall | undefined {
    const { stack } = route
    if (stack.length !== 1) return this.startRoute(route, 0, undefined)
    const only = stack[0]!
    const asked = this.cursor.verb
    const verb = asked === 'head' && route.methods['head'] !== true ? 'get' : asked
    if ((only.method !== undefined && only.method !== verb) || !only.takes(undefined)) {
      return undefined
    }
    this.route = route
    this.routed.url = this.req.url
    return (only as CallableLayer).callHandle(this, undefined, new HandlerCall(this.routed, from))
  }

  private startRoute(route: Route, at: number, error: unknown): HandlerCall {
    this.routed.url = this.req.url
    return startRoute(route, this.req, this.res, this.routed, this.next, at, error)
  }

  private leave(error: unknown, from: HandlerCall | undefined): HandlerCall {
    from?.moveOn()
    if (this.options === undefined || error) return this.exit(error, from)
    answerOptions(this.res, this.options, (failure) => this.exit(failure, from))
    return new HandlerCall(this.routed, from)
  }

  private exit(error: unknown, from: HandlerCall | undefined): HandlerCall {
    const { req, routed } = this
    req.baseUrl = this.outerBaseUrl
    req.next = this.outerNext
    req.params = this.outerParams
    if (routed.isTraced) routed.match = this.outerMatch
    if (!this.isRoot) {
      const result = this.done(error)
      return result instanceof HandlerCall ? result : new HandlerCall(routed, from)
    }
    req[ROUTED] = undefined
    if (error) routed.fail(error, from, this.done)
    else if (routed.allowed !== undefined && !routed.hadMethod) {
      const methods = [...new Set(routed.allowed)].toSorted()
      routed.fail(new MethodNotAllowedError(String(req.method), methods), from, this.done)
    } else this.done()
    return new HandlerCall(routed, from)
  }
}
