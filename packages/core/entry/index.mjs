import express from './index.cjs'

export default express
export const {
  application,
  body,
  BodyError,
  ChannelError,
  EventLog,
  FileError,
  FramingError,
  HandshakeError,
  HostError,
  HttpError,
  InputError,
  json,
  NotAcceptableError,
  openapi,
  OriginError,
  PreconditionFailedError,
  raw,
  request,
  response,
  Route,
  Router,
  SocketClosedError,
  SocketsExhaustedError,
  SourceClosedError,
  TargetError,
  text,
  TooManyHeadersError,
  urlencoded,
  UrlTooLongError,
  validate,
  VersionError,
  WebSocketVersionError,
} = express
const { static: serveStatic } = express
export { serveStatic as static }
