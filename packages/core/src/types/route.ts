import type { IRouterHandler } from './matchers.ts'
import type { NextFunction, Request, Response } from './request-response.ts'

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
