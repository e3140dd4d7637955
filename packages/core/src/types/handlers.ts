import type { ParamsDictionary, ParsedQs, Request } from './request.ts'
import type { Response } from './response.ts'
import type { Untyped } from './untyped.ts'

/** Called when a file was sent or could not be. */
export type Errback = (error?: Error) => void

/**
 * Passes control on; with an error, to the error handlers.
 *
 * Awaiting it waits until everything that follows has settled.
 */
export interface NextFunction {
  (error?: Untyped): PromiseLike<void>
  /** Leaves this router. */
  (deferToNext: 'router'): PromiseLike<void>
  /** Leaves this route. */
  (deferToNext: 'route'): PromiseLike<void>
}

export interface RequestHandler<
  P = ParamsDictionary,
  ResBody = Untyped,
  ReqBody = Untyped,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
> {
  (
    req: Request<P, ResBody, ReqBody, ReqQuery, LocalsObj>,
    res: Response<ResBody, LocalsObj>,
    next: NextFunction,
  ): unknown
}

export type ErrorRequestHandler<
  P = ParamsDictionary,
  ResBody = Untyped,
  ReqBody = Untyped,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
> = (
  error: Untyped,
  req: Request<P, ResBody, ReqBody, ReqQuery, LocalsObj>,
  res: Response<ResBody, LocalsObj>,
  next: NextFunction,
) => unknown

export interface Handler extends RequestHandler {}

export type RequestHandlerParams<
  P = ParamsDictionary,
  ResBody = Untyped,
  ReqBody = Untyped,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
> =
  | RequestHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>
  | ErrorRequestHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>
  | (RequestHandler<P> | ErrorRequestHandler<P>)[]

export type RequestParamHandler = (
  req: Request,
  res: Response,
  next: NextFunction,
  value: Untyped,
  name: string,
) => unknown
