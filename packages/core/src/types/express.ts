import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

import type Router from '@tokkyu/router'
import type { RouteParams } from '@tokkyu/router'

import type { ApplicationMembers, EngineFunction, Listens } from './application-members.ts'
import type { GlobalApplication, GlobalLocals, GlobalRequest, GlobalResponse } from './global.ts'
import type { RouterOptions } from './options.ts'
import type { RequestMembers } from './request-members.ts'
import type { ResponseMembers } from './response-members.ts'
import type { ParamsDictionary, ParamsFlatDictionary, ParsedQs } from './values.ts'
import type { ServerWebSocket, WebSocketOptions } from './web-socket.ts'

// The types that name one another: requests and responses know their app, the app its handlers, and
// handlers the requests. One file, since no order among them has all arrows pointing down. The names and
// their type arguments are those of `@types/express-serve-static-core`; `any` stands where it has `any`.

/**
 * A request as handlers get it: node's, with what Express and its middleware add.
 *
 * - `P`: the route's parameters; `ReqBody`, `ReqQuery`: what a parser and the query parser make of the
 *   request; `ResBody`, `LocalsObj`: as in {@link Response}.
 */
// `out` says what the compiler would find out by comparing all members, each time it is asked anew.
export interface Request<
  out P = ParamsDictionary,
  out ResBody = any,
  out ReqBody = any,
  out ReqQuery = ParsedQs,
  out LocalsObj extends Record<string, any> = Record<string, any>,
>
  extends IncomingMessage, GlobalRequest, RequestMembers {
  // Declared again because `IncomingMessage` says less of them.
  /** The target as the current router sees it: canonical, without the path it is mounted at. */
  url: string
  /** The method, in upper case. */
  method: string
  /** What a body parser made of the body; undefined without one. */
  body: ReqBody
  /** The parameters of the path, decoded and, with a constraint, converted. */
  params: P
  /** The query, read by the setting `query parser`. */
  query: ReqQuery
  /** The app that is handling the request. */
  app: HandlingApp
  /** The response to this request. */
  res?: Response<ResBody, LocalsObj> | undefined
  /** Passes the request on, for methods that hand errors on. */
  next?: NextFunction | undefined
}

/** Data for one request's views: `Express.Locals`, extended by whoever adds some. */
export interface Locals extends GlobalLocals {}

/**
 * A response as handlers get it.
 *
 * - `ResBody`: what `send`, `json` and `jsonp` take; `LocalsObj`: data for the view; `StatusCode`: the
 *   statuses that may be set.
 */
export interface Response<
  out ResBody = any,
  out LocalsObj extends Record<string, any> = Record<string, any>,
  out StatusCode extends number = number,
>
  extends ServerResponse, GlobalResponse, ResponseMembers<ResBody, StatusCode> {
  /** Whether the status line and the headers have left. */
  headersSent: boolean
  /** Data for the views of this answer. */
  locals: LocalsObj & Locals
  /** The app that is handling the request. */
  app: HandlingApp
  /** The request that is answered. */
  req: Request<any>
}

/** What `res.send` and `res.json` are, as a type of its own. */
export type Send<ResBody = any, T = Response<ResBody>> = (body?: ResBody) => T

/**
 * Passes control on; with an error, to the error handlers; with `'route'` or `'router'` past the rest of it.
 *
 * `await next()` waits until everything that follows has settled.
 */
export interface NextFunction {
  (error?: any): void
  (deferToNext: 'router'): void
  (deferToNext: 'route'): void
}

/**
 * {@link NextFunction} as handlers get it that are written where they are registered: its result has
 * `then`. `void` is part of it, so that `(req, res, next): void => next()` compiles and no rule asks for
 * an `await`; a function that returns nothing does for a `NextFunction`.
 */
export interface AwaitableNext {
  (error?: any): void & PromiseLike<void>
  (deferToNext: 'router'): void & PromiseLike<void>
  (deferToNext: 'route'): void & PromiseLike<void>
}

/** A middleware or a handler. */
export interface RequestHandler<
  P = ParamsDictionary,
  ResBody = any,
  ReqBody = any,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, any> = Record<string, any>,
> {
  (
    req: Request<P, ResBody, ReqBody, ReqQuery, LocalsObj>,
    res: Response<ResBody, LocalsObj>,
    next: NextFunction,
  ): unknown
}

/** Express's other name for it. */
export interface Handler extends RequestHandler {}

/** An error handler, told by its four arguments. */
export type ErrorRequestHandler<
  P = ParamsDictionary,
  ResBody = any,
  ReqBody = any,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, any> = Record<string, any>,
