import { Buffer } from 'node:buffer'
import { createHash, type Hash } from 'node:crypto'
import { FileStream, type FlowControl } from './file-stream.ts'
import type { FileSink } from './multipart-parser.ts'

export interface IncomingFileOptions {
  readonly flow: FlowControl
  readonly fileSize: number
  readonly fileHwm: number | undefined
  readonly hash: 'sha256' | undefined
  /** Bytes that are to be seen before anything is handed on; 0 for none. */
  readonly sniffBytes: number
}

export interface IncomingFileEvents {
  /** The first bytes are there, or all there are. Nothing has been handed on yet. */
  sniffed(head: Buffer): void
  /** So many bytes are about to be handed on. */
  passing(bytes: number): void
  /** The file outgrew its limit; what came after it is dropped. */
  outgrown(): void
}

/** One file while it arrives: counted, looked at, hashed, and handed on as a stream. */
export class IncomingFile implements FileSink {
  readonly stream: FileStream
  size = 0
  /** Whether all of its bytes are in the stream. */
  ended = false
  /** Hexadecimal; known once the file has ended. */
  sha256: string | undefined
  readonly #options: IncomingFileOptions
  readonly #events: IncomingFileEvents
  readonly #hash: Hash | undefined
  #head: Buffer[] | undefined
  #dropped = false

  constructor(options: IncomingFileOptions, events: IncomingFileEvents) {
    this.#options = options
    this.#events = events
    this.stream = new FileStream(options.flow, options.fileHwm)
    this.#hash = options.hash === undefined ? undefined : createHash(options.hash)
    this.#head = options.sniffBytes > 0 ? [] : undefined
  }

  write(bytes: Buffer): void {
    if (this.#dropped || this.stream.truncated) return
    const room = this.#options.fileSize - this.size
    this.size += bytes.length
    if (bytes.length <= room) return this.#take(bytes)
    this.stream.truncated = true
    this.stream.emit('limit') // as busboy's streams do, for engines that listen
    this.#events.outgrown()
  }

  end(): void {
    if (this.#dropped) return
    if (this.#head !== undefined) this.#passHead(this.#head)
    this.ended = true
    this.sha256 = this.#hash?.digest('hex')
    this.stream.push(null)
  }

  /** Nobody wants the file: its bytes are let go. */
  drop(): void {
    this.#dropped = true
    this.#head = undefined
    this.stream.destroy()
  }

  #take(bytes: Buffer): void {
    if (this.#head === undefined) return this.#pass(bytes)
    this.#head.push(bytes)
    if (this.size >= this.#options.sniffBytes) this.#passHead(this.#head)
  }

  #passHead(chunks: Buffer[]): void {
    const head = Buffer.concat(chunks)
    this.#head = undefined
    this.#events.sniffed(head)
    if (head.length > 0 && !this.#dropped) this.#pass(head)
  }

  #pass(bytes: Buffer): void {
    this.#events.passing(bytes.length)
    this.#hash?.update(bytes)
    this.stream.write(bytes)
  }
}
