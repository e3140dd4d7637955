import express from './index.cjs'

export default express
export const {
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
  text,
  urlencoded,
} = express
const { static: serveStatic } = express
export { serveStatic as static }
