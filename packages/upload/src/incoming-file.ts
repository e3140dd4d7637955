import { Buffer } from 'node:buffer'
import { createHash, type Hash } from 'node:crypto'
import type { Accept } from './checks/accept.ts'
import { FileTooLargeError, QuotaExceededError } from './errors/limit-errors.ts'
import type { MulterError } from './errors/multer-error.ts'
import { safeFileName } from './checks/file-name.ts'
import { FileStream, type FlowControl } from './multipart/file-stream.ts'
import type { FileHead, FileSink } from './multipart/multipart-parser.ts'
import type { ResolvedOptions } from './options.ts'
import type { QuotaMeter } from './checks/quota.ts'
import { detectType, SNIFF_BYTES } from './checks/sniff.ts'

/** What holds for every file of a request. */
export interface FileSettings {
  readonly options: Pick<ResolvedOptions, 'fileHwm' | 'hash' | 'preservePath' | 'sniff'>
  readonly flow: FlowControl
  readonly fileSize: number
  readonly quota: QuotaMeter | undefined
}

export interface FileEvents {
  /** All that can be known before the bytes are handed on is known, and is in order. */
  ready(file: IncomingFile): void
  /** The file outgrew its limit; what came after it is dropped. See `IncomingFile.tooLarge`. */
  outgrown(file: IncomingFile): void
}

/**
 * One file while it arrives: named safely, looked at, counted, charged, hashed, and handed on as a
 * stream. Nothing is handed on before `ready` has returned.
 */
export class IncomingFile implements FileSink {
  readonly head: FileHead
  /** The client's name, safe to show and to use. */
  readonly filename: string
  readonly stream: FileStream
  size = 0
  /** Set before `ready`, when it was asked for and the bytes are of a known type. */
  detectedMimetype: string | undefined
  /** Hexadecimal; known once the file has ended. */
  sha256: string | undefined
  /** Set when the file outgrew `limits.fileSize`. */
  tooLarge: MulterError | undefined
  /** Whether all of its bytes are in the stream. */
  ended = false
  readonly #accept: Accept | undefined
  readonly #settings: FileSettings
  readonly #events: FileEvents
  readonly #hash: Hash | undefined
  // The first bytes, while they are being waited for.
  #first: Buffer[] | undefined
  #dropped = false

  constructor(
    head: FileHead,
    accept: Accept | undefined,
    settings: FileSettings,
    events: FileEvents,
  ) {
    const { fileHwm, hash, preservePath } = settings.options
    this.head = head
    this.filename = safeFileName(head.filename, preservePath)
    this.stream = new FileStream(settings.flow, fileHwm)
    this.#accept = accept
    this.#settings = settings
    this.#events = events
    this.#hash = hash === undefined ? undefined : createHash(hash)
  }

  /** Calls `ready`, now or when enough was seen. */
  open(): this {
    if (this.#accept || this.#settings.options.sniff) this.#first = []
    else this.#events.ready(this)
    return this
  }

  write(bytes: Buffer): void {
    if (this.#dropped || this.tooLarge) return
    const limit = this.#settings.fileSize
    this.size += bytes.length
    if (this.size <= limit) return this.#take(bytes)
    this.stream.truncated = true
    this.stream.emit('limit') // as busboy's streams do, for engines that listen
    this.tooLarge = new FileTooLargeError({ ...this.#names(), limit })
    this.#events.outgrown(this)
  }

  end(): void {
    if (this.#first !== undefined) this.#look(this.#first)
    if (this.#dropped) return
    this.ended = true
    this.sha256 = this.#hash?.digest('hex')
    this.stream.push(null)
  }

  /**
   * The request has failed: the stream ends where it is. It is not destroyed, for the end is all that
   * an engine which pipes it into another stream ever hears of.
   */
  cutOff(): void {
    if (this.ended || this.#dropped) return
    this.#dropped = true
    this.stream.truncated = true
    this.stream.push(null)
  }

  /** Nobody wants the file: its bytes are let go. */
  drop(): void {
    this.#dropped = true
    this.#first = undefined
    this.stream.destroy()
  }

  #take(bytes: Buffer): void {
    if (this.#first === undefined) return this.#pass(bytes)
    this.#first.push(bytes)
    if (this.size >= SNIFF_BYTES) this.#look(this.#first)
  }

  #look(chunks: readonly Buffer[]): void {
    const first = Buffer.concat(chunks)
    this.#first = undefined
    // As many bytes for every file, however it came in pieces: the answer may not depend on that.
    this.detectedMimetype = detectType(first.subarray(0, SNIFF_BYTES))
    this.#accept?.check(this.detectedMimetype, this.head.mimetype, this.#names())
    this.#events.ready(this)
    if (first.length > 0 && !this.#dropped) this.#pass(first)
  }

  #pass(bytes: Buffer): void {
    if (this.#settings.quota?.take(bytes.length) === false) {
      throw new QuotaExceededError(this.#names())
    }
    this.#hash?.update(bytes)
    this.stream.write(bytes)
  }

  #names(): { field: string; filename: string } {
    return { field: this.head.name, filename: this.filename }
  }
}
