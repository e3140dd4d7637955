import { AsyncResource } from 'node:async_hooks'
import type { Buffer } from 'node:buffer'
import type { ServerResponse } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { BodyFeed, type FeedEvents } from './body-feed.ts'
import { boundaryOf } from './content-type.ts'
import { discardBody } from './discard-body.ts'
import { MulterError, uploadError } from './errors.ts'
import type { ExpectedFiles } from './expected-files.ts'
import { emptyBody, setField } from './field-path.ts'
import { FileList, type FileListShape } from './file-list.ts'
import { safeFileName } from './file-name.ts'
import { IncomingFile } from './incoming-file.ts'
import { defaultLimits, type ResolvedLimits } from './limits.ts'
import {
  type FieldPart,
  type FileHead,
  type FormEvents,
  MultipartParser,
} from './multipart-parser.ts'
import type { Plan } from './plan.ts'
import { detectType, SNIFF_BYTES } from './sniff.ts'
import { publishFiles, removeFiles, storeFile } from './stored-files.ts'
import type { NextFunction, UploadedFile, UploadRequest } from './types.ts'

// How long a storage engine may take to notice that its stream was destroyed before the error is
// delivered without it. What it stores after that is removed when it says so.
const ENGINE_GRACE = 2_000

/** What the caller of a middleware hands over. `res` may be missing when there is no server. */
export interface Exchange {
  readonly req: UploadRequest
  readonly res: ServerResponse | null | undefined
  readonly next: NextFunction
}

/**
 * One multipart request, from its first byte to `next()`.
 *
 * Fields go to `req.body` and files to the storage as they come. `next()` is called when the form is
 * complete, every file is stored and all are published; `next(error)` when anything failed, after
 * everything that was stored has been removed.
 */
export class UploadRun implements FormEvents, FeedEvents {
  readonly #plan: Plan
  readonly #exchange: Exchange
  readonly #expected: ExpectedFiles
  readonly #files: FileList
  readonly #body = emptyBody()
  // Keeps the caller's AsyncLocalStorage stores: what follows runs in the context of a socket.
  readonly #scope = new AsyncResource('TokkyuUpload')
  readonly #undecided = new Map<IncomingFile, UploadedFile>()
  readonly #storing = new Set<IncomingFile>()
  readonly #stored: UploadedFile[] = []
  #limits: ResolvedLimits = defaultLimits
  #feed: BodyFeed | undefined
  #parser: MultipartParser | undefined
  #complete = false
  #failure: { error: unknown; removed: boolean } | undefined
  #charged = 0

  constructor(plan: Plan, expected: ExpectedFiles, shape: FileListShape, exchange: Exchange) {
    this.#plan = plan
    this.#expected = expected
    this.#exchange = exchange
    exchange.req.body = this.#body
    this.#files = new FileList(exchange.req, shape)
  }

  start(): void {
    const { req } = this.#exchange
    try {
      this.#limits = this.#plan.limitsFor(req)
      const boundary = boundaryOf(req.headers['content-type'] ?? '')
      const limit = this.#limits.totalBytes
      if (Number(req.headers['content-length']) > limit) {
        throw uploadError('LIMIT_TOTAL_BYTES', { limit })
      }
      const { decodeParam, defCharset } = this.#plan
      const options = { boundary, limits: this.#limits, decodeParam, defCharset }
      this.#parser = new MultipartParser(options, this)
    } catch (error) {
      return this.failed(error)
    }
    this.#feed = new BodyFeed(this.#source(), this.#limits, this)
    this.#feed.start()
  }

  /** The request itself, or what a `streamHandler` is to write to. */
  #source(): Readable {
    const { req } = this.#exchange
    const { streamHandler, highWaterMark } = this.#plan
    if (streamHandler === undefined) return req
    const target = new PassThrough(highWaterMark === undefined ? {} : { highWaterMark })
    req.on('error', (error) => target.destroy(error))
    req.on('close', () => req.readableEnded || target.writableEnded || target.destroy())
    streamHandler(req, target)
    return target
  }

  push(chunk: Buffer): void {
    this.#parser?.push(chunk)
  }

  end(): void {
    this.#parser?.end()
    this.#complete = true
    this.#finishIfDone()
  }

