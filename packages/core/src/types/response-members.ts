import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

import type { TemplateArguments, TemplateName } from '@tokkyu/views'

import type { CookieOptions, DownloadOptions, Errback, SendFileOptions } from './options.ts'

/** What `res.send` takes besides the type the route declares. */
type StreamBody = Readable | ReadableStream | Blob

/**
 * The outcome of an answer that takes its time: awaiting it waits until the answer is out, and fails
 * with what the error handlers would get. Nobody has to.
 */
export type Sent = void | PromiseLike<void>

/** What a response does that names neither its app nor its request. */
export interface ResponseMembers<ResBody, StatusCode extends number> {
  /**
   * Sets the status of the answer.
   *
   * @throws {TypeError} `ARGUMENT_INVALID`, or a RangeError, for anything but a whole number from 100 to 999.
   * @example res.status(404).send('Not here')
   */
  status(code: StatusCode): this
  /** Answers with a status, its name as the body. @example res.sendStatus(204) */
  sendStatus(code: StatusCode): this
  /** Adds `Link` values by relation (RFC 8288). @example res.links({ next: '/users?page=2' }) */
  links(links: any): this
  /**
   * Answers with a body and ends the answer: text as HTML, bytes, a stream, anything else as JSON.
   *
   * GET and HEAD are evaluated against If-None-Match, If-Modified-Since and Range.
   *
   * @throws {HeadersSentError} `ERR_HTTP_HEADERS_SENT` when there was an answer.
   * @example res.send('<p>Hello</p>')
   */
  send(body?: ResBody | StreamBody): this
  /** Answers with JSON. @example res.json({ id: 7 }) */
  json(body?: ResBody): this
  /** Answers with JSON, wrapped in the function that the query names. @example res.jsonp({ id: 7 }) */
  jsonp(body?: ResBody): this

  /**
   * Answers with a file; `path` is absolute, or below `options.root`.
   *
   * @param done - called when the file is out or could not be sent; without it, errors go to `next`.
   * @throws {TypeError} `ARGUMENT_INVALID` when `path` is no text, or neither absolute nor under a root.
   * @example res.sendFile('logo.png', { root: 'public' })
   */
  sendFile(path: string, done?: Errback): Sent
  sendFile(path: string, options: SendFileOptions, done?: Errback): Sent
  /**
   * Answers with a file that the client is asked to save, under `filename` or the file's own name.
   *
   * @example res.download('reports/7.pdf', 'report.pdf')
   */
  download(path: string, done?: Errback): Sent
  download(path: string, filename: string, done?: Errback): Sent
  download(path: string, filename: string, options: DownloadOptions, done?: Errback): Sent
  // `any`, as Express's typings lack this form: with our options here, their response would not fit ours.
  download(path: string, options: any, done?: Errback): Sent

  /** Another name for {@link type}. @example res.contentType('json') */
  contentType(type: string): this
  /**
   * Sets the content type by media type, file extension or name; text gets its charset.
   *
   * @example res.type('.html') // text/html; charset=utf-8
   */
  type(type: string): this
  /**
   * Answers in the form that the client prefers; `default` answers when nothing fits, instead of 406.
   *
   * @example res.format({ html: () => res.render('user'), json: () => res.json(user) })
   */
  format(handlers: any): this
  /** Asks the client to save the body, under `filename` when given. @example res.attachment('a.csv') */
  attachment(filename?: string): this
  /**
   * Sets one header, or each field of an object. A known content type gets its charset.
   *
   * @throws {TypeError} `ERR_INVALID_CHAR` for a value that no header may hold.
   * @example res.set('Cache-Control', 'no-store')
   */
  set(fields: any): this
  set(field: string, value?: string | number | readonly string[]): this
  /** Another name for {@link set}. @example res.header('Vary', 'Accept') */
  header(fields: any): this
  header(field: string, value?: string | number | readonly string[]): this
  /** The value of a header that was set. @example res.get('ETag') */
  get(field: string): string | undefined
  /** Adds values to a header that may be there already. @example res.append('Warning', '199 - old') */
  append(field: string, value?: string[] | string): this
  /** Adds field names to `Vary`, each once. @example res.vary('Accept-Language') */
  vary(field: string | string[]): this

  /**
   * Sets a cookie; an object as value is sent as JSON, as cookie-parser reads it.
   *
   * @throws {Error} `COOKIE_SECRET_MISSING` for a signed one without cookie-parser's secret.
   * @example res.cookie('theme', 'dark', { maxAge: 86_400_000, httpOnly: true })
   */
  cookie(name: string, value: string, options: CookieOptions): this
  cookie(name: string, value: any, options: CookieOptions): this
  cookie(name: string, value: any): this
  /** Has the client forget a cookie; path and domain as it was set with. @example res.clearCookie('theme') */
  clearCookie(name: string, options?: CookieOptions): this

  /** Sets `Location`, percent-encoding what a URL may not hold. @example res.location('/users/7') */
  location(url: string): this
  /** Sends the client to another URL, with 302 or the status given. @example res.redirect(303, '/done') */
  redirect(url: string): void
  redirect(status: number, url: string): void
  /**
   * Renders a view and answers with it, or hands it to the callback.
   *
   * @param options - data of the view; before it come `res.locals` and `app.locals`.
   * @example res.render('user', { name: 'Ada' })
   */
  render(view: string, callback: (error: Error, html: string) => void): Sent
  render<Name extends TemplateName>(
    view: Name,
    ...given: [...options: TemplateArguments<Name>, callback?: (error: Error, html: string) => void]
  ): Sent

  /**
   * Old name for the charset of the answer; nothing reads it.
   *
   * @deprecated Say it in `res.type()`.
   */
  charset: string
  /**
   * Whether the status line has left, or waits for its hooks.
   *
   * @example if (res.headersSent) next(error)
   */
  headersSent: boolean
}
