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
} from './table/router-state.ts'
import type { NamedPath } from './router-types.ts'
import type { Path } from './types.ts'

/** A router as its own functions see it: the state behind the function. */
interface Self {
  readonly [STATE]: RouterState
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
  Object.defineProperty(router, STATE, { value: state })
  return router
}

const functions = {
  param(this: Self, name: unknown, callback: unknown) {
    if (!name) throw new ArgumentError('argument name is required')
    if (typeof name !== 'string') throw new ArgumentError('argument name must be a string')
    if (!callback) throw new ArgumentError('argument fn is required')
    if (typeof callback !== 'function') throw new ArgumentError('argument fn must be a function')
    const state = this[STATE]
    state.hasParamCallbacks = true
    if (!Object.hasOwn(state.params, name)) state.params[name] = []
    state.params[name]!.push(callback as ParamCallback)
    return this
  },

  handle(this: Self, req: object, res: object, done: unknown) {
    if (!done) throw new ArgumentError('argument callback is required')
    dispatch(this[STATE], req, res as ServerResponse, done as Callback)
  },

  use(this: Self, ...given: unknown[]) {
    let first = given[0]
    while (Array.isArray(first) && first.length > 0) first = first[0]
    const hasPath = typeof first !== 'function'
    const path = hasPath ? (given[0] as Path) : '/'
    const state = this[STATE]
    const registeredAt = RegisteredAt.capture(this.use)
    for (const handler of collectHandlers(hasPath ? given.slice(1) : given)) {
      const layer = new Layer(path, state.matchOptions(true), handler)
      layer.registeredAt = registeredAt
      state.layers.push(layer)
    }
    return this
  },

  route(this: Self, given: Path | NamedPath) {
    const state = this[STATE]
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
    state.layers.push(layer)
    return route
  },

  ws(this: Self, path: Path | NamedPath, ...handlers: unknown[]) {
    this.route(path)['handshakes']!(...handlers)
    return this
  },

  url(this: Self, name: string, params: UrlParams = {}, options: UrlOptions = {}) {
    return routeUrl(this[STATE], name, params, options)
  },

  routes(this: Self) {
    return routeTree(this[STATE])
  },

  explain(this: Self, method: string, url: string) {
    return explain(this[STATE], method, url)
  },

  find(this: Self, method: string, path: string) {
    return findRoute(this[STATE], method, path)
  },

  listRoutes(this: Self) {
    return this[STATE].layers.flatMap((layer) => {
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

defineState(
  'stack',
  (state) => state.stack,
  (state, stack) => (state.stack = stack as Layer[]),
)
defineState(
  'params',
  (state) => state.params,
  (state, params) => {
    state.params = params as ParamCallbacks
    state.hasParamCallbacks = true
  },
)
for (const option of ['caseSensitive', 'mergeParams', 'strict'] as const) {
  defineState(
    option,
    (state) => state[option],
    (state, value) => {
      state[option] = value as boolean | undefined
    },
  )
}

/** A property of routers that Express has as a plain field. */
function defineState(
  name: string,
  get: (state: RouterState) => unknown,
  set: (state: RouterState, value: unknown) => void,
): void {
  Object.defineProperty(routerPrototype, name, {
    configurable: true,
    get(this: Self) {
      return get(this[STATE])
    },
    set(this: Self, value: unknown) {
      set(this[STATE], value)
    },
  })
}

function isNamed(path: Path | NamedPath): path is NamedPath {
  return typeof path === 'object' && 'name' in path && 'path' in path
}
