import type { DefaultParams } from './path/types.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Where a layer applies: a path, a RegExp, or a list of both. */
export type Path = string | RegExp | readonly Path[]

/** Moves on to the next layer; with an error, to the next error handler. */
export interface NextFunction {
  /** @returns a thenable that settles when everything that follows has settled. */
  (error?: unknown): PromiseLike<void>
}

/** Anything a layer can hold, whatever its types say. */
export type Handler = (...args: never[]) => unknown

/** What a router gives to a request. */
export interface RoutedRequest extends IncomingMessage {
  /** The path prefix under which the current router is mounted. */
  baseUrl: string
  /** The URL as it came, whatever routers made of `url`. */
  originalUrl: string
  /** Passes the request on. */
  next?: NextFunction | undefined
  /** The route that is answering. */
  route?: unknown
}

/** A middleware or a handler. */
export type RequestHandler<P = DefaultParams, Req = RoutedRequest, Res = ServerResponse> = (
  req: Req & { params: P },
  res: Res,
  next: NextFunction,
) => unknown

/** A handler of errors, told by its four arguments. */
export type ErrorRequestHandler<P = DefaultParams, Req = RoutedRequest, Res = ServerResponse> = (
  // oxlint-disable-next-line typescript/no-explicit-any -- anything can be thrown, and Express says so
  error: any,
  req: Req & { params: P },
  res: Res,
  next: NextFunction,
) => unknown
