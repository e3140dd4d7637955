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
  /** The path as it was registered. @example app.route('/users').path // '/users' */
  path: string
  /**
   * Its handlers, in the order in which they were added.
   *
   * @example app.route('/users').get(list).stack.length // 1
   */
  stack: ILayer[]
  /**
   * Handlers for every method.
   *
   * @example app.route('/old').all((req, res) => res.redirect('/new'))
   */
  all: IRouterHandler<this, Route>
  /** Handlers for GET and, with it, HEAD. @example app.route('/users').get(list) */
  get: IRouterHandler<this, Route>
  /** Handlers for POST. @example app.route('/users').post(express.json(), create) */
  post: IRouterHandler<this, Route>
  /** Handlers for PUT. @example app.route('/users/:id').put(replace) */
  put: IRouterHandler<this, Route>
  /** Handlers for DELETE. @example app.route('/users/:id').delete(remove) */
  delete: IRouterHandler<this, Route>
  /** Handlers for PATCH. @example app.route('/users/:id').patch(change) */
  patch: IRouterHandler<this, Route>
  /**
   * Handlers for OPTIONS; without them, it is answered from the routes.
   *
   * @example app.route('/users').options(allowed)
   */
  options: IRouterHandler<this, Route>
  /**
   * Handlers for HEAD; without them, those for GET answer.
   *
   * @example app.route('/files/:name').head(describe)
   */
  head: IRouterHandler<this, Route>
  /** Handlers for CHECKOUT. @example app.route('/files/:name').checkout(checkOut) */
  checkout: IRouterHandler<this, Route>
  /** Handlers for CONNECT. @example app.route('/tunnel').connect(open) */
  connect: IRouterHandler<this, Route>
  /** Handlers for COPY. @example app.route('/files/:name').copy(copy) */
  copy: IRouterHandler<this, Route>
  /** Handlers for LOCK. @example app.route('/files/:name').lock(lock) */
  lock: IRouterHandler<this, Route>
  /** Handlers for MERGE. @example app.route('/files/:name').merge(merge) */
  merge: IRouterHandler<this, Route>
  /** Handlers for MKACTIVITY. @example app.route('/activities/:id').mkactivity(make) */
  mkactivity: IRouterHandler<this, Route>
  /** Handlers for MKCOL. @example app.route('/folders/:name').mkcol(make) */
  mkcol: IRouterHandler<this, Route>
  /** Handlers for MOVE. @example app.route('/files/:name').move(move) */
  move: IRouterHandler<this, Route>
  /** Handlers for M-SEARCH. @example app.route('/devices')['m-search'](discover) */
  'm-search': IRouterHandler<this, Route>
  /** Handlers for NOTIFY. @example app.route('/events').notify(hear) */
  notify: IRouterHandler<this, Route>
  /** Handlers for PROPFIND. @example app.route('/files/:name').propfind(properties) */
  propfind: IRouterHandler<this, Route>
  /** Handlers for PROPPATCH. @example app.route('/files/:name').proppatch(change) */
  proppatch: IRouterHandler<this, Route>
  /** Handlers for PURGE. @example app.route('/cache/*path').purge(purge) */
  purge: IRouterHandler<this, Route>
  /** Handlers for REPORT. @example app.route('/files/:name').report(report) */
  report: IRouterHandler<this, Route>
  /** Handlers for SEARCH. @example app.route('/files').search(search) */
  search: IRouterHandler<this, Route>
  /** Handlers for SUBSCRIBE. @example app.route('/events').subscribe(subscribe) */
  subscribe: IRouterHandler<this, Route>
  /** Handlers for TRACE. @example app.route('/users').trace(trace) */
  trace: IRouterHandler<this, Route>
  /** Handlers for UNLOCK. @example app.route('/files/:name').unlock(unlock) */
  unlock: IRouterHandler<this, Route>
  /** Handlers for UNSUBSCRIBE. @example app.route('/events').unsubscribe(unsubscribe) */
  unsubscribe: IRouterHandler<this, Route>
  /** Handlers for LINK. @example app.route('/users/:id').link(link) */
  link: IRouterHandler<this, Route>
  /** Handlers for UNLINK. @example app.route('/users/:id').unlink(unlink) */
  unlink: IRouterHandler<this, Route>
}
