import express from './index.cjs'

export default express
export const {
  application,
  body,
  BodyError,
  FileError,
  FramingError,
  HostError,
  HttpError,
  json,
  NotAcceptableError,
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
  VersionError,
} = express
const { static: serveStatic } = express
export { serveStatic as static }
