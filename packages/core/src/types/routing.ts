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
  /**
   * Registers handlers for POST: creates, or does something: `app.post('/users', handler)`.
   *
   * @example app.post('/users', express.json(), create)
   */
  post: IRouterMatcher<this>
  /**
   * Registers handlers for PUT: replaces what is at the path.
   *
   * @example app.put('/users/:id', replace)
   */
  put: IRouterMatcher<this>
  /**
   * Registers handlers for DELETE: removes what is at the path.
   *
   * @example app.delete('/users/:id', remove)
   */
  delete: IRouterMatcher<this>
  /**
   * Registers handlers for PATCH: changes a part of what is at the path.
   *
   * @example app.patch('/users/:id', change)
   */
  patch: IRouterMatcher<this>
  /**
   * Registers handlers for OPTIONS: answers what the path allows; without it, OPTIONS is answered from the routes.
   *
   * @example app.options('/users', allowed)
   */
  options: IRouterMatcher<this>
  /**
   * Registers handlers for HEAD: answers HEAD; without it, `get` does, and its body is dropped.
   *
   * @example app.head('/files/:name', describe)
   */
  head: IRouterMatcher<this>
  /** Registers handlers for CHECKOUT. @example app.checkout('/files/:name', checkOut) */
  checkout: IRouterMatcher<this>
  /** Registers handlers for CONNECT. @example app.connect('/tunnel', open) */
  connect: IRouterMatcher<this>
  /** Registers handlers for COPY. @example app.copy('/files/:name', copy) */
  copy: IRouterMatcher<this>
  /** Registers handlers for LOCK. @example app.lock('/files/:name', lock) */
  lock: IRouterMatcher<this>
  /** Registers handlers for MERGE. @example app.merge('/files/:name', merge) */
  merge: IRouterMatcher<this>
  /** Registers handlers for MKACTIVITY. @example app.mkactivity('/activities/:id', make) */
  mkactivity: IRouterMatcher<this>
  /** Registers handlers for MKCOL. @example app.mkcol('/folders/:name', make) */
  mkcol: IRouterMatcher<this>
  /** Registers handlers for MOVE. @example app.move('/files/:name', move) */
  move: IRouterMatcher<this>
  /** Registers handlers for M-SEARCH. @example app['m-search']('/devices', discover) */
  'm-search': IRouterMatcher<this>
  /** Registers handlers for NOTIFY. @example app.notify('/events', hear) */
  notify: IRouterMatcher<this>
  /** Registers handlers for PROPFIND. @example app.propfind('/files/:name', properties) */
  propfind: IRouterMatcher<this>
  /** Registers handlers for PROPPATCH. @example app.proppatch('/files/:name', change) */
  proppatch: IRouterMatcher<this>
  /** Registers handlers for PURGE. @example app.purge('/cache/*path', purge) */
  purge: IRouterMatcher<this>
  /** Registers handlers for REPORT. @example app.report('/files/:name', report) */
  report: IRouterMatcher<this>
  /** Registers handlers for SEARCH. @example app.search('/files', search) */
  search: IRouterMatcher<this>
  /** Registers handlers for SUBSCRIBE. @example app.subscribe('/events', subscribe) */
  subscribe: IRouterMatcher<this>
  /** Registers handlers for TRACE. @example app.trace('/users', trace) */
  trace: IRouterMatcher<this>
  /** Registers handlers for UNLOCK. @example app.unlock('/files/:name', unlock) */
  unlock: IRouterMatcher<this>
  /** Registers handlers for UNSUBSCRIBE. @example app.unsubscribe('/events', unsubscribe) */
  unsubscribe: IRouterMatcher<this>
  /** Registers handlers for LINK. @example app.link('/users/:id', link) */
  link: IRouterMatcher<this>
  /** Registers handlers for UNLINK. @example app.unlink('/users/:id', unlink) */
  unlink: IRouterMatcher<this>
  /**
   * Opens WebSockets: middleware runs for the handshake as for any request, and may answer in its place; then
   * the handler gets the socket. Pages of other origins are refused with 403 unless the options say otherwise.
   *
   * @throws {TypeError} `ARGUMENT_INVALID`, or a RangeError, for options that cannot be meant.
   * @example app.ws('/rooms/:id<int>', signedIn, (socket, req) => socket.send(`room ${req.params.id}`))
   */
  ws: IWebSocketMatcher<this>
  /**
   * On the versions of Node that parse the method QUERY.
   *
   * @example app.query?.('/users', express.json(), find)
   */
  query?: IRouterMatcher<this>
  /** Registers middleware for every method and all paths below. @example app.use('/api', cors()) */
  use: ApplicationRequestHandler<this>
  /** One path whose methods are registered in a row. @example app.route('/users').get(list).post(create) */
  route<T extends string | RegExp>(prefix: T): IRoute<T>
  route(prefix: PathParams): IRoute
  /**
   * The layers, in the order in which they were added.
   *
   * @example app.router.stack.map(({ name }) => name)
   */
  stack: ILayer[]
}

/** A router: a middleware that has layers of its own. */
export interface IRouter extends Registering {
  (req: Request | IncomingMessage, res: Response | ServerResponse, next: (error?: any) => void): any
  /** Registers handlers for GET and, with it, HEAD. @example router.get('/:id', show) */
  get: IRouterMatcher<this>
  /** Registers a callback for the value of a parameter. @example router.param('id', loadUser) */
  param(name: string, handler: RequestParamHandler): this
  /** The whole tree of routes below. @example router.routes() */
  routes: Router['routes']
  /**
   * What each layer would make of a request, and why.
   *
   * @example router.explain('GET', '/users/7')
   */
  explain: Router['explain']
  /**
   * The URL of a named route, of this router or of one mounted in it.
   *
   * @example router.url('user', { id: 7 }) // '/users/7'
   */
  url: Router['url']
  /** One entry for each path of this router alone. @example router.listRoutes() */
  listRoutes: Router['listRoutes']
}

/** Makes a router, with or without `new`. */
export interface RouterConstructor {
  (options?: RouterOptions): IRouter
  new (options?: RouterOptions): IRouter
}
