import { AsyncResource } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import { discardBody } from './multipart/discard-body.ts'
import { annotated } from './errors/multer-error.ts'
import type { ExpectedFiles } from './checks/expected-files.ts'
import { emptyBody, setField } from './form-body.ts'
import { FileList, type FileListShape } from './file-list.ts'
import { FormReader, type FormReaderEvents } from './multipart/form-reader.ts'
import { IncomingFile } from './incoming-file.ts'
import type { FieldPart, FileHead } from './multipart/multipart-parser.ts'
import { once } from './callbacks.ts'
import type { ResolvedOptions } from './options.ts'
import { QuotaMeter } from './checks/quota.ts'
import { publishFiles, removeFiles, storeFile } from './storages/run-engine.ts'
import type { NextFunction, UploadedFile, UploadRequest } from './types.ts'

// How long a storage engine may take to notice that its stream has ended before the error is
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
export class UploadReceiver implements FormReaderEvents {
  readonly #options: ResolvedOptions
  readonly #exchange: Exchange
  readonly #expected: ExpectedFiles
  readonly #files: FileList
  readonly #reader: FormReader
  readonly #quota: QuotaMeter | undefined
  readonly #body = emptyBody()
  // Keeps the caller's AsyncLocalStorage stores: what follows runs in the context of a socket.
  readonly #scope = new AsyncResource('TokkyuUpload')
  readonly #undecided = new Map<IncomingFile, UploadedFile>()
  readonly #storing = new Map<IncomingFile, UploadedFile>()
  // Removed before their engine was done with them.
  readonly #unfinished = new Set<UploadedFile>()
  readonly #stored: UploadedFile[] = []
  // The file that came last, whose engine may have called back already.
  #arriving: IncomingFile | undefined
  #complete = false
  #failure: { error: unknown; removed: boolean } | undefined
  #grace: NodeJS.Timeout | undefined

  constructor(
    options: ResolvedOptions,
    expected: ExpectedFiles,
    shape: FileListShape,
    exchange: Exchange,
  ) {
    const { req } = exchange
    this.#options = options
    this.#expected = expected
    this.#exchange = exchange
    req.body = this.#body
    this.#files = new FileList(req, shape)
    this.#reader = new FormReader(req, options, this)
    this.#quota = options.quota && new QuotaMeter(options.quota, req)
  }

  start(): void {
    this.#reader.start()
  }

  complete(): void {
    this.#complete = true
    this.#finishIfDone()
  }

  field({ name, value }: FieldPart): void {
    setField(this.#body, name, value, this.#reader.limits)
  }

  file(head: FileHead): IncomingFile {
    const options = this.#options
    const { fileSize } = this.#reader.limits
    const settings = { options, flow: this.#reader, fileSize, quota: this.#quota }
    const accept = this.#expected.acceptFor(head.name) ?? options.accept
    const incoming = new IncomingFile(head, accept, settings, {
      ready: () => this.#decide(file, incoming),
      // A file that is still being decided about may yet be passed over, whatever its size.
      outgrown: () => this.#storing.has(incoming) && this.#fail(incoming.tooLarge),
    })
    this.#expected.take(head.name, incoming.filename)
    const file = describe(incoming)
    this.#undecided.set(incoming, file)
    this.#arriving = incoming
    this.#files.add(file)
    return incoming.open()
  }

  /** Asks the filter, which may take its time: the file's bytes wait in its stream. */
  #decide(file: UploadedFile, incoming: IncomingFile): void {
    const { detectedMimetype } = incoming
    if (detectedMimetype !== undefined) file.detectedMimetype = detectedMimetype
    const decided = once((error: unknown, include?: boolean | void): void => {
      if (!this.#undecided.delete(incoming)) return
      if (!error && include && !incoming.tooLarge) return this.#store(file, incoming)
      incoming.drop()
      this.#files.remove(file)
      this.#expected.giveBack(file.fieldname)
      if (error) this.#fail(error)
      else if (include) this.#fail(incoming.tooLarge)
      else this.#finishIfDone()
    })
    const { fileFilter } = this.#options
    if (!fileFilter) return decided(null, true)
    this.#scope.runInAsyncScope(() => {
      const answer = fileFilter(this.#exchange.req, file, decided)
      if (answer) answer.then((include) => include !== undefined && decided(null, include), decided)
    })
  }

  #store(file: UploadedFile, incoming: IncomingFile): void {
    this.#storing.set(incoming, file)
    Object.defineProperty(file, 'stream', { configurable: true, value: incoming.stream })
    const stored = once((error: unknown, info?: Partial<UploadedFile>): void => {
      this.#storing.delete(incoming)
      if (error) return this.#lose(error, file, incoming)
      if (incoming.sha256 !== undefined) file.sha256 = incoming.sha256
      this.#keep(Object.assign(file, info), incoming)
    })
    const { storage } = this.#options
    this.#scope.runInAsyncScope(storeFile, undefined, storage, this.#exchange.req, file, stored)
  }

  #lose(error: unknown, file: UploadedFile, incoming: IncomingFile): void {
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
      if (!this.#unfinished.has(file)) {
        removeFiles(this.#options.storage, this.#exchange.req, [file], () => {})
      }
      return
    }
    this.#stored.push(file)
    this.#files.settle(file)
    if (this.#failure) this.#removeIfSettled()
    else this.#finishIfDone()
  }

  #finishIfDone(): void {
    if (!this.#complete || this.#failure || this.#undecided.size + this.#storing.size > 0) return
    publishFiles(this.#options.storage, this.#exchange.req, this.#stored, (error) => {
      if (error) this.#fail(error)
      else this.#scope.runInAsyncScope(this.#exchange.next)
    })
  }

  #fail(error: unknown): void {
    this.#reader.stop()
    this.failed(error)
  }

  failed(error: unknown): void {
    if (this.#failure) return
    this.#failure = { error, removed: false }
    for (const [incoming, file] of this.#undecided) {
      incoming.drop()
      this.#files.remove(file)
    }
    this.#undecided.clear()
    this.#arriving?.cutOff()
    if (this.#storing.size === 0) this.#remove()
    else this.#grace = setTimeout(() => this.#remove(), ENGINE_GRACE)
  }

  #removeIfSettled(): void {
    if (this.#storing.size === 0) this.#remove()
  }

  #remove(): void {
    const failure = this.#failure
    if (!failure || failure.removed) return
    failure.removed = true
    clearTimeout(this.#grace)
    const { req, res, next } = this.#exchange
    for (const file of this.#storing.values()) if (file.path) this.#unfinished.add(file)
    const files = [...this.#stored, ...this.#unfinished]
    removeFiles(this.#options.storage, req, files, (storageErrors) => {
      this.#quota?.giveBack()
      const error = annotated(failure.error, { storageErrors })
      discardBody(req, res, () => this.#scope.runInAsyncScope(next, undefined, error))
    })
  }
}

/** A file as multer describes it. */
function describe({ head, filename }: IncomingFile): UploadedFile {
  const { name, encoding, mimetype, filenameBytes } = head
  const file = { fieldname: name, originalname: filename, encoding, mimetype } as UploadedFile
  return Object.defineProperty(file, 'originalnameBytes', {
    configurable: true,
    value: filenameBytes,
  })
}
