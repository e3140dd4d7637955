import { Buffer } from 'node:buffer'
import { MalformedFormError } from '../errors/form-errors.ts'
import { PartHeaderTooLargeError } from '../errors/limit-errors.ts'

/** What the scanner finds, in wire order. `data` may be called any number of times per part. */
export interface ScannerEvents {
  /** A part's header lines, joined by CRLF. */
  head(head: Buffer): void
  data(bytes: Buffer): void
  partEnd(): void
}

type State = 'preamble' | 'delimiter-line' | 'head' | 'body-start' | 'body' | 'epilogue'

const CRLF = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')
const EMPTY = Buffer.alloc(0)
const CR = 13
const LF = 10
const DASH = 45

/**
 * Cuts a multipart body at its delimiters (RFC 2046 §5.1.1), however it is chunked.
 *
 * It looks for the delimiter with `Buffer.indexOf`, which is native, and hands file bytes on as
 * slices of what came in. Positions are passed around instead of ever shorter slices: making those
 * costs more than reading a small form.
 */
export class DelimiterScanner {
  readonly #delimiter: Buffer
  readonly #headSize: number
  readonly #events: ScannerEvents
  #state: State = 'preamble'
  // What earlier chunks ended with and later ones decide about: the start of what may be a
  // delimiter, or an unfinished line or head. The body begins as if a line had just ended, for the
  // first delimiter has no CRLF before it.
  #held: Buffer = CRLF
  // How much of `#held` was only assumed, and is no data.
  #assumed = CRLF.length
  #stopped = false