> = (
  error: any,
  req: Request<P, ResBody, ReqBody, ReqQuery, LocalsObj>,
  res: Response<ResBody, LocalsObj>,
  next: NextFunction,
) => unknown

/** What may stand where handlers are registered. */
export type RequestHandlerParams<
  P = ParamsDictionary,
  ResBody = any,
  ReqBody = any,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, any> = Record<string, any>,
> =
  | RequestHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>
  | ErrorRequestHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>
  | (RequestHandler<P> | ErrorRequestHandler<P>)[]

/** Called with the value of a parameter, before the layers that captured it. */
export type RequestParamHandler = (
  req: Request,
  res: Response,
  next: NextFunction,
  value: any,
  name: string,
) => any

declare const ADDS: unique symbol

/**
 * A middleware that adds to the request, for the handlers behind it in the same call.
 *
 * @example
 *   const signedIn: Adds<{ user: User }> = (req, res, next) => { req.user = …; next() }
 *   app.get('/me', signedIn, (req, res) => res.json(req.user))
 */
export interface Adds<T extends object> {
  (
    req: Request<any> & Partial<T> & { readonly [ADDS]: T },
    res: Response,
    next: AwaitableNext,
  ): unknown
  /** Never there: what `AddedBy` reads. The one on the request keeps it from fitting {@link InlineHandler}. */
  readonly [ADDS]?: T
}

/** A handler written where it is registered. */
type InlineHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj extends Record<string, any>> = (
  req: Request<P, ResBody, ReqBody, ReqQuery, LocalsObj>,
  res: Response<ResBody, LocalsObj>,
  next: AwaitableNext,
) => unknown

/** The same, where nothing is said of bodies and queries. */
type PlainHandler<P> = (req: Request<P>, res: Response, next: AwaitableNext) => unknown

type AnyFunction = (...args: never[]) => unknown

type Nested<H> = H | readonly Nested<H>[]

/** A handler behind others, whose requests have what those add. */
type BehindOthers<P, Added> = Nested<
  (req: RequestWith<P, Added>, res: Response, next: AwaitableNext) => unknown
>

/**
 * A request with what middleware added. What the request has already is replaced: beside the `any` of
 * `req.body` nothing else would be known of it.
 */
type RequestWith<P, Added> = unknown extends Added
  ? Request<P>
  : Replaced<
      Request<In<Added, 'params', P>, any, In<Added, 'body', any>, In<Added, 'query', ParsedQs>>,
      Omit<Added, 'params' | 'body' | 'query'>
    >

type In<Added, Key extends string, Else> = Added extends { readonly [K in Key]: infer T } ? T : Else

type Replaced<Req, More> = keyof Req & keyof More extends infer Both extends keyof Req
  ? [Both] extends [never]
    ? Req & More
    : Omit<Req, Both> & More
  : never

/**
 * Each of several handlers: as it is, if it is a function of somebody else's, whatever typings that was
 * made for; ours, if it is written here. (The compiler leaves a function without annotations out of its
 * first pass, so its `H` is still unknown.)
 */
type Each<H, P, Added> = unknown extends H
  ? BehindOthers<P, Added>
  : H extends AnyFunction | readonly unknown[]
    ? H
    : BehindOthers<P, Added>

/** What all of them add. */
type AddedBy<H> = H extends readonly [infer First, ...infer Rest]
  ? (First extends { readonly [ADDS]?: infer T } ? T : unknown) & AddedBy<Rest>
  : unknown

/** Where a layer applies. */
export type PathParams = string | RegExp | (string | RegExp)[]

/** The parameters a path literal names; those of any other path are only known to be text. */
export type RouteParameters<Route> = Route extends { readonly path: infer Path }
  ? RouteParameters<Path>
  : Route extends RegExp
    ? ParamsFlatDictionary
    : string extends Route
      ? ParamsDictionary
      : Route extends string
        ? RouteParams<Route>
        : ParamsDictionary

/**
 * The parameters of a path, looked up so that the compiler does not try to tell the path from the handler
 * again: it would walk through all branches of `RouteParams`. (`NoInfer` is of TypeScript 5.4.)
 */
type ParamsOf<Route extends string> = {
  are: RouteParams<Route, ParamsDictionary>
}[Route extends unknown ? 'are' : never]

