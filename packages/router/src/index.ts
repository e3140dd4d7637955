import {
  DuplicateRouteError,
  MethodNotAllowedError,
  ParamDecodeError,
  PathSyntaxError,
  UnknownRouteError,
  UrlParamError,
} from './errors.ts'
import { Route as RouteClass } from './route.ts'
import type {
  RouteConstructor,
  RouteInstance,
  RouterConstructor,
  RouterInstance,
} from './router-types.ts'
import { createRouter, routerPrototype } from './router.ts'
import type { RouterOptions as Options } from './table/router-state.ts'
import type { ServerResponse } from 'node:http'
import type { DefaultParams as AnyParams, RouteParams as ParamsOfPath } from './path/types.ts'
import type { PathCapture as Capture, PathForm as Form } from './tools/path-forms.ts'
import type { RouteNode as Node, RouteStep as Step } from './tools/route-tree.ts'
import type {
  ErrorRequestHandler as HandleError,
  NextFunction as Next,
  Path as AnyPath,
  RequestHandler as Handle,
  RoutedRequest as IncomingRequest,
} from './types.ts'

/**
 * A router: layers in order, Express's semantics, callable as a middleware.
 *
 * @example
 * const router = new Router()
 * router.get('/hello/:name', (req, res) => res.end(`Hello ${req.params.name}`))
 * http.createServer((req, res) => router(req, res, finalHandler(req, res)))
 */
const Router = function Router(options?: Options) {
  const self = new.target as unknown as { readonly prototype: object } | undefined
  return createRouter(options, self?.prototype ?? routerPrototype)
} as unknown as RouterConstructor

Object.defineProperty(Router, 'prototype', { value: routerPrototype })
Object.defineProperty(routerPrototype, 'constructor', {
  value: Router,
  writable: true,
  configurable: true,
})

const Route = RouteClass as unknown as RouteConstructor
type Route<P = AnyParams> = RouteInstance<P>

Object.assign(Router, {
  Router,
  Route,
  DuplicateRouteError,
  MethodNotAllowedError,
  ParamDecodeError,
  PathSyntaxError,
  UnknownRouteError,
  UrlParamError,
})

type Router<Req = IncomingRequest, Res = ServerResponse> = RouterInstance<Req, Res>

// The public types once more, as `Router.RequestHandler` and so on for `import Router from …`.
declare namespace Router {
  type RouterOptions = Options
  type Route<P = AnyParams> = RouteInstance<P>
  type RouteParams<T> = ParamsOfPath<T>
  type DefaultParams = AnyParams
  type RouteNode = Node
  type RouteStep = Step
  type PathForm = Form
  type PathCapture = Capture
  type Path = AnyPath
  type NextFunction = Next
  type RoutedRequest = IncomingRequest
  type RequestHandler<P = AnyParams, Req = IncomingRequest, Res = ServerResponse> = Handle<
    P,
    Req,
    Res
  >
  type ErrorRequestHandler<
    P = AnyParams,
    Req = IncomingRequest,
    Res = ServerResponse,
  > = HandleError<P, Req, Res>
}

export {
  Router,
  Route,
  DuplicateRouteError,
  MethodNotAllowedError,
  ParamDecodeError,
  PathSyntaxError,
  UnknownRouteError,
  UrlParamError,
}
export type { Constraint, Constraints } from './path/constraints.ts'
export type { ExplainedLayer, Explanation, Verdict } from './tools/explain.ts'
export type { PathCapture, PathForm } from './tools/path-forms.ts'
export type { RouteNode, RouteStep } from './tools/route-tree.ts'
export type { UrlOptions, UrlParam, UrlParams } from './tools/route-url.ts'
export type { RouterOptions } from './table/router-state.ts'
export type { DefaultParams, RouteParams } from './path/types.ts'
export type {
  ErrorRequestHandler,
  NextFunction,
  Path,
  RequestHandler,
  RoutedRequest,
} from './types.ts'
export type {
  HandlerArgument,
  NamedPath,
  ParamHandler,
  RegisterHandlers,
  RegisterPath,
  RouteInstance,
  RouterConstructor,
  RouterInstance,
  Verb,
} from './router-types.ts'
export default Router
