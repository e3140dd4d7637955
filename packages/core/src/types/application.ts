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

/** What `express()` returns. */
export interface Express extends Application {}
