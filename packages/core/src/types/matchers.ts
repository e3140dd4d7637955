import type { AddedBy, Each } from './adds.ts'
import type { Handler, InlineHandler, RequestHandlerParams } from './handlers.ts'
import type { ParamsOf, PathParams, RouteParameters } from './paths.ts'
import type { Request, Response } from './request-response.ts'
import type { ParamsDictionary, ParsedQs } from './values.ts'

/** `app.get(path, …handlers)` and its sisters. */
export interface IRouterMatcher<T, _Method = any> {
  // First what most calls are, since the compiler tries one after the other and this one costs it least.
  <Route extends string>(path: Route, handler: InlineHandler<Request<ParamsOf<Route>>, Response>): T
  <Route extends string>(
    path: Route,
    ...handlers: InlineHandler<Request<ParamsOf<Route>>, Response>[]
  ): T
  /** A path with a name, for `router.url()`. */
  <Route extends string>(
    path: { readonly name: string; readonly path: Route },
    ...handlers: InlineHandler<Request<ParamsOf<Route>>, Response>[]
  ): T
  <
    Route extends string | RegExp,
    ResBody = any,
    ReqBody = any,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, any> = Record<string, any>,
  >(
    path: Route,
    ...handlers: InlineHandler<
      Request<RouteParameters<Route>, ResBody, ReqBody, ReqQuery, LocalsObj>,
      Response<ResBody, LocalsObj>
    >[]
  ): T
  <
    Route extends PathParams | { readonly name: string; readonly path: string },
    H extends unknown[],
  >(
    path: Route,
    ...handlers: { [Key in keyof H]: Each<H[Key], RouteParameters<Route>, AddedBy<H>> }
  ): T
  <
    P = ParamsDictionary,
    ResBody = any,
    ReqBody = any,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, any> = Record<string, any>,
  >(
    path: PathParams,
    ...handlers: InlineHandler<
      Request<P, ResBody, ReqBody, ReqQuery, LocalsObj>,
      Response<ResBody, LocalsObj>
    >[]
  ): T
  <
    P = ParamsDictionary,
    ResBody = any,
    ReqBody = any,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, any> = Record<string, any>,
  >(
    path: PathParams,
    ...handlers: RequestHandlerParams<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
  ): T
  /** Last for the sake of errors, which speak of the last. */
  (path: PathParams, ...handlers: Handler[]): T
}

/** `app.use(…handlers)`, `route.get(…handlers)`: without a path of their own. */
export interface IRouterHandler<T, Route extends string | RegExp = string> {
  <
    ResBody = any,
    ReqBody = any,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, any> = Record<string, any>,
  >(
    ...handlers: InlineHandler<
      Request<RouteParameters<Route>, ResBody, ReqBody, ReqQuery, LocalsObj>,
      Response<ResBody, LocalsObj>
    >[]
  ): T
  <H extends unknown[]>(
    ...handlers: { [Key in keyof H]: Each<H[Key], RouteParameters<Route>, AddedBy<H>> }
  ): T
  <
    P = RouteParameters<Route>,
    ResBody = any,
    ReqBody = any,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, any> = Record<string, any>,
  >(
    ...handlers: InlineHandler<
      Request<P, ResBody, ReqBody, ReqQuery, LocalsObj>,
      Response<ResBody, LocalsObj>
    >[]
  ): T
  <
    P = RouteParameters<Route>,
    ResBody = any,
    ReqBody = any,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, any> = Record<string, any>,
  >(
    ...handlers: RequestHandlerParams<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
  ): T
  /** Last for the sake of errors, which speak of the last. */
  (...handlers: Handler[]): T
}

/** `app.use`: with a path, with an app to mount, or with handlers alone. */
// In this order: that a text is no handler is found out by comparing it with all that handlers take.
export type ApplicationRequestHandler<T> = IRouterMatcher<T> & IRouterHandler<T>