  field({ name, value }: FieldPart): void {
    setField(this.#body, name, value, this.#limits)
  }

  file(head: FileHead): IncomingFile {
    const { fileHwm, hash, preservePath } = this.#plan
    const originalname = safeFileName(head.filename, preservePath)
    this.#expected.take(head.name, originalname)
    const file = {
      fieldname: head.name,
      originalname,
      encoding: head.encoding,
      mimetype: head.mimetype,
    } as UploadedFile
    Object.defineProperty(file, 'originalnameBytes', {
      configurable: true,
      value: head.filenameBytes,
    })
    const accept = this.#expected.acceptFor(head.name) ?? this.#plan.accept
    const sniffBytes = accept || this.#plan.sniff ? SNIFF_BYTES : 0
    const { fileSize } = this.#limits
    const flow = this.#feed as BodyFeed
    const incoming = new IncomingFile(
      { flow, fileSize, fileHwm, hash, sniffBytes },
      {
        sniffed: (first) => {
          const detected = detectType(first)
          if (detected !== undefined) file.detectedMimetype = detected
          accept?.check(detected, file.mimetype, { field: file.fieldname, filename: originalname })
          this.#decide(file, incoming)
        },
        passing: (bytes) => this.#charge(bytes, file),
        outgrown: () => this.#storing.has(incoming) && this.#fail(this.#tooLarge(file)),
      },
    )
    this.#undecided.set(incoming, file)
    this.#files.add(file)
    if (sniffBytes === 0) this.#decide(file, incoming)
    return incoming
  }

  /** Asks the filter, which may take its time: the file's bytes wait in its stream. */
  #decide(file: UploadedFile, incoming: IncomingFile): void {
    const decided = once((error: unknown, include?: boolean | void): void => {
      this.#undecided.delete(incoming)
      if (error || !include || this.#failure) {
        incoming.drop()
        this.#files.remove(file)
        this.#expected.giveBack(file.fieldname)
      }
      if (error) this.#fail(error)
      else if (include && incoming.stream.truncated) this.#fail(this.#tooLarge(file))
      else if (include && !this.#failure) this.#store(file, incoming)
      else this.#finishIfDone()
    })
    const { fileFilter } = this.#plan
    if (!fileFilter) return decided(null, true)
    this.#scope.runInAsyncScope(() => {
      const answer = fileFilter(this.#exchange.req, file, decided)
      if (answer) answer.then((include) => include !== undefined && decided(null, include), decided)
    })
  }

  #store(file: UploadedFile, incoming: IncomingFile): void {
    this.#storing.add(incoming)
    Object.defineProperty(file, 'stream', { configurable: true, value: incoming.stream })
    const stored = once((error: unknown, info?: Partial<UploadedFile>): void => {
      this.#storing.delete(incoming)
      if (error) return this.#notStored(error, file, incoming)
      if (incoming.sha256 !== undefined) file.sha256 = incoming.sha256
      this.#keep(Object.assign(file, info), incoming)
    })
    const { storage } = this.#plan
    this.#scope.runInAsyncScope(storeFile, undefined, storage, this.#exchange.req, file, stored)
  }

  #notStored(error: unknown, file: UploadedFile, incoming: IncomingFile): void {
    incoming.drop()
    this.#files.remove(file)
    if (this.#failure) this.#removeIfSettled()
    else this.#fail(error)
  }

  #keep(file: UploadedFile, incoming: IncomingFile): void {
    // An engine that never looked at the bytes would hold up the request for ever.
    if (incoming.stream.readableFlowing === null) incoming.drop()
    delete (file as Partial<UploadedFile>).stream
    if (this.#failure?.removed) {
      removeFiles(this.#plan.storage, this.#exchange.req, [file], () => {})
      return
    }
    this.#stored.push(file)
    this.#files.settle(file)
    if (this.#failure) this.#removeIfSettled()
    else this.#finishIfDone()
  }

  #finishIfDone(): void {
    if (!this.#complete || this.#failure || this.#undecided.size + this.#storing.size > 0) return
    this.#parser?.destroy()
    publishFiles(this.#plan.storage, this.#exchange.req, this.#stored, (error) => {
      if (error) this.#fail(error)
      else this.#scope.runInAsyncScope(this.#exchange.next)
    })
  }

  #charge(bytes: number, { fieldname: field, originalname: filename }: UploadedFile): void {
    const { quota } = this.#plan
    if (quota === undefined) return
    if (!quota.take(this.#exchange.req, bytes))
      throw uploadError('LIMIT_QUOTA', { field, filename })
    this.#charged += bytes
  }

  #tooLarge({ fieldname: field, originalname: filename }: UploadedFile): MulterError {
    return uploadError('LIMIT_FILE_SIZE', { field, filename, limit: this.#limits.fileSize })
  }

  #fail(error: unknown): void {
    this.#feed?.stop()
    this.failed(error)
  }

  failed(error: unknown): void {
    if (this.#failure) return
    this.#failure = { error, removed: false }
    this.#parser?.destroy()
    const reason = error instanceof Error ? error : new Error(String(error))
    for (const [incoming, file] of this.#undecided) {
      incoming.drop()
      this.#files.remove(file)
    }
    // A file that is all there is left to its engine, which may be past noticing anyway.
    for (const incoming of this.#storing) if (!incoming.ended) incoming.stream.destroy(reason)
    if (this.#storing.size > 0) setTimeout(() => this.#remove(), ENGINE_GRACE).unref()
    this.#removeIfSettled()
  }

  #removeIfSettled(): void {
    if (this.#storing.size === 0) this.#remove()
  }

  #remove(): void {
    const failure = this.#failure
    if (!failure || failure.removed) return
    failure.removed = true
    const { req, res, next } = this.#exchange
    removeFiles(this.#plan.storage, req, this.#stored, (storageErrors) => {
      if (this.#charged > 0) this.#plan.quota?.giveBack?.(req, this.#charged)
      if (failure.error instanceof Error) Object.assign(failure.error, { storageErrors })
      discardBody(req, res, () => this.#scope.runInAsyncScope(next, undefined, failure.error))
    })
  }
}

function once<Arguments extends unknown[]>(
  callback: (...given: Arguments) => void,
): (...given: Arguments) => void {
  let called = false
  return (...given) => {
    if (called) return
    called = true
    callback(...given)
  }
}
