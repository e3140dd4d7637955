import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Explanation } from './tools/explain.ts'
import type { Layer } from './table/layer.ts'
import type { DefaultParams, RouteParams } from './path/types.ts'
import type { RouteNode } from './tools/route-tree.ts'
import type { UrlOptions, UrlParams } from './tools/route-url.ts'
import type { RouterOptions } from './table/router-state.ts'
import type {
  ErrorRequestHandler,
  NextFunction,
  Path,
  RequestHandler,
  RoutedRequest,
} from './types.ts'

/** Handlers come one by one, in lists, in lists of lists. */
export type HandlerArgument<H> = H | readonly HandlerArgument<H>[]

/** A path with a name, for `router.url()`. */
export interface NamedPath<T extends Path = Path> {
  /** The name, unique in its router. */
  readonly name: string
  /** The path. */
  readonly path: T
}

type AnyHandler<P, Req, Res> = RequestHandler<P, Req, Res> | ErrorRequestHandler<P, Req, Res>

/** `router.get(path, …handlers)` and its sisters. */
export interface RegisterPath<Self, Req, Res> {
  <const T extends Path>(
    path: T | NamedPath<T>,
    ...handlers: HandlerArgument<RequestHandler<RouteParams<T>, Req, Res>>[]
  ): Self
  <const T extends Path>(
    path: T | NamedPath<T>,
    ...handlers: HandlerArgument<AnyHandler<RouteParams<T>, Req, Res>>[]
  ): Self
  <P>(path: Path | NamedPath, ...handlers: HandlerArgument<RequestHandler<P, Req, Res>>[]): Self
  <P>(path: Path | NamedPath, ...handlers: HandlerArgument<AnyHandler<P, Req, Res>>[]): Self
}

/** `route.get(…handlers)` and its sisters. */
export interface RegisterHandlers<Self, P, Req, Res> {
  (...handlers: HandlerArgument<RequestHandler<P, Req, Res>>[]): Self
  (...handlers: HandlerArgument<AnyHandler<P, Req, Res>>[]): Self
  <Q>(...handlers: HandlerArgument<RequestHandler<Q, Req, Res>>[]): Self
}

/** The verbs of `node:http`, as Express spells them. */
export type Verb =
  | ('acl' | 'bind' | 'checkout' | 'connect' | 'copy' | 'delete' | 'get' | 'head' | 'link')
  | ('lock' | 'm-search' | 'merge' | 'mkactivity' | 'mkcalendar' | 'mkcol' | 'move' | 'notify')
  | ('options' | 'patch' | 'post' | 'propfind' | 'proppatch' | 'purge' | 'put' | 'query')
  | ('rebind' | 'report' | 'search' | 'source' | 'subscribe' | 'trace' | 'unbind' | 'unlink')
  | ('unlock' | 'unsubscribe')

/** One path with its handlers, by method. */
export type RouteInstance<P = DefaultParams, Req = RoutedRequest, Res = ServerResponse> = {
  [V in Verb | 'all']: RegisterHandlers<RouteInstance<P, Req, Res>, P, Req, Res>
} & {
  path: Path
  stack: Layer[]
  methods: Record<string, boolean>
  dispatch(req: IncomingMessage, res: ServerResponse, done: (error?: unknown) => unknown): void
}

export interface RouteConstructor {
  new <const T extends Path>(path: T): RouteInstance<RouteParams<T>>
}

/** Called with the value of a parameter, before the layers that captured it. */
export type ParamHandler<Req = RoutedRequest, Res = ServerResponse> = (
  req: Req & { params: DefaultParams },
  res: Res,
  next: NextFunction,
  // oxlint-disable-next-line typescript/no-explicit-any -- as in Express: text, or text[] of a splat
  value: any,
  name: string,
) => unknown

interface ListedRoute {
  readonly path: string | RegExp
  readonly methods: string[] | undefined
  readonly router: unknown
}

