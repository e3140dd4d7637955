import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

import type { ApplicationMembers, EngineFunction, Listens } from './application-members.ts'
import type { GlobalApplication, Locals } from './global.ts'
import type { RequestParamHandler } from './handlers.ts'
import type { IRouterMatcher } from './matchers.ts'
import type { Request, Response } from './request-response.ts'
import type { IRouter, Registering } from './routing.ts'

/** An app: a function for `http.createServer` that registers handlers. */
export interface Application<LocalsObj extends Record<string, any> = Record<string, any>>
  extends EventEmitter, Registering, ApplicationMembers, Listens, GlobalApplication {
  // For `http2.createServer(app)`, whose pair is made ours.
  (req: Http2ServerRequest, res: Http2ServerResponse): any
  (req: Request | IncomingMessage, res: Response | ServerResponse): any
  (req: Request | IncomingMessage, res: Response | ServerResponse, next: (error?: any) => void): any
  /**
   * Dispatches one request; without `callback` the final handler answers what is left.
   *
   * @example app.handle(req, res, (error) => res.end(String(error ?? 'nobody answered')))
   */
  handle(
    req: Request | IncomingMessage,
    res: Response | ServerResponse,
    callback?: (error?: any) => void,
  ): any
  /** Reads a setting, or registers handlers for GET and HEAD. @example app.get('/users/:id<int>', show) */
  get: ((name: string) => any) & IRouterMatcher<this>
  /** Registers a callback for the value of one or several parameters. @example app.param('id', loadUser) */
  param(name: string | string[], handler: RequestParamHandler): this
  /** The app's router; made when first touched. @example app.router.stack.length */
  readonly router: IRouter
  /** Engines by extension, `.` included. @example app.engines['.pug'] */
  engines: Record<string, EngineFunction>
  /** Views that were looked up, by name. @example app.cache = {} */
  cache: Record<string, any>
  /** Data for every view of the app. @example app.locals.title = 'Shop' */
  locals: LocalsObj & Locals
  /**
   * The app that this one is mounted in.
   *
   * @example blog.parent === app // after app.use('/blog', blog)
   */
  parent?: Application
  /**
   * What the app's requests inherit; additions show in all of them.
   *
   * @example Object.assign(app.request, { wantsJson() { return this.accepts('html', 'json') === 'json' } })
   */
  request: Request
  /**
   * What the app's responses inherit; additions show in all of them.
   *
   * @example Object.assign(app.response, { notFound() { return this.status(404).send('Not here') } })
   */
  response: Response
}

/** What `express()` returns. */
export interface Express extends Application {}
