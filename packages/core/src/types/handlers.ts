import type { NextFunction, Request, Response } from './request-response.ts'
import type { ParamsDictionary, ParsedQs } from './values.ts'

/**
 * {@link NextFunction} as handlers get it that are written where they are registered: its result has
 * `then`. `void` is part of it, so that `(req, res, next): void => next()` compiles and no rule asks for
 * an `await`; a function that returns nothing does for a `NextFunction`.
 */
export interface AwaitableNext {
  (error?: any): void & PromiseLike<void>
  (deferToNext: 'router'): void & PromiseLike<void>
  (deferToNext: 'route'): void & PromiseLike<void>
}

/** A middleware or a handler. */
export interface RequestHandler<
  P = ParamsDictionary,
  ResBody = any,
  ReqBody = any,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, any> = Record<string, any>,
> {
  (
    req: Request<P, ResBody, ReqBody, ReqQuery, LocalsObj>,
    res: Response<ResBody, LocalsObj>,
    next: NextFunction,
  ): unknown
}

/** Express's other name for it. */
export interface Handler extends RequestHandler {}

/** An error handler, told by its four arguments. */
export type ErrorRequestHandler<
  P = ParamsDictionary,
  ResBody = any,
  ReqBody = any,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, any> = Record<string, any>,
> = (
  error: any,
  req: Request<P, ResBody, ReqBody, ReqQuery, LocalsObj>,
  res: Response<ResBody, LocalsObj>,
  next: NextFunction,
) => unknown

/** What may stand where handlers are registered. */
export type RequestHandlerParams<
  P = ParamsDictionary,
  ResBody = any,
  ReqBody = any,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, any> = Record<string, any>,
> =
  | RequestHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>
  | ErrorRequestHandler<P, ResBody, ReqBody, ReqQuery, LocalsObj>
  | (RequestHandler<P> | ErrorRequestHandler<P>)[]

/** Called with the value of a parameter, before the layers that captured it. */
export type RequestParamHandler = (
  req: Request,
  res: Response,
  next: NextFunction,
  value: any,
  name: string,
) => any

/** A handler written where it is registered. */
// Of the request as a whole: it is a variable then, of which the compiler does not ask whether it is a
// callback, for which it would look up all its members.
export type InlineHandler<Req, Res> = (req: Req, res: Res, next: AwaitableNext) => unknown