/** `app.get(path, …handlers)` and its sisters. */
export interface IRouterMatcher<T, _Method = any> {
  // First what most calls are, since the compiler tries one after the other and this one costs it least.
  <Route extends string>(path: Route, ...handlers: PlainHandler<ParamsOf<Route>>[]): T
  /** A path with a name, for `router.url()`. */
  <Route extends string>(
    path: { readonly name: string; readonly path: Route },
    ...handlers: PlainHandler<ParamsOf<Route>>[]
  ): T
  <
    Route extends string | RegExp,
    ResBody = any,
    ReqBody = any,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, any> = Record<string, any>,
  >(
    path: Route,
    ...handlers: InlineHandler<RouteParameters<Route>, ResBody, ReqBody, ReqQuery, LocalsObj>[]
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
    ...handlers: InlineHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
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

/** What talks to one client: called with its socket, and the request by which it was opened. */
export type WebSocketHandler<P = ParamsDictionary> = (
  socket: ServerWebSocket,
  req: Request<P>,
) => unknown

/** A middleware of a WebSocket route, before there is a socket. */
type BeforeSocket<P> = Nested<(req: Request<P>, res: Response, next: AwaitableNext) => unknown>

/** `app.ws(path, [options], …middleware, handler)` */
export interface IWebSocketMatcher<T> {
  // One for each length: of functions behind a rest parameter the compiler would not know which is the last.
  <const Route extends WebSocketPath>(
    path: Route,
    handler: WebSocketHandler<RouteParameters<Route>>,
  ): T
  <const Route extends WebSocketPath>(
    path: Route,
    first: WebSocketOptions | BeforeSocket<RouteParameters<Route>>,
    handler: WebSocketHandler<RouteParameters<Route>>,
  ): T
  <const Route extends WebSocketPath>(
    path: Route,
    first: WebSocketOptions | BeforeSocket<RouteParameters<Route>>,
    second: BeforeSocket<RouteParameters<Route>>,
    handler: WebSocketHandler<RouteParameters<Route>>,
  ): T
  <const Route extends WebSocketPath>(
    path: Route,
    first: WebSocketOptions | BeforeSocket<RouteParameters<Route>>,
    second: BeforeSocket<RouteParameters<Route>>,
    third: BeforeSocket<RouteParameters<Route>>,
    handler: WebSocketHandler<RouteParameters<Route>>,
  ): T
  <P = ParamsDictionary>(
    path: WebSocketPath,
    first: WebSocketOptions | BeforeSocket<P>,
    ...handlers: [...BeforeSocket<P>[], WebSocketHandler<P>]
  ): T
}

type WebSocketPath =
  | PathParams
  | readonly (string | RegExp)[]
  | { readonly name: string; readonly path: string }

/** `app.use(…handlers)`, `route.get(…handlers)`: without a path of their own. */
export interface IRouterHandler<T, Route extends string | RegExp = string> {
  <
    ResBody = any,
    ReqBody = any,
    ReqQuery = ParsedQs,
    LocalsObj extends Record<string, any> = Record<string, any>,
  >(
    ...handlers: InlineHandler<RouteParameters<Route>, ResBody, ReqBody, ReqQuery, LocalsObj>[]
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
    ...handlers: InlineHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>[]
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

/** A layer as tools read it. */
export interface ILayer {
  /** The route, of a layer that is one. */
  route?: IRoute
  /** The name of its handler. */
  name: string
  /** The parameters of the path it matched last. */
  params?: Record<string, any>
  /** The names of its parameters. */
  keys: string[]
  /** The path it matched last. */
  path?: string
  /** The method it answers, in a route. */
  method: string
  /** The path as an expression, in Express 4. */
  regexp: RegExp
  /** Its handler. */
  handle: (req: Request, res: Response, next: NextFunction) => any
}

/** One path with its handlers, by method: `app.route('/users').get(list).post(create)`. */
export interface IRoute<Route extends string | RegExp = string> {
  /** The path as it was registered. */
  path: string
  /** Its handlers, in the order in which they were added. */
  stack: ILayer[]
  /** Handlers for every method. */
  all: IRouterHandler<this, Route>
  /** Handlers for GET and, with it, HEAD. @example app.route('/users').get(list) */
  get: IRouterHandler<this, Route>
  /** Handlers for POST. */
  post: IRouterHandler<this, Route>
  /** Handlers for PUT. */
  put: IRouterHandler<this, Route>
  /** Handlers for DELETE. */
  delete: IRouterHandler<this, Route>
  /** Handlers for PATCH. */
  patch: IRouterHandler<this, Route>
  /** Handlers for OPTIONS; without them, it is answered from the routes. */
  options: IRouterHandler<this, Route>
  /** Handlers for HEAD; without them, those for GET answer. */
  head: IRouterHandler<this, Route>
  /** Handlers for CHECKOUT. */
  checkout: IRouterHandler<this, Route>
  /** Handlers for CONNECT. */
  connect: IRouterHandler<this, Route>
  /** Handlers for COPY. */
  copy: IRouterHandler<this, Route>
  /** Handlers for LOCK. */
  lock: IRouterHandler<this, Route>
  /** Handlers for MERGE. */
  merge: IRouterHandler<this, Route>
  /** Handlers for MKACTIVITY. */
  mkactivity: IRouterHandler<this, Route>
  /** Handlers for MKCOL. */
  mkcol: IRouterHandler<this, Route>
  /** Handlers for MOVE. */
  move: IRouterHandler<this, Route>
  /** Handlers for M-SEARCH. */
  'm-search': IRouterHandler<this, Route>
  /** Handlers for NOTIFY. */
  notify: IRouterHandler<this, Route>
  /** Handlers for PROPFIND. */
  propfind: IRouterHandler<this, Route>
  /** Handlers for PROPPATCH. */
  proppatch: IRouterHandler<this, Route>
  /** Handlers for PURGE. */
  purge: IRouterHandler<this, Route>
  /** Handlers for REPORT. */
  report: IRouterHandler<this, Route>
  /** Handlers for SEARCH. */
  search: IRouterHandler<this, Route>
  /** Handlers for SUBSCRIBE. */
  subscribe: IRouterHandler<this, Route>
  /** Handlers for TRACE. */
  trace: IRouterHandler<this, Route>
  /** Handlers for UNLOCK. */
  unlock: IRouterHandler<this, Route>
  /** Handlers for UNSUBSCRIBE. */
  unsubscribe: IRouterHandler<this, Route>
  /** Handlers for LINK. */
  link: IRouterHandler<this, Route>
  /** Handlers for UNLINK. */
  unlink: IRouterHandler<this, Route>
}

/** What registers handlers: an app or a router. One function for each method that node parses. */
interface Registering {
  /** Registers handlers for every method. @example app.all('/old', (req, res) => res.redirect('/new')) */
  all: IRouterMatcher<this>
  /** Registers handlers for POST: creates, or does something: `app.post('/users', handler)`. */
  post: IRouterMatcher<this>
  /** Registers handlers for PUT: replaces what is at the path. */
  put: IRouterMatcher<this>
  /** Registers handlers for DELETE: removes what is at the path. */
  delete: IRouterMatcher<this>
  /** Registers handlers for PATCH: changes a part of what is at the path. */
  patch: IRouterMatcher<this>
  /** Registers handlers for OPTIONS: answers what the path allows; without it, OPTIONS is answered from the routes. */
  options: IRouterMatcher<this>
  /** Registers handlers for HEAD: answers HEAD; without it, `get` does, and its body is dropped. */
  head: IRouterMatcher<this>
  /** Registers handlers for CHECKOUT. */
  checkout: IRouterMatcher<this>
  /** Registers handlers for CONNECT. */
  connect: IRouterMatcher<this>
  /** Registers handlers for COPY. */
  copy: IRouterMatcher<this>
  /** Registers handlers for LOCK. */
  lock: IRouterMatcher<this>
  /** Registers handlers for MERGE. */
  merge: IRouterMatcher<this>
  /** Registers handlers for MKACTIVITY. */
  mkactivity: IRouterMatcher<this>
  /** Registers handlers for MKCOL. */
  mkcol: IRouterMatcher<this>
  /** Registers handlers for MOVE. */
  move: IRouterMatcher<this>
  /** Registers handlers for M-SEARCH. */
  'm-search': IRouterMatcher<this>
  /** Registers handlers for NOTIFY. */
  notify: IRouterMatcher<this>
  /** Registers handlers for PROPFIND. */
  propfind: IRouterMatcher<this>
  /** Registers handlers for PROPPATCH. */
  proppatch: IRouterMatcher<this>
  /** Registers handlers for PURGE. */
  purge: IRouterMatcher<this>
  /** Registers handlers for REPORT. */
  report: IRouterMatcher<this>
  /** Registers handlers for SEARCH. */
  search: IRouterMatcher<this>
  /** Registers handlers for SUBSCRIBE. */
  subscribe: IRouterMatcher<this>
  /** Registers handlers for TRACE. */
  trace: IRouterMatcher<this>
  /** Registers handlers for UNLOCK. */
  unlock: IRouterMatcher<this>
  /** Registers handlers for UNSUBSCRIBE. */
  unsubscribe: IRouterMatcher<this>
  /** Registers handlers for LINK. */
  link: IRouterMatcher<this>
  /** Registers handlers for UNLINK. */
  unlink: IRouterMatcher<this>
  /**
   * Opens WebSockets: middleware runs for the handshake as for any request, and may answer in its place; then
   * the handler gets the socket. Pages of other origins are refused with 403 unless the options say otherwise.
   *
   * @throws {TypeError} `ARGUMENT_INVALID`, or a RangeError, for options that cannot be meant.
   * @example app.ws('/rooms/:id<int>', signedIn, (socket, req) => socket.send(`room ${req.params.id}`))
   */
  ws: IWebSocketMatcher<this>
  /** On the versions of Node that parse the method QUERY. */
  query?: IRouterMatcher<this>
  /** Registers middleware for every method and all paths below. @example app.use('/api', cors()) */
  use: ApplicationRequestHandler<this>
  /** One path whose methods are registered in a row. @example app.route('/users').get(list).post(create) */
  route<T extends string | RegExp>(prefix: T): IRoute<T>
  route(prefix: PathParams): IRoute
  /** The layers, in the order in which they were added. */
  stack: ILayer[]
}

/** A router: a middleware that has layers of its own. */
export interface IRouter extends Registering {
  (req: Request | IncomingMessage, res: Response | ServerResponse, next: (error?: any) => void): any
  /** Registers handlers for GET and, with it, HEAD. @example router.get('/:id', show) */
  get: IRouterMatcher<this>
  /** Registers a callback for the value of a parameter. @example router.param('id', loadUser) */
  param(name: string, handler: RequestParamHandler): this
  /** The whole tree of routes below. */
  routes: Router['routes']
  /** What each layer would make of a request, and why. */
  explain: Router['explain']
  /** The URL of a named route, of this router or of one mounted in it. */
  url: Router['url']
  /** One entry for each path of this router alone. */
  listRoutes: Router['listRoutes']
}

/** Makes a router, with or without `new`. */
export interface RouterConstructor {
  (options?: RouterOptions): IRouter
  new (options?: RouterOptions): IRouter
}

/** An app: a function for `http.createServer` that registers handlers. */
export interface Application<LocalsObj extends Record<string, any> = Record<string, any>>
  extends EventEmitter, Registering, ApplicationMembers, Listens, GlobalApplication {
  // For `http2.createServer(app)`, whose pair is made ours.
  (req: Http2ServerRequest, res: Http2ServerResponse): any
  (req: Request | IncomingMessage, res: Response | ServerResponse): any
  (req: Request | IncomingMessage, res: Response | ServerResponse, next: (error?: any) => void): any
  /** Dispatches one request; without `callback` the final handler answers what is left. */
  handle(
    req: Request | IncomingMessage,
    res: Response | ServerResponse,
    callback?: (error?: any) => void,
  ): any
  /** Reads a setting, or registers handlers for GET and HEAD. @example app.get('/users/:id<int>', show) */
  get: ((name: string) => any) & IRouterMatcher<this>
  /** Registers a callback for the value of one or several parameters. @example app.param('id', loadUser) */
  param(name: string | string[], handler: RequestParamHandler): this
  /** The app's router; made when first touched. */
  readonly router: IRouter
  /** Engines by extension, `.` included. */
  engines: Record<string, EngineFunction>
  /** Views that were looked up, by name. */
  cache: Record<string, any>
  /** Data for every view of the app. */
  locals: LocalsObj & Locals
  /** The app that this one is mounted in. */
  parent?: Application
  /** What the app's requests inherit; additions show in all of them. */
  request: Request
  /** What the app's responses inherit; additions show in all of them. */
  response: Response
}

/**
 * `req.app`: an {@link Application} whose functions that register handlers, or listen, take anything. A request is
 * there to read settings and locals; and compared by those functions, overload by overload, hardly any two
 * versions of Express's typings would find a request of the other one fit. Without what theirs lacks: a
 * function that takes our request would refuse theirs.
 */
export interface HandlingApp
  extends
    EventEmitter,
    ApplicationMembers,
    GlobalApplication,
    Record<
      Exclude<keyof Registering, 'stack' | 'query' | 'ws'> | 'param' | keyof Listens,
      (...args: any[]) => any
    > {
  (req: any, res: any, next?: any): any
  /** The value of a setting. @example req.app.get('trust proxy') */
  get: (...args: any[]) => any
  /** The layers of the app's router. */
  stack: any[]
  /** The app's router. */
  router: any
  /** Data for every view of the app. */
  locals: Record<string, any> & Locals
}

/** What `express()` returns. */
export interface Express extends Application {}
