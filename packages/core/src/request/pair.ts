import type { IncomingMessage, ServerResponse } from 'node:http'

/** The settings that methods of req and res ask their app for. */
interface ReplySettings {
  readonly 'etag fn': ((body: Buffer | string, encoding?: BufferEncoding) => string) | undefined
  readonly 'json escape': boolean | undefined
  readonly 'json replacer': ((this: unknown, key: string, value: unknown) => unknown) | undefined
  readonly 'json spaces': string | number | undefined
  readonly 'jsonp callback name': string
  readonly 'query parser fn': ((text: string | null) => unknown) | undefined
  readonly 'subdomain offset': number
  readonly 'trust proxy fn': (address: string, hop: number) => boolean
}

/** The part of an application that req and res lean on. */
export interface ReplyApp {
  get<Name extends keyof ReplySettings>(name: Name): ReplySettings[Name]
  enabled(name: string): boolean
  render(view: string, options: object, done: RenderDone): void
}

export type RenderDone = (error: Error | null, text?: string) => void

/**
 * A request as its own methods see it, before an application adds what it likes.
 *
 * `secret` is what cookie-parser leaves behind; `next` is the router's, for methods that hand on.
 */
export interface Req extends IncomingMessage {
  readonly app: ReplyApp
  readonly res: Res
  readonly next: (error?: unknown) => void
  readonly secret?: string | readonly string[]
  readonly query: unknown
  readonly protocol: string
  readonly host: string | undefined
  readonly hostname: string | undefined
  readonly fresh: boolean
  get(name: string): string | undefined
  accepts(types: readonly string[]): string | string[] | false
}

/** A response as its own methods see it. */
export interface Res extends ServerResponse<Req> {
  readonly app: ReplyApp
  locals: object
  get(name: string): HeaderValue | undefined
  set(name: string, value: unknown): this
  set(fields: object): this
  append(name: string, value: string | string[]): this
  cookie(name: string, value: unknown, options?: object): this
  format(choices: object): this
  json(value: unknown): this
  location(url: unknown): this
  send(body?: unknown): this
  sendFile(path: string, options: object, done?: TransferDone): Promise<void>
  status(code: number): this
  type(type: string): this
  vary(field: string | string[]): this
}

export type HeaderValue = string | number | string[]

export type TransferDone = (error?: NodeJS.ErrnoException) => void
