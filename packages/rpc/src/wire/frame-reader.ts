import { ProtocolError } from '../errors/protocol-error.ts'
import { decodeAnswerFrame, decodeCallerFrame, decodeGoAway } from './decode-frame.ts'
import { frameKinds, type FrameSink, PREFIX_BYTES } from './frame.ts'
import { Pieces } from './pieces.ts'
import { ProtobufReader } from './protobuf-reader.ts'

/** Bounds of what is read. */
export interface FrameLimits {
  /** The longest frame. */
  readonly frameBytes: number
  /** The largest header fields, or trailers, of a call. */
  readonly metadataBytes: number
}

/**
 * Cuts a byte stream into frames, however its bytes arrive, and hands each on as soon as it is whole.
 *
 * A frame's data is a view of the bytes it came in, which would stay in memory as long as it does.
 */
export class FrameReader {
  readonly #limits: FrameLimits
  readonly #sink: FrameSink
  /** The beginning of a frame whose end has not come. */
  readonly #held = new Pieces()

  constructor(limits: FrameLimits, sink: FrameSink) {
    this.#limits = limits
    this.#sink = sink
  }

  /**
   * Takes the next bytes.
   *
   * @throws {ProtocolError} for bytes that are no frames; those before them have been handed on.
   */
  push(bytes: Buffer): void {
    let at = this.#held.length > 0 ? this.#finishHeld(bytes) : 0
    while (bytes.length - at >= PREFIX_BYTES) {
      const end = at + this.#lengthAt(bytes, at)
      if (end > bytes.length) break
      this.#handOn(bytes, at, end)
      at = end
    }
    if (at < bytes.length) this.#held.add(bytes.subarray(at))
  }

  /** Adds what the begun frame lacks; says where the next one begins. */
  #finishHeld(bytes: Buffer): number {
    let at = this.#addUntil(PREFIX_BYTES, bytes, 0)
    if (this.#held.length < PREFIX_BYTES) return at
    const length = this.#lengthAt(this.#held.first, 0)
    at = this.#addUntil(length, bytes, at)
    if (this.#held.length === length) this.#handOn(this.#held.take(), 0, length)
    return at
  }

  /** Holds as many bytes as there are until so many are held; says where the others begin. */
  #addUntil(length: number, bytes: Buffer, from: number): number {
    const to = Math.min(bytes.length, from + Math.max(0, length - this.#held.length))
    if (to > from) this.#held.add(bytes.subarray(from, to))
    return to
  }

  /** How many bytes the frame takes that begins at a place. */
  #lengthAt(bytes: Buffer, at: number): number {
    const length = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
    if (bytes[at]! > frameKinds.goAway) throw new ProtocolError('a frame is of no known kind')
    if (length > this.#limits.frameBytes) {
      throw new ProtocolError(`a frame is longer than ${this.#limits.frameBytes} bytes`)
    }
    return PREFIX_BYTES + length
  }

  #handOn(bytes: Buffer, at: number, end: number): void {
    const kind = bytes[at]!
    const start = at + PREFIX_BYTES
    if (kind === frameKinds.ping || kind === frameKinds.pong) {
      if (end - start !== 8) throw new ProtocolError('a ping is not of 8 bytes')
      const payload = bytes.subarray(start, end)
      this.#sink.fromCarrier({ kind: kind === frameKinds.ping ? 'ping' : 'pong', payload })
      return
    }
    const reader = new ProtobufReader(bytes, start, end)
    const { metadataBytes } = this.#limits
    if (kind === frameKinds.caller) this.#sink.fromCaller(decodeCallerFrame(reader, metadataBytes))
    else if (kind === frameKinds.answerer)
      this.#sink.fromAnswerer(decodeAnswerFrame(reader, metadataBytes))
    else this.#sink.fromCarrier(decodeGoAway(reader))
  }
}
