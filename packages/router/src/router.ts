import { ArgumentError, DuplicateRouteError } from './errors.ts'
import type { ServerResponse } from 'node:http'
import { collectHandlers } from './table/collect-handlers.ts'
import { dispatch } from './dispatch/dispatch.ts'
import { findRoute } from './tools/find-route.ts'
import type { Callback } from './dispatch/unhandled-errors.ts'
import { Layer } from './table/layer.ts'
import { VERBS } from './table/layer.ts'
import { explain } from './tools/explain.ts'
import { RegisteredAt } from './table/registered-at.ts'
import { routeTree } from './tools/route-tree.ts'
import { type UrlOptions, type UrlParams, routeUrl } from './tools/route-url.ts'
import { Route } from './route.ts'
import {
  type ParamCallback,
  type ParamCallbacks,
  type RouterOptions,
  RouterState,
  STATE,
  stateShownAs,
} from './table/router-state.ts'
import type { NamedPath } from './router-types.ts'
import type { Path } from './types.ts'

/** A router as its own functions see it: the state behind the function. */
interface Self {
  readonly [STATE]?: RouterState
  readonly use: (...given: unknown[]) => unknown
  readonly route: (path: unknown) => Record<string, (...handlers: unknown[]) => unknown>
  handle(req: object, res: object, done: Callback): void
}

/** @param prototype - what the router inherits: `routerPrototype`, or what a subclass made of it. */
export function createRouter(options: RouterOptions = {}, prototype: object): object {
  // Its own only: what a polluted Object.prototype has is nobody's option.
  const own = Object.assign(Object.create(null) as RouterOptions, options)
  const state = new RouterState(own)
  function router(req: object, res: object, next: Callback) {
    self.handle(req, res, next)
  }
  const self = router as unknown as Self
  Object.setPrototypeOf(router, prototype)
  becomeRouter(router, state)
  return router
}

const functions = {
  param(this: Self, name: unknown, callback: unknown) {
    if (!name) throw new ArgumentError('argument name is required')
    if (typeof name !== 'string') throw new ArgumentError('argument name must be a string')
    if (!callback) throw new ArgumentError('argument fn is required')
    if (typeof callback !== 'function') throw new ArgumentError('argument fn must be a function')
    const state = stateOf(this)
    state.hasParamCallbacks = true
    if (!Object.hasOwn(state.params, name)) state.params[name] = []
    state.params[name]!.push(callback as ParamCallback)
    return this
  },

  handle(this: Self, req: object, res: object, done: unknown) {
    if (!done) throw new ArgumentError('argument callback is required')
    dispatch(this[STATE] ?? stateOf(this), req, res as ServerResponse, done as Callback)
  },

  use(this: Self, ...given: unknown[]) {
    let first = given[0]
    while (Array.isArray(first) && first.length > 0) first = first[0]
    const hasPath = typeof first !== 'function'
    const path = hasPath ? (given[0] as Path) : '/'
    const state = stateOf(this)
    const registeredAt = RegisteredAt.capture(this.use)
    for (const handler of collectHandlers(hasPath ? given.slice(1) : given)) {
      const layer = new Layer(path, state.matchOptions(true), handler)
      layer.registeredAt = registeredAt
      state.add(layer)
    }
    return this
  },

  route(this: Self, given: Path | NamedPath) {
    const state = stateOf(this)
    const path = isNamed(given) ? given.path : given
    const name = isNamed(given) ? given.name : undefined
    if (name !== undefined && state.layers.some(({ routeName }) => routeName === name)) {
      throw new DuplicateRouteError(name)
    }
    const route = new Route(path)
    const layer = new Layer(
      path,
      state.matchOptions(false),
      function handle(req: object, res: object, next: Callback) {
        route.dispatch(req, res, next)
      },
    )
    layer.route = route
    layer.routeName = name
    layer.registeredAt = RegisteredAt.capture(this.route)
    state.add(layer)
    return route
  },

  ws(this: Self, path: Path | NamedPath, ...handlers: unknown[]) {
    this.route(path)['handshakes']!(...handlers)
    return this
  },

  url(this: Self, name: string, params: UrlParams = {}, options: UrlOptions = {}) {
    return routeUrl(stateOf(this), name, params, options)
  },

  routes(this: Self) {
    return routeTree(stateOf(this))
  },

  explain(this: Self, method: string, url: string) {
    return explain(stateOf(this), method, url)
  },

  find(this: Self, method: string, path: string) {
    return findRoute(stateOf(this), method, path)
  },

  listRoutes(this: Self) {
    return stateOf(this).layers.flatMap((layer) => {
      const { route } = layer
      const handle = layer.handle as { readonly stack?: unknown }
      const router = route === undefined && Array.isArray(handle.stack) ? layer.handle : undefined
      if (route === undefined && router === undefined) return []
      const paths: unknown[] = Array.isArray(layer.rawPath) ? layer.rawPath : [layer.rawPath]
      return paths.map((path) => ({ path, methods: route?.methodNames(true), router }))
    })
  },
}

