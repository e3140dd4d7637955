// Every public name, once: what `express` carries, what `import` offers, and the types. The doors are
// written from this list (tools/doors.mjs).
export { Route } from '@tokkyu/router'

export { application } from './application.ts'
export { body, BodyError, json, raw, text, urlencoded } from './body/index.ts'
export {
  FramingError,
  HostError,
  TargetError,
  TooManyHeadersError,
  UrlTooLongError,
  VersionError,
} from './guard/errors.ts'
export { EventLog } from './events/event-log.ts'
export { HttpError } from './errors/http-error.ts'
export { openapi } from './openapi/index.ts'
export { PreconditionFailedError, request } from './request/index.ts'
export { NotAcceptableError } from './response/format.ts'
export { SourceClosedError } from './response/send-stream.ts'
export { response } from './response-prototype.ts'
export { Router } from './router.ts'
export { FileError, serveStatic as static } from './static/index.ts'
export { serverTiming } from './timing/server-timing.ts'
export { InputError, validate } from './validation/index.ts'
export {
  ChannelError,
  HandshakeError,
  OriginError,
  SocketClosedError,
  SocketsExhaustedError,
  WebSocketVersionError,
} from './web-socket/errors.ts'

export type {
  AnyBodyOptions,
  BodyOptions,
  JsonOptions,
  TextOptions,
  UrlencodedOptions,
} from './body/index.ts'
export type {
  ErrorEvent,
  FallbackEvent,
  FallbackPage,
  RequestEvent,
  SocketErrorEvent,
} from './diagnostics.ts'
export type { EventLogOptions } from './events/event-log.ts'
export type { RefusalEvent } from './guard/refusals.ts'
export type {
  JsonSchema,
  OpenApiContent,
  OpenApiDocument,
  OpenApiInfo,
  OpenApiOperation,
  OpenApiOptions,
  OpenApiParameter,
  ToJsonSchema,
} from './openapi/index.ts'
export type { StaticOptions } from './static/index.ts'
export type { ServerTimingOptions } from './timing/server-timing.ts'
export type { EngineFunction } from './types/application-members.ts'
export type {
  EventHistory,
  EventsFrom,
  SseSource,
  EventStream,
  EventStreamOptions,
  Follower,
  ServerEvent,
} from './types/events.ts'
export type { Adds } from './types/adds.ts'
export type { Application, Express } from './types/application.ts'
export type { Locals } from './types/global.ts'
export type {
  AwaitableNext,
  ErrorRequestHandler,
  Handler,
  RequestHandler,
  RequestHandlerParams,
  RequestParamHandler,
} from './types/handlers.ts'
export type { HandlingApp } from './types/handling-app.ts'
export type { ApplicationRequestHandler, IRouterHandler, IRouterMatcher } from './types/matchers.ts'
export type { PathParams, RouteParameters } from './types/paths.ts'
export type { NextFunction, Request, Response, Send } from './types/request-response.ts'
export type { ILayer, IRoute } from './types/route.ts'
export type { IRouter, RouterConstructor } from './types/routing.ts'
export type { IWebSocketMatcher, WebSocketHandler } from './types/web-socket-route.ts'
export type { Limits, LimitValues } from './types/limits.ts'
export type {
  InjectAgent,
  InjectedBody,
  InjectedRequest,
  InjectedResponse,
  InjectOptions,
} from './types/inject.ts'
export type {
  CloseOptions,
  CookieOptions,
  DownloadOptions,
  Errback,
  Http2ListenOptions,
  RouterOptions,
  SendFileOptions,
  StreamViewOptions,
} from './types/options.ts'
export type {
  ByteRange,
  MediaType,
  ParamsDictionary,
  ParamsFlatDictionary,
  ParsedQs,
  Query,
  RequestRanges,
  Validators,
} from './types/values.ts'
export type {
  Channel,
  ChannelAdapter,
  ChannelMessage,
  OriginCheck,
  ServerWebSocket,
  WebSocketData,
  WebSocketMessage,
  WebSocketOptions,
} from './types/web-socket.ts'
export type {
  DeclaredOperation,
  DeclaredResponse,
  InputIssue,
  InputOf,
  InputPlace,
  InputSchemas,
  OutputOf,
  SchemaIssue,
  SchemaResult,
  StandardSchema,
  ValidateOptions,
} from './validation/index.ts'
