import type { AwaitableNext } from './handlers.ts'
import type { Request, Response } from './request-response.ts'
import type { ParsedQs } from './values.ts'

declare const ADDS: unique symbol

/**
 * A middleware that adds to the request, for the handlers behind it in the same call.
 *
 * @example
 *   const signedIn: Adds<{ user: User }> = (req, res, next) => { req.user = find(req); next() }
 *   app.get('/me', signedIn, (req, res) => res.json(req.user))
 */
export interface Adds<T extends object> {
  (
    req: Request<any> & Partial<T> & { readonly [ADDS]: T },
    res: Response,
    next: AwaitableNext,
  ): unknown
  /** Never there: what `AddedBy` reads. The one on the request keeps it from fitting `InlineHandler`. */
  readonly [ADDS]?: T
}

type AnyFunction = (...args: never[]) => unknown

export type Nested<H> = H | readonly Nested<H>[]

/** A handler behind others, whose requests have what those add. */
type BehindOthers<P, Added> = Nested<
  (req: RequestWith<P, Added>, res: Response, next: AwaitableNext) => unknown
>

/**
 * A request with what middleware added. What the request has already is replaced: beside the `any` of
 * `req.body` nothing else would be known of it.
 */
type RequestWith<P, Added> = unknown extends Added
  ? Request<P>
  : Replaced<
      Request<In<Added, 'params', P>, any, In<Added, 'body', any>, In<Added, 'query', ParsedQs>>,
      Omit<Added, 'params' | 'body' | 'query'>
    >

type In<Added, Key extends string, Else> = Added extends { readonly [K in Key]: infer T } ? T : Else

type Replaced<Req, More> = keyof Req & keyof More extends infer Both extends keyof Req
  ? [Both] extends [never]
    ? Req & More
    : Omit<Req, Both> & More
  : never

/**
 * Each of several handlers: as it is, if it is a function of somebody else's, whatever typings that was
 * made for; ours, if it is written here. (The compiler leaves a function without annotations out of its
 * first pass, so its `H` is still unknown.)
 */
export type Each<H, P, Added> = unknown extends H
  ? BehindOthers<P, Added>
  : H extends AnyFunction | readonly unknown[]
    ? H
    : BehindOthers<P, Added>

/** What all of them add. */
export type AddedBy<H> = H extends readonly [infer First, ...infer Rest]
  ? (First extends { readonly [ADDS]?: infer T } ? T : unknown) & AddedBy<Rest>
  : unknown