  constructor(boundary: string, headSize: number, events: ScannerEvents) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
    this.#headSize = headSize
    this.#events = events
  }

  /** @throws {MulterError} at the first byte that cannot be right. */
  push(chunk: Buffer): void {
    let bytes = chunk
    let at = 0
    if (this.#held.length > 0) {
      if (this.#state === 'head' || this.#state === 'delimiter-line') bytes = this.#join(chunk)
      else at = this.#resumeDelimiter(chunk)
    }
    while (at < bytes.length && !this.#stopped) at = this.#step(bytes, at)
  }

  /** @throws {MulterError} `UNEXPECTED_END`, or `MALFORMED_PART_HEADER` inside a head. */
  end(): void {
    if (this.#state === 'head') throw new MalformedFormError('MALFORMED_PART_HEADER')
    if (this.#state !== 'epilogue') throw new MalformedFormError('UNEXPECTED_END')
  }

  /** Makes it deaf: nothing more is found, not even in the chunk it is at. */
  stop(): void {
    this.#stopped = true
  }

  /** Takes what it can from `at` on; returns where to go on, the end when it needs more. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'preamble':
      case 'body':
        return this.#findDelimiter(bytes, at)
      case 'delimiter-line':
        return this.#readDelimiterLine(bytes, at)
      case 'head':
        return this.#readHead(bytes, at)
      case 'body-start':
        return this.#startBody(bytes, at)
      default:
        return bytes.length // the epilogue means nothing
    }
  }

  #findDelimiter(bytes: Buffer, at: number): number {
    const found = bytes.indexOf(this.#delimiter, at)
    if (found !== -1) {
      this.#emit(bytes, at, found)
      return this.#delimited(found + this.#delimiter.length)
    }
    const safe = this.#safeEnd(bytes, at)
    this.#emit(bytes, at, safe)
    // Copied: a slice of a few bytes would keep the whole chunk alive.
    if (safe < bytes.length) this.#held = Buffer.from(bytes.subarray(safe))
    return bytes.length
  }

  /** Goes on with a delimiter that the chunk before may have begun; returns where to go on. */
  #resumeDelimiter(chunk: Buffer): number {
    const held = this.#held
    const missing = this.#delimiter.length - held.length
    const joined = Buffer.concat([held, chunk.subarray(0, missing)])
    if (this.#startsDelimiter(joined, 0)) {
      if (joined.length === this.#delimiter.length) return this.#delimited(missing)
      this.#held = joined
      return chunk.length
    }
    // A delimiter's only CR is its first byte: what was held cannot contain the start of another.
    if (this.#state === 'body-start') this.#state = 'body'
    this.#emit(held, this.#assumed, held.length)
    this.#forget()
    return 0
  }

  #delimited(at: number): number {
    // It shares its CRLF with the empty line after the head. RFC 2046 could be read to allow that;
    // busboy, whose word this is, calls it malformed.
    if (this.#state === 'body-start') throw new MalformedFormError('MALFORMED_PART_HEADER')
    const endsPart = this.#state === 'body'
    this.#state = 'delimiter-line'
    this.#forget()
    if (endsPart) this.#events.partEnd()
    return at
  }

  /** `--` closes the form; padding and CRLF (RFC 2046 §5.1.1) open a part. Else it is malformed. */
  #readDelimiterLine(bytes: Buffer, at: number): number {
    if (bytes.length - at < 2) return this.#hold(bytes, at)
    if (bytes[at] === DASH && bytes[at + 1] === DASH) {
      this.#state = 'epilogue'
      return bytes.length
    }
    let end = at
    while (bytes[end] === 32 || bytes[end] === 9) end++
    if (end - at > this.#headSize) throw new MalformedFormError('MALFORMED_DELIMITER')
    if (end > bytes.length - 2) return this.#hold(bytes, at)
    if (bytes[end] !== CR || bytes[end + 1] !== LF)
      throw new MalformedFormError('MALFORMED_DELIMITER')
    this.#state = 'head'
    // The line end is read again, so that a head without any header is found like every other.
    return end
  }

  #readHead(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(HEAD_END, at)
    const length = (end === -1 ? bytes.length : end) - at - CRLF.length
    if (length > this.#headSize)
      throw new PartHeaderTooLargeError('LIMIT_HEADER_SIZE', { limit: this.#headSize })
    if (end === -1) return this.#hold(bytes, at)
    const head = bytes.subarray(at + CRLF.length, Math.max(end, at + CRLF.length))
    if (bytes.subarray(at, end + CRLF.length).includes(this.#delimiter)) {
      throw new MalformedFormError('MALFORMED_PART_HEADER')
    }
    this.#state = 'body-start'
    this.#events.head(head)
    return end + HEAD_END.length
  }

  #startBody(bytes: Buffer, at: number): number {
    if (bytes[at] === DASH) {
      this.#held = CRLF
      this.#assumed = CRLF.length
      return at + this.#resumeDelimiter(bytes.subarray(at))
    }
    this.#state = 'body'
    return at
  }

  #emit(bytes: Buffer, from: number, to: number): void {
    if (this.#state === 'body' && to > from) this.#events.data(bytes.subarray(from, to))
  }

  /** Where bytes begin that may belong to a delimiter which ends in a later chunk. */
  #safeEnd(bytes: Buffer, at: number): number {
    const from = Math.max(at, bytes.length - this.#delimiter.length + 1)
    for (let position = bytes.length - 1; position >= from; position--) {
      if (bytes[position] !== CR) continue
      return this.#startsDelimiter(bytes, position) ? position : bytes.length
    }
    return bytes.length
  }

  /** Whether all that follows `at` is how a delimiter begins. */
  #startsDelimiter(bytes: Buffer, at: number): boolean {
    for (let position = at; position < bytes.length; position++) {
      if (bytes[position] !== this.#delimiter[position - at]) return false
    }
    return true
  }

  #hold(bytes: Buffer, at: number): number {
    this.#held = Buffer.from(bytes.subarray(at))
    return bytes.length
  }

  #join(chunk: Buffer): Buffer {
    const joined = Buffer.concat([this.#held, chunk])
    this.#forget()
    return joined
  }

  #forget(): void {
    this.#held = EMPTY
    this.#assumed = 0
  }
}
