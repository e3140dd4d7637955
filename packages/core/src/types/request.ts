import type { IncomingMessage } from 'node:http'

import type { Application } from './application.ts'
import type { GlobalRequest } from './global.ts'
import type { NextFunction } from './handlers.ts'
import type { Response } from './response.ts'
import type { Untyped } from './untyped.ts'

/** The parameters of a path that is not known at compile time; a splat's value is a list. */
export interface ParamsDictionary {
  [name: string]: string | string[]
  [group: number]: string
}

/** The parameters of a regular expression: its groups are never lists. */
export interface ParamsFlatDictionary {
  [name: string]: string
}

/** What the extended query parser can produce. */
export interface ParsedQs {
  [key: string]: undefined | string | ParsedQs | (string | ParsedQs)[]
}

export type Query = ParsedQs

export interface ByteRange {
  start: number
  end: number
}

/** The ranges asked for, in order, with the unit they are counted in. */
export interface RequestRanges extends Array<ByteRange> {
  type: string
}

export interface MediaType {
  value: string
  quality: number
  type: string
  subtype: string
}

/** What a handler knows about the resource as it stands, for `req.precondition()`. */
export interface Validators {
  /** Entity tag in its quotes, `W/` included; If-Match compares strongly. */
  readonly etag?: string
  readonly lastModified?: Date | string
  /** Whether the resource exists, which is what `*` asks for. @default true */
  readonly exists?: boolean
}

export interface Request<
  P = ParamsDictionary,
  ResBody = Untyped,
  ReqBody = Untyped,
  ReqQuery = ParsedQs,
  LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
>
  extends IncomingMessage, GlobalRequest {
  /** The value of a request header; `Referer` and `Referrer` are the same. */
  get(name: 'set-cookie'): string[] | undefined
  get(name: string): string | undefined
  header(name: 'set-cookie'): string[] | undefined
  header(name: string): string | undefined

  /** The best of the given types for the client, or `false`; all it accepts when none is given. */
  accepts(): string[]
  accepts(type: string): string | false
  accepts(type: string[]): string | false
  accepts(...type: string[]): string | false
  acceptsCharsets(): string[]
  acceptsCharsets(charset: string): string | false
  acceptsCharsets(charset: string[]): string | false
  acceptsCharsets(...charset: string[]): string | false
  acceptsEncodings(): string[]
  acceptsEncodings(encoding: string): string | false
  acceptsEncodings(encoding: string[]): string | false
  acceptsEncodings(...encoding: string[]): string | false
  acceptsLanguages(): string[]
  acceptsLanguages(lang: string): string | false
  acceptsLanguages(lang: string[]): string | false
  acceptsLanguages(...lang: string[]): string | false

  /** The ranges of the `Range` header; -1 when none can be satisfied, -2 when it is malformed. */
  range(
    size: number,
    options?: { combine?: boolean | undefined },
  ): RequestRanges | -1 | -2 | undefined
  /** The matching type of the request's body, `false` for none, `null` when there is no body. */
  is(type: string | string[]): string | false | null
  is(...types: string[]): string | false | null

  /**
   * Decides the conditions of a request before its side effects (RFC 9110 §13.2.2).
   *
   * @returns `not-modified` when a GET or HEAD may be answered 304.
   * @throws an error with status 412 when a condition fails, which the final handler answers.
   */
  precondition(state: Validators): 'proceed' | 'not-modified'

  readonly protocol: string
  readonly secure: boolean
  readonly ip: string | undefined
  readonly ips: string[]
  readonly subdomains: string[]
  readonly path: string
  readonly hostname: string
  readonly host: string
  readonly fresh: boolean
  readonly stale: boolean
  readonly xhr: boolean
  /** Aborts when the client goes away before the answer was finished. */
  readonly signal: AbortSignal

  body: ReqBody
  cookies: Untyped
  signedCookies: Untyped
  method: string
  params: P
  query: ReqQuery
  route: Untyped
  /** The target as the client sent it; `url` and `path` hold its canonical form. */
  originalUrl: string
  url: string
  baseUrl: string
  /** Filled by old content negotiation middleware only. */
  accepted: MediaType[]
  app: Application
  res?: Response<ResBody, LocalsObj> | undefined
  next?: NextFunction | undefined
}
