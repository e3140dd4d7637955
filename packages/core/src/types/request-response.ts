import type { IncomingMessage, ServerResponse } from 'node:http'

import type { GlobalRequest, GlobalResponse, Locals } from './global.ts'
import type { HandlingApp } from './handling-app.ts'
import type { RequestMembers } from './request-members.ts'
import type { ResponseMembers } from './response-members.ts'
import type { ParamsDictionary, ParsedQs } from './values.ts'

// Requests and responses name one another, and `next`: one file, since no order among them has all arrows
// pointing down. In all of Express's types the names and their arguments are those of
// `@types/express-serve-static-core`; `any` stands where it has `any`.

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
  /**
   * The target as the current router sees it: canonical, without the path it is mounted at.
   *
   * @example req.url // '/posts?page=2', in a router at '/blog'
   */
  url: string
  /** The method, in upper case. @example req.method // 'GET' */
  method: string
  /**
   * What a body parser made of the body; undefined without one.
   *
   * @example const { name } = req.body
   */
  body: ReqBody
  /**
   * The parameters of the path, decoded and, with a constraint, converted.
   *
   * @example req.params.id // '7', of '/users/:id'; 7, of '/users/:id<int>'
   */
  params: P
  /**
   * The query, read by the setting `query parser`.
   *
   * @example req.query.page // '2', of '/users?page=2'
   */
  query: ReqQuery
  /** The app that is handling the request. @example req.app.get('env') // 'development' */
  app: HandlingApp
  /** The response to this request. @example req.res?.locals.user */
  res?: Response<ResBody, LocalsObj> | undefined
  /** Passes the request on, for methods that hand errors on. @example req.next?.(error) */
  next?: NextFunction | undefined
}

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
  /**
   * Whether the status line and the headers have left.
   *
   * @example if (res.headersSent) next(error)
   */
  headersSent: boolean
  /**
   * Data for the views of this answer.
   *
   * @example res.locals.user = await users.find(req.params.id)
   */
  locals: LocalsObj & Locals
  /** The app that is handling the request. @example res.app.locals.title */
  app: HandlingApp
  /** The request that is answered. @example res.req.method // 'GET' */
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
