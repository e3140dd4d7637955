import type { Buffer } from 'node:buffer'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { BodyFeed, type FeedEvents } from './body-feed.ts'
import { boundaryOf } from './content-type.ts'
import { RequestTooLargeError } from '../errors/limit-errors.ts'
import type { FlowControl } from './file-stream.ts'
import { defaultLimits, type ResolvedLimits } from '../checks/limits.ts'
import { type FormEvents, MultipartParser } from './multipart-parser.ts'
import type { ParamDecoder } from './param-text.ts'
import type { UploadRequest } from '../types.ts'

/** Writes a request's body to `target`, where a platform has read it already. */
export type StreamHandler = {
  method(this: void, req: UploadRequest, target: Writable): void
}['method']

/** How a form is read. */
export interface FormReaderOptions {
  readonly limitsFor: (req: UploadRequest) => ResolvedLimits
  readonly decodeParam: ParamDecoder
  readonly defCharset: string | undefined
  readonly streamHandler: StreamHandler | undefined
  readonly highWaterMark: number | undefined
}

export interface FormReaderEvents extends FormEvents {
  /** The form has ended as it should. */
  complete(): void
  /** The form ended otherwise. Called once; nothing else is called after it. */
  failed(error: unknown): void
}

/** Reads a request's form from its first byte to its last, or to what is wrong with it. */
export class FormReader implements FeedEvents, FlowControl {
  readonly #req: UploadRequest
  readonly #options: FormReaderOptions
  readonly #events: FormReaderEvents
  #limits: ResolvedLimits = defaultLimits
  #parser: MultipartParser | undefined
  #feed: BodyFeed | undefined

  constructor(req: UploadRequest, options: FormReaderOptions, events: FormReaderEvents) {
    this.#req = req
    this.#options = options
    this.#events = events
  }

  /** The limits of this request; known once `start` was called. */
  get limits(): ResolvedLimits {
    return this.#limits
  }

  start(): void {
    const { headers } = this.#req
    try {
      this.#limits = this.#options.limitsFor(this.#req)
      const boundary = boundaryOf(headers['content-type'] ?? '')
      const limit = this.#limits.totalBytes
      if (Number(headers['content-length']) > limit) {
        throw new RequestTooLargeError({ limit })
      }
      const { decodeParam, defCharset } = this.#options
      const parsing = { boundary, limits: this.#limits, decodeParam, defCharset }
      this.#parser = new MultipartParser(parsing, this.#events)
      this.#feed = new BodyFeed(this.#source(), this.#limits, this)
    } catch (error) {
      return this.failed(error)
    }
    this.#feed.start()
  }

  /** Reads no further, not even in the chunk at hand. */
  stop(): void {
    this.#feed?.stop()
    this.#parser?.destroy()
  }

  hold(holder: unknown): void {
    this.#feed?.hold(holder)
  }

  release(holder: unknown): void {
    this.#feed?.release(holder)
  }

  push(chunk: Buffer): void {
    this.#parser?.push(chunk)
  }

  end(): void {
    this.#parser?.end()
    this.#parser?.destroy()
    this.#events.complete()
  }

  failed(error: unknown): void {
    this.stop()
    this.#events.failed(error)
  }

  /** The request itself, or what a `streamHandler` is to write to. */
  #source(): Readable {
    const { streamHandler, highWaterMark } = this.#options
    if (streamHandler === undefined) return this.#req
    const target = new PassThrough(highWaterMark === undefined ? {} : { highWaterMark })
    this.#req.on('error', (error) => target.destroy(error))
    this.#req.on('close', () => {
      if (!this.#req.readableEnded && !target.writableEnded) target.destroy()
    })
    streamHandler(this.#req, target)
    return target
  }
}
