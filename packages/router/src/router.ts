import { collectHandlers } from './collect-handlers.ts'
import type { Constraints } from './constraints.ts'
import { dispatch } from './dispatch.ts'
import { Layer } from './layer.ts'
import { VERBS } from './methods.ts'
import type { ParamCallback } from './param-callbacks.ts'
import { Route } from './route.ts'
import type { Path } from './types.ts'

export interface RouterOptions {
  /** Letter case counts in paths. @default false */
  readonly caseSensitive?: boolean | undefined
  /** `req.params` holds the parameters of the router around, too. @default false */
  readonly mergeParams?: boolean | undefined
  /** A trailing slash counts. @default false */
  readonly strict?: boolean | undefined
  /** What `:name<own>` may ask for. */
  readonly constraints?: Constraints | undefined
  /**
   * A path that has routes, but none for the method, is an error of status 405 with `Allow`
   * instead of falling through. @default false
   */
  readonly methodNotAllowed?: boolean | undefined
  /**
   * Called when a layer has changed `req.url`; what it returns is matched from there on.
   */
  readonly canonicalTarget?: ((url: string) => string) | undefined
}

export interface RouterState {
  stack: Layer[]
  params: Record<string, ParamCallback[] | undefined>
  caseSensitive: boolean | undefined
  mergeParams: boolean | undefined
  strict: boolean | undefined
}

type RouterFunction = RouterState &
  ((req: object, res: object, next: (e?: unknown) => unknown) => void) & {
    handle(req: object, res: object, next: (e?: unknown) => unknown): void
    route(path: Path): Route
  }

export function createRouter(
  options: RouterOptions | undefined,
  prototype: object,
): RouterFunction {
  function router(req: object, res: object, next: (e?: unknown) => unknown) {
    self.handle(req, res, next)
  }
  const self = router as unknown as RouterFunction
  Object.setPrototypeOf(router, prototype)
  self.caseSensitive = options?.caseSensitive
  self.mergeParams = options?.mergeParams
  self.params = {}
  self.strict = options?.strict
  self.stack = []
  return self
}

export const routerPrototype: object = Object.assign(Object.create(Function.prototype) as object, {
  param(this: RouterFunction, name: unknown, fn: unknown) {
    if (!name) throw new TypeError('argument name is required')
    if (typeof name !== 'string') throw new TypeError('argument name must be a string')
    if (!fn) throw new TypeError('argument fn is required')
    if (typeof fn !== 'function') throw new TypeError('argument fn must be a function')
    ;(this.params[name] ??= []).push(fn as ParamCallback)
    return this
  },
  handle(this: RouterFunction, req: object, res: object, callback: (e?: unknown) => unknown) {
    if (!callback) throw new TypeError('argument callback is required')
    dispatch(this, req, res, callback)
  },
  use(this: RouterFunction, ...args: unknown[]) {
    let first = args[0]
    while (Array.isArray(first) && first.length > 0) first = first[0]
    const hasPath = typeof first !== 'function'
    const path = (hasPath ? args[0] : '/') as Path
    for (const handler of collectHandlers(hasPath ? args.slice(1) : args)) {
      const layer = new Layer(
        path,
        { sensitive: Boolean(this.caseSensitive), strict: false, prefix: true, constraints: {} },
        handler,
      )
      this.stack.push(layer)
    }
    return this
  },
  route(this: RouterFunction, path: Path) {
    const route = new Route(path)
    const layer = new Layer(
      path,
      {
        sensitive: Boolean(this.caseSensitive),
        strict: Boolean(this.strict),
        prefix: false,
        constraints: {},
      },
      function handle(req: object, res: object, next: (e?: unknown) => unknown) {
        route.dispatch(req, res, next)
      },
    )
    layer.route = route
    this.stack.push(layer)
    return route
  },
  listRoutes(this: RouterFunction) {
    return this.stack.flatMap((layer) => {
      const { route } = layer
      const router =
        route === undefined && Array.isArray((layer.handle as { stack?: unknown }).stack)
          ? layer.handle
          : undefined
      if (route === undefined && router === undefined) return []
      return [layer.rawPath]
        .flat(Infinity)
        .map((path) => ({ path, methods: route?._methods(true), router }))
    })
  },
})

for (const verb of [...VERBS, 'all']) {
  Object.assign(routerPrototype, {
    [verb](this: RouterFunction, path: Path, ...handlers: unknown[]) {
      const route = this.route(path) as unknown as Record<string, (...h: unknown[]) => unknown>
      route[verb]!(...handlers)
      return this
    },
  })
}
