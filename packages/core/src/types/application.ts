import type { EventEmitter } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

import type Router from '@tokkyu/router'

import type { InjectedRequest, InjectedResponse } from '../inject.ts'
import type { CloseOptions } from '../open-servers.ts'
import type { GlobalApplication } from './global.ts'
import type { RequestHandlerParams, RequestParamHandler } from './handlers.ts'
import type { Request } from './request.ts'
import type { Locals, Response } from './response.ts'
import type {
  ILayer,
  IRoute,
  IRouter,
  IRouterHandler,
  IRouterMatcher,
  PathParams,
  Verbs,
} from './router.ts'
import type { Untyped } from './untyped.ts'

/** Renders the file at `path` with `options` as its data. */
export type EngineFunction = (
  path: string,
  options: object,
  callback: (error: Untyped, rendered?: string) => void,
) => void

export type ApplicationRequestHandler<T> = IRouterHandler<T> &
  IRouterMatcher<T> &
  ((...handlers: RequestHandlerParams[]) => T)

/**
 * What `@types/express` declares and no app of Express 5 has. Without it an app of ours would not
 * be one of theirs, and neither would a request, which names its app.
 */
interface DeclaredByExpress {
  resource: Untyped
  map: Untyped
  _router: Untyped
  stack: ILayer[]
}

type Listening = (error?: Error) => void

export interface Application<LocalsObj extends Record<string, Untyped> = Record<string, Untyped>>
  extends EventEmitter, Verbs, GlobalApplication, DeclaredByExpress {
  (req: Request | IncomingMessage, res: Response | ServerResponse): Untyped
  (
    req: Request | IncomingMessage,
    res: Response | ServerResponse,
    next: (error?: Untyped) => void,
  ): Untyped

  init(): void
  defaultConfiguration(): void
  /** Dispatches one request; without `callback` the final handler answers what is left. */
  handle(
    req: Request | IncomingMessage,
    res: Response | ServerResponse,
    callback?: (error?: Untyped) => void,
  ): Untyped

  engine(extension: string, engine: EngineFunction): this
  set(setting: string, value: Untyped): this
  get: ((name: string) => Untyped) & IRouterMatcher<this>
  param(name: string | string[], handler: RequestParamHandler): this
  use: ApplicationRequestHandler<this>
  route<T extends string | RegExp>(prefix: T): IRoute<T>
  route(prefix: PathParams): IRoute
  path(): string
  enabled(setting: string): boolean
  disabled(setting: string): boolean
  enable(setting: string): this
  disable(setting: string): this
  render(name: string, options?: object, callback?: (error: Error, html: string) => void): Untyped
  render(name: string, callback: (error: Error, html: string) => void): Untyped

  listen(port: number, hostname: string, backlog: number, callback?: Listening): Server
  listen(port: number, hostname: string, callback?: Listening): Server
  listen(port: number, callback?: Listening): Server
  listen(callback?: Listening): Server
  listen(path: string, callback?: Listening): Server
  listen(handle: Untyped, callback?: Listening): Server

  /** The whole tree of routes, mounted routers and apps included. */
  routes: Router['routes']
  /** What each layer would make of a request, and why. */
  explain: Router['explain']
  /** The URL of a named route, of this app or of one mounted in it. */
  url: Router['url']
  /**
   * Stops listening and lets running requests finish.
   *
   * @returns a promise for the moment the last connection has closed.
   */
  close(options?: CloseOptions): Promise<void>
  /** Sends a request through the app without a port. */
  inject(request?: InjectedRequest | string): Promise<InjectedResponse>

  readonly router: IRouter
  settings: Untyped
  engines: Record<string, EngineFunction>
  cache: Record<string, Untyped>
  locals: LocalsObj & Locals
  mountpath: string | string[]
  parent?: Application
  request: Request
  response: Response
}

export interface Express extends Application {}
