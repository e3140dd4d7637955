import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

import type { Application } from './application.ts'
import type { GlobalLocals, GlobalResponse } from './global.ts'
import type { Errback } from './handlers.ts'
import type { Request } from './request.ts'
import type { Untyped } from './untyped.ts'

export interface Locals extends GlobalLocals {}

export interface CookieOptions {
  /** Milliseconds until the cookie expires; sent as `Max-Age` in whole seconds. */
  maxAge?: number | undefined
  signed?: boolean | undefined
  expires?: Date | undefined
  httpOnly?: boolean | undefined
  path?: string | undefined
  domain?: string | undefined
  secure?: boolean | undefined
  encode?: ((value: string) => string) | undefined
  sameSite?: boolean | 'lax' | 'strict' | 'none' | undefined
  priority?: 'low' | 'medium' | 'high'
  partitioned?: boolean | undefined
}

export interface SendFileOptions {
  acceptRanges?: boolean | undefined
  cacheControl?: boolean | undefined
  dotfiles?: 'allow' | 'deny' | 'ignore' | undefined
  end?: number | undefined
  etag?: boolean | undefined
  extensions?: string[] | string | boolean | undefined
  /** Headers sent with the file. */
  headers?: Record<string, unknown>
  immutable?: boolean | undefined
  index?: string[] | string | boolean | undefined
  lastModified?: boolean | undefined
  /** Milliseconds, or text such as `'1 day'`. */
  maxAge?: string | number | undefined
  root?: string | undefined
  start?: number | undefined
}

export interface DownloadOptions extends SendFileOptions {}

/** What `res.send` takes besides the type the route declares. */
type StreamBody = Readable | ReadableStream | Blob

export type Send<ResBody = Untyped, T = Response<ResBody>> = (body?: ResBody) => T

export interface Response<
  ResBody = Untyped,
  LocalsObj extends Record<string, Untyped> = Record<string, Untyped>,
  StatusCode extends number = number,
>
  extends ServerResponse, GlobalResponse {
  status(code: StatusCode): this
  sendStatus(code: StatusCode): this
  links(links: Record<string, string | string[]>): this
  send(body?: ResBody | StreamBody): this
  json: Send<ResBody, this>
  jsonp: Send<ResBody, this>

  sendFile(path: string, done?: Errback): Promise<void>
  sendFile(path: string, options: SendFileOptions, done?: Errback): Promise<void>
  download(path: string, done?: Errback): Promise<void>
  download(path: string, filename: string, done?: Errback): Promise<void>
  download(path: string, options: DownloadOptions, done?: Errback): Promise<void>
  download(path: string, filename: string, options: DownloadOptions, done?: Errback): Promise<void>

  contentType(type: string): this
  type(type: string): this
  format(handlers: Record<string, Untyped>): this
  attachment(filename?: string): this
  set(fields: Record<string, Untyped>): this
  set(field: string, value?: string | number | readonly string[]): this
  header(fields: Record<string, Untyped>): this
  header(field: string, value?: string | number | readonly string[]): this
  get(field: string): string | undefined
  append(field: string, value?: string[] | string): this
  vary(field: string | string[]): this

  cookie(name: string, value: string, options: CookieOptions): this
  cookie(name: string, value: Untyped, options: CookieOptions): this
  cookie(name: string, value: Untyped): this
  clearCookie(name: string, options?: CookieOptions): this

  location(url: string): this
  redirect(url: string): void
  redirect(status: number, url: string): void
  render(
    view: string,
    options?: object,
    callback?: (error: Error, html: string) => void,
  ): Promise<void>
  render(view: string, callback?: (error: Error, html: string) => void): Promise<void>

  /**
   * Runs `hook` once before the status line leaves; the hook registered last runs first.
   *
   * What is written meanwhile is held back in order. A hook may set status, headers and cookies, and
   * sees those that `writeHead` was given; when it throws, the answer prepared so far is dropped and
   * the error answers instead.
   */
  beforeHeaders(hook: () => void | PromiseLike<void>): void

  locals: LocalsObj & Locals
  charset: string
  headersSent: boolean
  app: Application
  req: Request
}
