import type { IncomingMessage, ServerResponse } from 'node:http'

import type Router from '@tokkyu/router'
import type { RouteParams } from '@tokkyu/router'

import type { Application } from './application.ts'
import type { RequestHandler, RequestHandlerParams, RequestParamHandler } from './handlers.ts'
import type { ParamsDictionary, ParamsFlatDictionary, ParsedQs } from './request.ts'
import type { Untyped } from './untyped.ts'

export type PathParams = string | RegExp | (string | RegExp)[]

/** The parameters a path literal names; those of any other path are only known to be text. */
export type RouteParameters<Route> = Route extends RegExp
  ? ParamsFlatDictionary
  : string extends Route
    ? ParamsDictionary
    : Route extends string
      ? RouteParams<Route>
      : ParamsDictionary

export interface IRouterMatcher<T> {
  /** A path with a name, for `router.url()`. */
  <Route extends string>(
    path: { readonly name: string; readonly path: Route },
    ...handlers: RequestHandler<RouteParameters<Route>>[]
  ): T
  <
    Route extends string | RegExp,
    P = RouteParameters<Route>,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
  >(
    path: Route,
    ...handlers: RequestHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
  ): T
  <
    Route extends string | RegExp,
    P = RouteParameters<Route>,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
  >(
    path: Route,
    ...handlers: RequestHandlerParams<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
  ): T
  <
    P = ParamsDictionary,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
  >(
    path: PathParams,
    ...handlers: RequestHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
  ): T
  <
    P = ParamsDictionary,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
  >(
    path: PathParams,
    ...handlers: RequestHandlerParams<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
  ): T
  (path: PathParams, subApplication: Application): T
}

export interface IRouterHandler<T, Route extends string | RegExp = string> {
  (...handlers: RequestHandler<RouteParameters<Route>>[]): T
  (...handlers: RequestHandlerParams<RouteParameters<Route>>[]): T
  <
    P = RouteParameters<Route>,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
  >(
    ...handlers: RequestHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
  ): T
  <
    P = RouteParameters<Route>,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
  >(
    ...handlers: RequestHandlerParams<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
  ): T
}

/** One function per method, `get` apart: on an app it also reads settings. */
export interface Verbs {
  all: IRouterMatcher<this>
  post: IRouterMatcher<this>
  put: IRouterMatcher<this>
  delete: IRouterMatcher<this>
  patch: IRouterMatcher<this>
  options: IRouterMatcher<this>
  head: IRouterMatcher<this>
  checkout: IRouterMatcher<this>
  connect: IRouterMatcher<this>
  copy: IRouterMatcher<this>
  lock: IRouterMatcher<this>
  merge: IRouterMatcher<this>
  mkactivity: IRouterMatcher<this>
  mkcol: IRouterMatcher<this>
  move: IRouterMatcher<this>
  'm-search': IRouterMatcher<this>
  notify: IRouterMatcher<this>
  propfind: IRouterMatcher<this>
  proppatch: IRouterMatcher<this>
  purge: IRouterMatcher<this>
  report: IRouterMatcher<this>
  search: IRouterMatcher<this>
  subscribe: IRouterMatcher<this>
  trace: IRouterMatcher<this>
  unlock: IRouterMatcher<this>
  unsubscribe: IRouterMatcher<this>
  link: IRouterMatcher<this>
  unlink: IRouterMatcher<this>
  /** On the versions of Node that parse the method QUERY. */
  query?: IRouterMatcher<this>
}

/** How a router or a layer is called: by any pair of node:http, so that it fits everywhere. */
interface Callable {
  (req: IncomingMessage, res: ServerResponse, next: (error?: Untyped) => void): Untyped
}

export interface ILayer {
  route?: IRoute
  name: string
  params?: Record<string, Untyped>
  keys: string[]
  path?: string
  method: string
  regexp: RegExp
  handle: Callable
}

export interface IRoute<Route extends string | RegExp = string> {
  path: string
  stack: ILayer[]
  all: IRouterHandler<this, Route>
  get: IRouterHandler<this, Route>
  post: IRouterHandler<this, Route>
  put: IRouterHandler<this, Route>
  delete: IRouterHandler<this, Route>
  patch: IRouterHandler<this, Route>
  options: IRouterHandler<this, Route>
  head: IRouterHandler<this, Route>
  checkout: IRouterHandler<this, Route>
  connect: IRouterHandler<this, Route>
  copy: IRouterHandler<this, Route>
  lock: IRouterHandler<this, Route>
  merge: IRouterHandler<this, Route>
  mkactivity: IRouterHandler<this, Route>
  mkcol: IRouterHandler<this, Route>
  move: IRouterHandler<this, Route>
  'm-search': IRouterHandler<this, Route>
  notify: IRouterHandler<this, Route>
  propfind: IRouterHandler<this, Route>
  proppatch: IRouterHandler<this, Route>
  purge: IRouterHandler<this, Route>
  report: IRouterHandler<this, Route>
  search: IRouterHandler<this, Route>
  subscribe: IRouterHandler<this, Route>
  trace: IRouterHandler<this, Route>
  unlock: IRouterHandler<this, Route>
  unsubscribe: IRouterHandler<this, Route>
  link: IRouterHandler<this, Route>
  unlink: IRouterHandler<this, Route>
}

export interface IRouter extends Callable, Verbs {
  get: IRouterMatcher<this>
  param(name: string, handler: RequestParamHandler): this
  use: IRouterHandler<this> & IRouterMatcher<this>
  route<T extends string | RegExp>(prefix: T): IRoute<T>
  route(prefix: PathParams): IRoute
  routes: Router['routes']
  explain: Router['explain']
  url: Router['url']
  listRoutes: Router['listRoutes']
  stack: ILayer[]
}

/** Makes a router, with or without `new`. */
export interface RouterConstructor {
  (options?: RouterOptions): IRouter
  new (options?: RouterOptions): IRouter
}

export interface RouterOptions {
  /** Whether `/Foo` and `/foo` are different paths. @default false */
  caseSensitive?: boolean | undefined
  /** Whether `req.params` keeps the parent's parameters. @default false */
  mergeParams?: boolean | undefined
  /** Whether `/foo` and `/foo/` are different paths. @default false */
  strict?: boolean | undefined
  /** Whether a path with other methods answers 405 with `Allow`. @default false */
  methodNotAllowed?: boolean | undefined
}