type VerbMethods<Self, Req, Res> = { [V in Verb | 'all']: RegisterPath<Self, Req, Res> }

/** A router of requests `Req` and responses `Res`; a middleware itself. */
export interface RouterInstance<Req = RoutedRequest, Res = ServerResponse> extends VerbMethods<
  RouterInstance<Req, Res>,
  Req,
  Res
> {
  (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => unknown): void
  /** The option of that name. */
  readonly caseSensitive: boolean | undefined
  /** The option of that name. */
  readonly mergeParams: boolean | undefined
  /** The option of that name. */
  readonly strict: boolean | undefined
  /** The layers, in the order they were added. Changing the list changes the router. */
  stack: Layer[]
  /** The callbacks of `param`, by name. */
  params: Record<string, unknown>

  /** Registers middleware for every method and all paths below. @example router.use('/api', api) */
  use(...handlers: HandlerArgument<RequestHandler<DefaultParams, Req, Res>>[]): this
  use(...handlers: HandlerArgument<AnyHandler<DefaultParams, Req, Res>>[]): this
  use<const T extends Path>(
    path: T,
    ...handlers: HandlerArgument<RequestHandler<RouteParams<T>, Req, Res>>[]
  ): this
  use<const T extends Path>(
    path: T,
    ...handlers: HandlerArgument<AnyHandler<RouteParams<T>, Req, Res>>[]
  ): this

  /** One path whose methods are registered in a row. @example router.route('/users').get(list).post(create) */
  route<const T extends Path>(path: T | NamedPath<T>): RouteInstance<RouteParams<T>, Req, Res>
  /**
   * Registers handlers for WebSocket handshakes: requests that whoever listens for `upgrade` dispatches with
   * the method `WS`, which no request over HTTP has. The routes of other methods, `all` included, do not see
   * them.
   *
   * @example router.ws('/chat', (req, res, next) => accept(req, res))
   */
  ws: RegisterPath<RouterInstance<Req, Res>, Req, Res>
  /** Registers a callback for the value of a parameter. @example router.param('id', loadUser) */
  param(name: string, handler: ParamHandler<Req, Res>): this
  /** Dispatches one request; `done` is called when no layer has answered. */
  handle(req: IncomingMessage, res: ServerResponse, done: (error?: unknown) => unknown): void
  /**
   * Writes the URL of a named route of this router, or of one mounted in it.
   *
   * @example router.url('user', { id: 7 }, { query: { tab: 'posts' } }) // '/users/7?tab=posts'
   * @throws {UnknownRouteError} `ROUTER_UNKNOWN_NAME`
   * @throws {UrlParamError} `ROUTER_URL_PARAM` for a parameter that is missing or does not fit.
   */
  url(name: string, params?: UrlParams, options?: UrlOptions): string
  /** All layers with those of mounted routers, as plain data. */
  routes(): readonly RouteNode[]
  /**
   * What each layer would do with a request, and who would answer; nothing is run.
   *
   * @example console.log(String(router.explain('GET', '/users/7')))
   */
  explain(method: string, url: string): Explanation
  /**
   * The first route of this router alone that answers, with its parameters; nothing is run.
   *
   * @param path - percent-encoded, without a query.
   */
  find(
    method: string,
    path: string,
  ): { readonly route: RouteInstance; readonly params: Record<string, unknown> } | undefined
  /** One entry for each path of this router alone, as `router` 2.3 has it; see `routes()`. */
  listRoutes(): ListedRoute[]
}

/** Makes a router, with or without `new`. */
export interface RouterConstructor {
  <Req = RoutedRequest, Res = ServerResponse>(options?: RouterOptions): RouterInstance<Req, Res>
  new <Req = RoutedRequest, Res = ServerResponse>(options?: RouterOptions): RouterInstance<Req, Res>
  /** What all routers inherit. */
  readonly prototype: RouterInstance
  /** This function. */
  readonly Router: RouterConstructor
}
