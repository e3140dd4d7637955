import express from './index.cjs'

export default express
export const {
  application,
  body,
  BodyError,
  EventLog,
  FileError,
  FramingError,
  HostError,
  HttpError,
  InputError,
  json,
  NotAcceptableError,
  openapi,
  PreconditionFailedError,
  raw,
  request,
  response,
  Route,
  Router,
  SourceClosedError,
  TargetError,
  text,
  TooManyHeadersError,
  urlencoded,
  validate,
  VersionError,
} = express
const { static: serveStatic } = express
export { serveStatic as static }
