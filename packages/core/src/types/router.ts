import type { Application } from './application.ts'
import type { RequestHandler, RequestHandlerParams, RequestParamHandler } from './handlers.ts'
import type { ParamsDictionary, ParamsFlatDictionary, ParsedQs, Request } from './request.ts'
import type { Response } from './response.ts'
import type { NextFunction } from './handlers.ts'
import type { Untyped } from './untyped.ts'

export type PathParams = string | RegExp | (string | RegExp)[]

/** The parameters a path literal names. */
export type RouteParameters<Route extends string | RegExp> = Route extends string
  ? ParamsDictionary
  : ParamsFlatDictionary

export interface IRouterMatcher<T> {
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

/** The methods every Node this package runs on can parse, as the names of functions. */
export type Verb =
  | 'get'
  | 'post'
  | 'put'
  | 'delete'
  | 'patch'
  | 'options'
  | 'head'
  | 'checkout'
  | 'connect'
  | 'copy'
  | 'lock'
  | 'merge'
  | 'mkactivity'
  | 'mkcol'
  | 'move'
  | 'm-search'
  | 'notify'
  | 'propfind'
  | 'proppatch'
  | 'purge'
  | 'report'
  | 'search'
  | 'subscribe'
  | 'trace'
  | 'unlock'
  | 'unsubscribe'
  | 'link'
  | 'unlink'

export type RouterVerbs<T> = { [name in Verb | 'all']: IRouterMatcher<T> }
export type RouteVerbs<T, Route extends string | RegExp> = {
  [name in Verb | 'all']: IRouterHandler<T, Route>
}

export interface ILayer {
  route?: IRoute
  name: string
  params?: Record<string, Untyped>
  keys: string[]
  path?: string
  method: string
  regexp: RegExp
  handle: (req: Request, res: Response, next: NextFunction) => Untyped
}

export interface IRoute<Route extends string | RegExp = string> extends RouteVerbs<
  IRoute<Route>,
  Route
> {
  path: string
  stack: ILayer[]
}

export interface IRouter extends RequestHandler, Omit<RouterVerbs<IRouter>, never> {
  param(name: string, handler: RequestParamHandler): this
  use: IRouterHandler<this> & IRouterMatcher<this>
  route<T extends string | RegExp>(prefix: T): IRoute<T>
  route(prefix: PathParams): IRoute
  stack: ILayer[]
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