/** What every router inherits; that routers are functions with `call` and `apply` included. */
export const routerPrototype: object = Object.assign(
  Object.create(Function.prototype) as object,
  functions,
)

for (const verb of [...VERBS, 'all']) {
  Object.assign(routerPrototype, {
    [verb](this: Self, path: Path | NamedPath, ...handlers: unknown[]) {
      this.route(path)[verb]!(...handlers)
      return this
    },
  })
}

/** What Express has as plain fields of a router, and tools copy from one function to the other. */
const fields: PropertyDescriptorMap = {
  caseSensitive: optionField('caseSensitive'),
  mergeParams: optionField('mergeParams'),
  params: field(
    (state) => state.params,
    (state, params) => {
      state.params = params as ParamCallbacks
      state.hasParamCallbacks = true
    },
  ),
  strict: optionField('strict'),
  stack: field(
    (state) => state.stack,
    (state, stack) => (state.stack = stack as Layer[]),
  ),
}

function optionField(name: 'caseSensitive' | 'mergeParams' | 'strict'): PropertyDescriptor {
  return field(
    (state) => state[name],
    (state, value) => {
      state[name] = value as boolean | undefined
    },
  )
}

function field(
  get: (state: RouterState) => unknown,
  set: (state: RouterState, value: unknown) => void,
): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: true,
    get(this: Self) {
      return get(stateOf(this))
    },
    set(this: Self, value: unknown) {
      set(stateOf(this), value)
    },
  }
}

/** Gives a function the inside and the fields of a router. */
function becomeRouter(target: object, state: RouterState): void {
  Object.defineProperty(target, STATE, { value: state })
  Object.defineProperties(target, fields)
}

/**
 * A router's inside. A function that was given the prototype and the fields of a router (`Object.assign(fn,
 * router)`) shares that one's layers, as it does in Express.
 */
function stateOf(router: Partial<Self>): RouterState {
  const own = router[STATE]
  if (own !== undefined) return own
  const copied = router as Pick<RouterState, 'caseSensitive' | 'mergeParams' | 'strict'> & {
    readonly params?: ParamCallbacks
    readonly stack?: Layer[]
  }
  const { stack, params } = copied
  let state = stateShownAs(stack)
  if (state === undefined) {
    state = new RouterState({
      caseSensitive: copied.caseSensitive,
      mergeParams: copied.mergeParams,
      strict: copied.strict,
    })
    if (stack !== undefined) state.stack = stack
    if (params !== undefined) {
      state.params = params
      state.hasParamCallbacks = true
    }
  }
  becomeRouter(router, state)
  return state
}

function isNamed(path: Path | NamedPath): path is NamedPath {
  return typeof path === 'object' && 'name' in path && 'path' in path
}
