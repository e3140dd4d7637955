import { isUtf8 } from 'node:buffer'

import { ProtocolError } from '../errors/protocol-error.ts'

const [VARINT, FIXED_64, BYTES, FIXED_32] = [0, 1, 2, 5]
/** Up to this length a loop over the bytes beats a call of `Buffer#latin1Slice`. */
const SHORT_TEXT = 24

/** Reads the fields of one protobuf message after the other out of a piece of memory, never beyond it. */
export class ProtobufReader {
  #buffer: Buffer
  #at: number
  #end: number
  /** The wire type of the field that is being read. */
  #wireType = 0

  constructor(buffer: Buffer, start: number, end: number) {
    this.#buffer = buffer
    this.#at = start
    this.#end = end
  }

  /** The number of the next field; 0 at the end of the message. */
  field(): number {
    if (this.#at >= this.#end) return 0
    const tag = this.#varint()
    this.#wireType = tag % 8
    const field = Math.floor(tag / 8)
    if (field === 0 || field > 536_870_911) throw new ProtocolError('a field has no number')
    return field
  }

  /** Passes over a field that nobody here knows. */
  skip(): void {
    if (this.#wireType === VARINT) this.#longVarint()
    else if (this.#wireType === BYTES) this.#pass(this.#length())
    else if (this.#wireType === FIXED_64) this.#pass(8)
    else if (this.#wireType === FIXED_32) this.#pass(4)
    else throw new ProtocolError('a field is of no known wire type')
  }

  uint32(): number {
    this.#expect(VARINT)
    const value = this.#varint()
    if (value > 0xffff_ffff) throw new ProtocolError('a number is larger than 32 bits')
    return value
  }

  /** A number of a status; one that no status has, however long, is read as 2, UNKNOWN. */
  statusCode(): number {
    this.#expect(VARINT)
    const start = this.#at
    this.#longVarint()
    return this.#at - start === 1 ? this.#buffer[start]! : 2
  }

  /** A number of a stream, or -1 for none. */
  streamId(): number {
    this.#expect(VARINT)
    if (this.#isMinusOne()) {
      this.#at += 10
      return -1
    }
    return this.#varint()
  }

  bytes(): Buffer {
    this.#expect(BYTES)
    const length = this.#length()
    this.#at += length
    return this.#buffer.subarray(this.#at - length, this.#at)
  }

  text(): string {
    this.#expect(BYTES)
    const length = this.#length()
    const from = this.#at
    this.#at += length
    return length <= SHORT_TEXT ? this.#shortText(from) : this.#longText(from)
  }

  /** The length of the message in the field that is being read, which stays to be read. */
  peekLength(): number {
    this.#expect(BYTES)
    const at = this.#at
    const length = this.#length()
    this.#at = at
    return length
  }

  /** Reads the message in the field that is being read, by `read`, which sees its end as the end. */
  message(read: () => void): void {
    this.#expect(BYTES)
    const length = this.#length()
    const end = this.#end
    this.#end = this.#at + length
    read()
    this.#end = end
  }

  /** A list of numbers as either of the two ways has it: each in a field, or all in one. */
  uint32s(into: number[]): void {
    if (this.#wireType === VARINT) {
      into.push(this.uint32())
      return
    }
    this.message(() => {
      this.#wireType = VARINT
      while (this.#at < this.#end) into.push(this.uint32())
    })
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw new ProtocolError('a field is of the wrong wire type')
  }

  #length(): number {
    const length = this.#varint()
    if (length > this.#end - this.#at) throw new ProtocolError('a field is longer than its frame')
    return length
  }

  #pass(bytes: number): void {
    if (bytes > this.#end - this.#at) throw new ProtocolError('a field is longer than its frame')
    this.#at += bytes
  }

  /** A varint that JavaScript can count with: at most 53 bits. */
  #varint(): number {
    let value = 0
    let factor = 1
    for (let count = 0; count < 8; count++) {
      if (this.#at >= this.#end) throw new ProtocolError('a number breaks off')
      const byte = this.#buffer[this.#at++]!
      value += (byte & 127) * factor
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
      factor *= 128
    }
    throw new ProtocolError('a number is out of range')
  }

  #longVarint(): void {
    for (let count = 0; count < 10; count++) {
      if (this.#at >= this.#end) throw new ProtocolError('a number breaks off')
      if (this.#buffer[this.#at++]! < 128) return
    }
    throw new ProtocolError('a number is out of range')
  }

  #isMinusOne(): boolean {
    if (this.#end - this.#at < 10 || this.#buffer[this.#at + 9] !== 1) return false
    for (let index = 0; index < 9; index++) {
      if (this.#buffer[this.#at + index] !== 255) return false
    }
    return true
  }

  #shortText(from: number): string {
    let text = ''
    for (let at = from; at < this.#at; at++) {
      const byte = this.#buffer[at]!
      if (byte > 127) return this.#longText(from)
      text += String.fromCharCode(byte)
    }
    return text
  }

  #longText(from: number): string {
    if (!isUtf8(this.#buffer.subarray(from, this.#at)))
      throw new ProtocolError('a text is no UTF-8')
    return this.#buffer.toString('utf8', from, this.#at)
  }
}
