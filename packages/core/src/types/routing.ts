import type { IncomingMessage, ServerResponse } from 'node:http'

import type Router from '@tokkyu/router'

import type { RequestParamHandler } from './handlers.ts'
import type { ApplicationRequestHandler, IRouterMatcher } from './matchers.ts'
import type { RouterOptions } from './options.ts'
import type { PathParams } from './paths.ts'
import type { Request, Response } from './request-response.ts'
import type { ILayer, IRoute } from './route.ts'
import type { IWebSocketMatcher } from './web-socket-route.ts'

/** What registers handlers: an app or a router. One function for each method that node parses. */
export interface Registering {
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
