import { Buffer } from 'node:buffer'
import { uploadError } from './errors.ts'

/** What the scanner finds, in wire order. `data` may be called any number of times per part. */
export interface ScannerEvents {
  /** A part's header lines, joined by CRLF. */
  head(head: Buffer): void
  data(bytes: Buffer): void
  partEnd(): void
}

type State = 'preamble' | 'after-delimiter' | 'head' | 'body-start' | 'body' | 'epilogue'

const CRLF = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')
const EMPTY = Buffer.alloc(0)
const CR = 13

/**
 * Cuts a multipart body at its delimiters (RFC 2046 §5.1.1), however it is chunked.
 *
 * It looks for the delimiter with `Buffer.indexOf`, which is native, and hands file bytes on as
 * slices of what came in: this is what makes an upload cost little more than reading it.
 */
export class DelimiterScanner {
  readonly #delimiter: Buffer
  readonly #headSize: number
  readonly #events: ScannerEvents
  #state: State = 'preamble'
  // Bytes of earlier chunks that may yet turn out to be part of a delimiter, or of a head. The body
  // starts as if a line had just ended, for the first delimiter has no CRLF before it.
  #held: Buffer = CRLF
  #stopped = false

  constructor(boundary: string, headSize: number, events: ScannerEvents) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
    this.#headSize = headSize
    this.#events = events
  }

  /** Whether the closing delimiter was seen; what follows it is ignored (RFC 2046's epilogue). */
  get complete(): boolean {
    return this.#state === 'epilogue'
  }

  /** @throws {MulterError} at the first byte that cannot be right. */
  push(chunk: Buffer): void {
    let rest: Buffer | undefined = chunk
    while (rest !== undefined && rest.length > 0 && !this.#stopped) rest = this.#step(rest)
  }

  /** Makes it deaf: nothing more is found, not even in the chunk it is at. */
  stop(): void {
    this.#stopped = true
  }

  /** @throws {MulterError} `UNEXPECTED_END`, or `MALFORMED_PART_HEADER` inside a head. */
  end(): void {
    if (this.#state === 'head') throw uploadError('MALFORMED_PART_HEADER')
    if (this.#state !== 'epilogue') throw uploadError('UNEXPECTED_END')
  }

  /** Takes what it can from the front of `bytes`; returns the rest, if there is more to do. */
  #step(bytes: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'preamble':
      case 'body-start':
      case 'body':
        return this.#findDelimiter(bytes)
      case 'after-delimiter':
        return this.#readLineEnd(this.#takeHeld(bytes))
      case 'head':
        return this.#readHead(this.#takeHeld(bytes))
      default:
        return undefined // the epilogue
    }
  }

  #findDelimiter(bytes: Buffer): Buffer | undefined {
    if (this.#held.length > 0) return this.#findAcrossChunks(bytes)
    const at = bytes.indexOf(this.#delimiter)
    if (at !== -1) {
      this.#emit(bytes.subarray(0, at))
      return this.#delimited(bytes.subarray(at + this.#delimiter.length))
    }
    const safe = this.#safeLength(bytes)
    this.#emit(bytes.subarray(0, safe))
    // Copied: a slice of a few bytes would keep the whole chunk alive.
    this.#held = safe === bytes.length ? EMPTY : Buffer.from(bytes.subarray(safe))
    return undefined
  }

  /** As above, when the chunk before ended in what looks like the start of a delimiter. */
  #findAcrossChunks(bytes: Buffer): Buffer | undefined {
    const held = this.#held
    const missing = this.#delimiter.length - held.length
    const joined = Buffer.concat([held, bytes.subarray(0, missing)])
    if (joined.equals(this.#delimiter)) {
      this.#held = EMPTY
      return this.#delimited(bytes.subarray(missing))
    }
    if (this.#startsDelimiter(joined)) {
      this.#held = joined
      return undefined
    }
    // A delimiter has one CR, its first byte: what was held cannot contain the start of another.
    this.#held = EMPTY
    const assumed = this.#state === 'body-start' ? CRLF.length : 0
    if (this.#state === 'body-start') this.#state = 'body'
    this.#emit(held.subarray(assumed))
    return bytes
  }

  #delimited(rest: Buffer): Buffer {
    if (this.#state === 'body-start') throw uploadError('MALFORMED_PART_HEADER')
    if (this.#state === 'body') this.#events.partEnd()
    this.#state = 'after-delimiter'
    return rest
  }

  /** `--` closes the form; padding and CRLF (RFC 2046 §5.1.1) open a part. Else it is malformed. */
  #readLineEnd(bytes: Buffer): Buffer | undefined {
    if (bytes.length < 2) return this.#hold(bytes)
    if (bytes[0] === 45 && bytes[1] === 45) {
      this.#state = 'epilogue'
      return undefined
    }
    let at = 0
    while (bytes[at] === 32 || bytes[at] === 9) at++
    if (at > this.#headSize) throw uploadError('MALFORMED_DELIMITER')
    if (at > bytes.length - 2) return this.#hold(bytes)
    if (bytes[at] !== CR || bytes[at + 1] !== 10) throw uploadError('MALFORMED_DELIMITER')
    this.#state = 'head'
    // The line end stays, so that a head without any header is found like every other.
    return bytes.subarray(at)
  }

  #readHead(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf(HEAD_END)
    const head = end === -1 ? bytes : bytes.subarray(0, end + CRLF.length)
    if (head.includes(this.#delimiter)) throw uploadError('MALFORMED_PART_HEADER')
    if (head.length > this.#headSize + HEAD_END.length) {
      throw uploadError('LIMIT_HEADER_SIZE', { limit: this.#headSize })
    }
    if (end === -1) return this.#hold(bytes)
    // A delimiter right here shares its CRLF with the empty line: busboy calls that malformed.
    this.#state = 'body-start'
    this.#held = CRLF
    this.#events.head(bytes.subarray(CRLF.length, Math.max(end, CRLF.length)))
    return bytes.subarray(end + HEAD_END.length)
  }

  #emit(bytes: Buffer): void {
    if (this.#state === 'body' && bytes.length > 0) this.#events.data(bytes)
  }

  /** How much of `bytes` cannot belong to a delimiter that ends in a later chunk. */
  #safeLength(bytes: Buffer): number {
    const from = Math.max(0, bytes.length - this.#delimiter.length + 1)
    const at = bytes.subarray(from).lastIndexOf(CR)
    return at !== -1 && this.#startsDelimiter(bytes.subarray(from + at)) ? from + at : bytes.length
  }

  #startsDelimiter(bytes: Buffer): boolean {
    return this.#delimiter.subarray(0, bytes.length).equals(bytes)
  }

  #hold(bytes: Buffer): undefined {
    this.#held = Buffer.from(bytes)
  }

  #takeHeld(bytes: Buffer): Buffer {
    if (this.#held.length === 0) return bytes
    const joined = Buffer.concat([this.#held, bytes])
    this.#held = EMPTY
    return joined
  }
}
