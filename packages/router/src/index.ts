import type { ServerResponse } from 'node:http'
import * as names from './names.ts'
import { createRouter, routerPrototype } from './router.ts'

/**
 * A router: layers in order, Express's semantics, callable as a middleware.
 *
 * @example
 * const router = new Router()
 * router.get('/hello/:name', (req, res) => res.end(`Hello ${req.params.name}`))
 * http.createServer((req, res) => router(req, res, finalHandler(req, res)))
 */
const Router: names.RouterConstructor & typeof names = createConstructor()
type Router<Req = names.RoutedRequest, Res = ServerResponse> = names.RouterInstance<Req, Res>

// What has a type only, once more for `import Router = require(…)`: `Router.RequestHandler` and so on.
declare namespace Router {
  type DefaultParams = names.DefaultParams
  type ErrorRequestHandler<
    P = DefaultParams,
    Req = RoutedRequest,
    Res = ServerResponse,
  > = names.ErrorRequestHandler<P, Req, Res>
  type NextFunction = names.NextFunction
  type Path = names.Path
  type PathCapture = names.PathCapture
  type PathForm = names.PathForm
  type RequestHandler<
    P = DefaultParams,
    Req = RoutedRequest,
    Res = ServerResponse,
  > = names.RequestHandler<P, Req, Res>
  type Route<P = DefaultParams> = names.Route<P>
  type RoutedRequest = names.RoutedRequest
  type RouteNode = names.RouteNode
  type RouteParams<T, Unknown = DefaultParams> = names.RouteParams<T, Unknown>
  type RouterOptions = names.RouterOptions
  type RouteStep = names.RouteStep
}

function construct(this: unknown, options?: names.RouterOptions): object {
  const self = new.target as unknown as { readonly prototype: object } | undefined
  return createRouter(options, self?.prototype ?? routerPrototype)
}

function createConstructor(): names.RouterConstructor & typeof names {
  const constructor = construct as unknown as names.RouterConstructor // with `new` and without
  Object.defineProperties(constructor, {
    name: { value: 'Router', configurable: true },
    prototype: { value: routerPrototype },
  })
  Object.defineProperty(routerPrototype, 'constructor', {
    value: constructor,
    writable: true,
    configurable: true,
  })
  return Object.assign(constructor, names, { Router: constructor })
}

export { Router }
export * from './names.ts'
export default Router
