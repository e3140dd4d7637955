import { Route } from '@tokkyu/router'

import { application as prototype } from './application.ts'
import { body, BodyError, json, raw, text, urlencoded } from './body/index.ts'
import type * as bodies from './body/index.ts'
import { TargetError } from './canonical-target.ts'
import { createApp } from './create-app.ts'
import type * as diagnostics from './diagnostics.ts'
import { FramingError } from './framing.ts'
import { HostError } from './host.ts'
import { HttpError } from './http-error.ts'
import type * as injection from './inject.ts'
import type { CloseOptions as Close } from './open-servers.ts'
import { Router as CoreRouter } from './router.ts'
import { PreconditionFailedError, request as requestPrototype } from './request/index.ts'
import { NotAcceptableError, response, SourceClosedError } from './response/index.ts'
import { FileError, serveStatic } from './static/index.ts'
import type * as files from './static/index.ts'
import type * as app from './types/application.ts'
import type * as handlers from './types/handlers.ts'
import type * as req from './types/request.ts'
import type * as res from './types/response.ts'
import type * as routing from './types/router.ts'
import type { Untyped } from './types/untyped.ts'

/**
 * Creates an application.
 *
 * @example
 *   const app = express()
 *   app.get('/', (req, res) => res.send('Hello'))
 *   app.listen(3000)
 */
function express(): app.Express {
  return createApp()
}

const Router = CoreRouter
type Router = routing.IRouter
const application = prototype as unknown as app.Application
const request: req.Request = requestPrototype

express.Route = Route
express.Router = Router
express.application = application
express.body = body
express.request = request
express.response = response
express.json = json
express.raw = raw
express.static = serveStatic
express.text = text
express.urlencoded = urlencoded
express.BodyError = BodyError
express.FileError = FileError
express.FramingError = FramingError
express.HostError = HostError
express.HttpError = HttpError
express.NotAcceptableError = NotAcceptableError
express.PreconditionFailedError = PreconditionFailedError
express.SourceClosedError = SourceClosedError
express.TargetError = TargetError

type Values = Record<string, Untyped>
type Qs = req.ParsedQs
type Params = req.ParamsDictionary

// Every public type once more: `express.Request`, and all that `require` with types can see.
declare namespace express {
  export type AnyBodyOptions = bodies.AnyBodyOptions
  export type BodyOptions = bodies.BodyOptions
  export type JsonOptions = bodies.JsonOptions
  export type StaticOptions = files.StaticOptions
  export type TextOptions = bodies.TextOptions
  export type UrlencodedOptions = bodies.UrlencodedOptions
  export type Application<L extends Values = Values> = app.Application<L>
  export type ApplicationRequestHandler<T> = app.ApplicationRequestHandler<T>
  export type ByteRange = req.ByteRange
  export type CloseOptions = Close
  export type CookieOptions = res.CookieOptions
  export type DownloadOptions = res.DownloadOptions
  export type EngineFunction = app.EngineFunction
  export type Errback = handlers.Errback
  export type ErrorEvent = diagnostics.ErrorEvent
  export type ErrorRequestHandler<
    P = Params,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = Qs,
    L extends Values = Values,
  > = handlers.ErrorRequestHandler<P, ResBody, ReqBody, ReqQuery, L>
  export type Express = app.Express
  export type Handler = handlers.Handler
  export type ILayer = routing.ILayer
  export type IRoute<T extends string | RegExp = string> = routing.IRoute<T>
  export type IRouter = routing.IRouter
  export type IRouterHandler<T, R extends string | RegExp = string> = routing.IRouterHandler<T, R>
  export type IRouterMatcher<T> = routing.IRouterMatcher<T>
  export type InjectedRequest = injection.InjectedRequest
  export type InjectedResponse = injection.InjectedResponse
  export type Locals = res.Locals
  export type MediaType = req.MediaType
  export type NextFunction = handlers.NextFunction
  export type ParamsDictionary = req.ParamsDictionary
  export type ParamsFlatDictionary = req.ParamsFlatDictionary
  export type ParsedQs = req.ParsedQs
  export type PathParams = routing.PathParams
  export type Query = req.Query
  export type Request<
    P = Params,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = Qs,
    L extends Values = Values,
  > = req.Request<P, ResBody, ReqBody, ReqQuery, L>
  export type RequestEvent = diagnostics.RequestEvent
  export type RequestHandler<
    P = Params,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = Qs,
    L extends Values = Values,
  > = handlers.RequestHandler<P, ResBody, ReqBody, ReqQuery, L>
  export type RequestHandlerParams<
    P = Params,
    ResBody = Untyped,
    ReqBody = Untyped,
    ReqQuery = Qs,
    L extends Values = Values,
  > = handlers.RequestHandlerParams<P, ResBody, ReqBody, ReqQuery, L>
  export type RequestParamHandler = handlers.RequestParamHandler
  export type RequestRanges = req.RequestRanges
  export type Response<
    ResBody = Untyped,
    L extends Values = Values,
    StatusCode extends number = number,
  > = res.Response<ResBody, L, StatusCode>
  export type RouteParameters<T> = routing.RouteParameters<T>
  // A name for both; the value is assigned above.
  // oxlint-disable-next-line no-shadow -- it is the same
  export let Router: routing.RouterConstructor
  export type Router = routing.IRouter
  export type RouterConstructor = routing.RouterConstructor
  export type RouterOptions = routing.RouterOptions
  export type Send<ResBody = Untyped, T = res.Response<ResBody>> = res.Send<ResBody, T>
  export type SendFileOptions = res.SendFileOptions
  export type Validators = req.Validators
}

export default express
export {
  BodyError,
  FileError,
  FramingError,
  HostError,
  HttpError,
  NotAcceptableError,
  PreconditionFailedError,
  Route,
  Router,
  SourceClosedError,
  TargetError,
  application,
  body,
  json,
  raw,
  request,
  response,
  serveStatic as static,
  text,
  urlencoded,
}
export type {
  Application,
  ApplicationRequestHandler,
  EngineFunction,
  Express,
} from './types/application.ts'
export type {
  Errback,
  ErrorRequestHandler,
  Handler,
  NextFunction,
  RequestHandler,
  RequestHandlerParams,
  RequestParamHandler,
} from './types/handlers.ts'
export type {
  ByteRange,
  MediaType,
  ParamsDictionary,
  ParamsFlatDictionary,
  ParsedQs,
  Query,
  Request,
  RequestRanges,
  Validators,
} from './types/request.ts'
export type {
  CookieOptions,
  DownloadOptions,
  Locals,
  Response,
  Send,
  SendFileOptions,
} from './types/response.ts'
export type {
  ILayer,
  IRoute,
  IRouter,
  IRouterHandler,
  IRouterMatcher,
  PathParams,
  RouteParameters,
  RouterConstructor,
  RouterOptions,
} from './types/router.ts'
export type { InjectedRequest, InjectedResponse } from './inject.ts'
export type { CloseOptions } from './open-servers.ts'
export type { ErrorEvent, RequestEvent } from './diagnostics.ts'
export type {
  AnyBodyOptions,
  BodyOptions,
  JsonOptions,
  TextOptions,
  UrlencodedOptions,
} from './body/index.ts'
export type { StaticOptions } from './static/index.ts'
