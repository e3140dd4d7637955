import { statusCodes } from '../errors/status-code.ts'
import { fields, type Fields, frameKinds, PREFIX_BYTES, type Status } from './frame.ts'
import { isLent, lengthOf, type Outgoing } from './outgoing.ts'

/** Frames are gathered in pieces of memory of this size; a longer frame gets one of its own. */
const SLAB_BYTES = 16_384
/** Data of this length and more is not copied: it leaves as a piece of its own, and must not change. */
const LONG_DATA = 4096
/** Above this length `Buffer#write` beats a loop over the characters. */
const SHORT_TEXT = 48

const [VARINT, BYTES] = [0, 2]
const NOTHING = Buffer.alloc(0)

/**
 * Gathers frames until they are taken, so that all frames of a tick leave in one write.
 *
 * Messages are laid out as protobuf has them, by hand: a general encoder would make an object of each
 * frame first, and costs more than the frame does.
 */
export class FrameWriter {
  #slab: Buffer = NOTHING
  /** Where the frames begin that nobody has taken yet. */
  #start = 0
  #at = 0
  #full: Uint8Array[] = []
  #fullBytes = 0

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#fullBytes + this.#at - this.#start
  }

  /** All frames since the last time, as few buffers as they are in. */
  take(): readonly Uint8Array[] {
    this.#cut()
    const taken = this.#full
    this.#full = []
    this.#fullBytes = 0
    return taken
  }

  newStream(stream: number, method: string, headers: Fields, window: number): void {
    const frame = this.#begin('caller', stream, 48 + 3 * method.length + most(headers))
    const body = this.#open(fields.caller.newStream)
    this.#text(fields.newStream.method, method)
    if (headers.size > 0) this.#metadata(fields.newStream.headers, headers)
    this.#number(fields.newStream.window, window)
    this.#number(fields.newStream.revision, 1)
    this.#shut(body)
    this.#end(frame)
  }

  message(from: 'caller' | 'answerer', stream: number, size: number, data: Outgoing): void {
    const length = lengthOf(data)
    const frame = this.#begin(from, stream, 32 + copied(length))
    const bytes = length === 0 ? 0 : 1 + sizeOf(length) + length
    this.#tag(fields[from].message, BYTES)
    this.#varint(bytes + (size === 0 ? 0 : 1 + sizeOf(size)))
    this.#number(fields.message.size, size)
    if (length > 0) this.#endWith(frame, fields.message.data, data, length)
    else this.#end(frame)
  }

  more(from: 'caller' | 'answerer', stream: number, data: Outgoing): void {
    const length = lengthOf(data)
    const frame = this.#begin(from, stream, 16 + copied(length))
    this.#endWith(frame, fields[from].more, data, length)
  }

  window(from: 'caller' | 'answerer', stream: number, bytes: number): void {
    const frame = this.#begin(from, stream, 16)
    this.#tag(fields[from].window, VARINT)
    this.#varint(bytes)
    this.#end(frame)
  }

  halfClose(stream: number): void {
    this.#empty(stream, fields.caller.halfClose)
  }

  cancel(stream: number): void {
    this.#empty(stream, fields.caller.cancel)
  }

  settings(window: number): void {
    const frame = this.#begin('answerer', -1, 32)
    const body = this.#open(fields.answerer.settings)
    // The one revision that is spoken here, as the packed list that it is.
    this.#tag(fields.settings.revisions, BYTES)
    this.#varint(1)
    this.#varint(1)
    this.#number(fields.settings.window, window)
    this.#shut(body)
    this.#end(frame)
  }

  headers(stream: number, headers: Fields): void {
    const frame = this.#begin('answerer', stream, 16 + most(headers))
    this.#metadata(fields.answerer.headers, headers)
    this.#end(frame)
  }

  close(stream: number, status: Status, trailers: Fields): void {
    const frame = this.#begin('answerer', stream, 48 + 3 * status.details.length + most(trailers))
    const body = this.#open(fields.answerer.close)
    if (trailers.size > 0) this.#metadata(fields.close.trailers, trailers)
    if (status.code !== 'OK') this.#status(fields.close.status, status)
    this.#shut(body)
    this.#end(frame)
  }

  ping(payload: Uint8Array): void {
    this.#raw('ping', payload)
  }

  pong(payload: Uint8Array): void {
    this.#raw('pong', payload)
  }

  goAway(lastStream: number, status: Status): void {
    const frame = this.#prefix('goAway', 48 + 3 * status.details.length)
    this.#tag(fields.goAway.lastStream, VARINT)
    this.#int64(lastStream)
    if (status.code !== 'OK') this.#status(fields.goAway.status, status)
    this.#end(frame)
  }

  #empty(stream: number, field: number): void {
    const frame = this.#begin('caller', stream, 16)
    this.#tag(field, BYTES)
    this.#varint(0)
    this.#end(frame)
  }

  #raw(kind: 'ping' | 'pong', payload: Uint8Array): void {
    const frame = this.#prefix(kind, payload.length)
    this.#slab.set(payload, this.#at)
    this.#at += payload.length
    this.#end(frame)
  }

  /** Begins a frame with room for the longest that it may become. */
  #begin(kind: 'caller' | 'answerer', stream: number, longest: number): number {
    const frame = this.#prefix(kind, 11 + longest)
    if (stream !== 0) {
      this.#tag(fields.streamId, VARINT)
      this.#int64(stream)
    }
    return frame
  }

  #prefix(kind: keyof typeof frameKinds, longest: number): number {
    const needed = PREFIX_BYTES + longest
    if (this.#slab.length - this.#at < needed) {
      this.#cut()
      this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, needed))
      this.#start = 0
      this.#at = 0
    }
    const frame = this.#at
    this.#slab[frame] = frameKinds[kind]
    this.#at += PREFIX_BYTES
    return frame
  }

  #end(frame: number, more = 0): void {
    this.#slab.writeUIntBE(this.#at - frame - PREFIX_BYTES + more, frame + 1, 3)
  }

  /** Ends a frame with a field of data. */
  #endWith(frame: number, field: number, data: Outgoing, length: number): void {
    this.#tag(field, BYTES)
    this.#varint(length)
    if (length >= LONG_DATA) {
      this.#end(frame, length)
      this.#cut()
      if (isLent(data)) this.#full.push(...data)
      else this.#full.push(data)
      this.#fullBytes += length
      return
    }
    if (isLent(data)) for (const piece of data) this.#copy(piece)
    else this.#copy(data)
    this.#end(frame)
  }

  #copy(data: Uint8Array): void {
    this.#slab.set(data, this.#at)
    this.#at += data.length
  }

  /** Puts what was written since the last cut behind what leaves. */
  #cut(): void {
    if (this.#at === this.#start) return
    this.#full.push(this.#slab.subarray(this.#start, this.#at))
    this.#fullBytes += this.#at - this.#start
    this.#start = this.#at
  }

  /** Opens a message inside a message; its length is known when it is shut. */
  #open(field: number): number {
    this.#tag(field, BYTES)
    this.#at += 1
    return this.#at
  }

  #shut(start: number): void {
    const length = this.#at - start
    const size = sizeOf(length)
    if (size > 1) this.#slab.copyWithin(start + size - 1, start, this.#at)
    this.#at = start - 1
    this.#varint(length)
    this.#at += length
  }

  #metadata(field: number, metadata: Fields): void {
    const body = this.#open(field)
    for (const [name, values] of metadata) {
      const entry = this.#open(fields.metadata.entry)
      this.#text(fields.metadata.key, name)
      const list = this.#open(fields.metadata.value)
      for (const value of values) this.#text(fields.metadata.values, value)
      this.#shut(list)
      this.#shut(entry)
    }
    this.#shut(body)
  }

  #status(field: number, { code, details }: Status): void {
    const body = this.#open(field)
    this.#number(fields.status.code, code === 'OK' ? 0 : statusCodes[code].number)
    if (details !== '') this.#text(fields.status.message, details)
    this.#shut(body)
  }

  #number(field: number, value: number): void {
    if (value === 0) return
    this.#tag(field, VARINT)
    this.#varint(value)
  }

  #text(field: number, text: string): void {
    const start = this.#open(field)
    if (text.length > SHORT_TEXT || !this.#ascii(text)) {
      this.#at = start + this.#slab.write(text, start)
    }
    this.#shut(start)
  }

  /** Writes a short text that is ASCII; says no to any other. */
  #ascii(text: string): boolean {
    const { length } = text
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index)
      if (unit > 127) return false
      this.#slab[this.#at + index] = unit
    }
    this.#at += length
    return true
  }

  #tag(field: number, wireType: number): void {
    this.#slab[this.#at++] = (field << 3) | wireType
  }

  #varint(value: number): void {
    let rest = value
    while (rest > 127) {
      this.#slab[this.#at++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#slab[this.#at++] = rest
  }

  #int64(value: number): void {
    if (value >= 0) return this.#varint(value)
    this.#slab.writeBigInt64LE(-1n, this.#at) // only -1 is ever meant: ten bytes, seven bits each
    this.#slab[this.#at + 8] = 255
    this.#slab[this.#at + 9] = 1
    this.#at += 10
  }
}

/** Bytes of data that are copied into a frame. */
function copied(length: number): number {
  return length < LONG_DATA ? length : 0
}

/** Bytes that a length takes as a varint. */
function sizeOf(length: number): number {
  let size = 1
  for (let rest = length; rest > 127; rest = Math.floor(rest / 128)) size++
  return size
}

/** The most bytes that header fields may take: three for each UTF-16 unit, and what encloses them. */
function most(metadata: Fields): number {
  let sum = 0
  for (const [name, values] of metadata) {
    sum += 32 + 3 * name.length
    for (const value of values) sum += 16 + 3 * value.length
  }
  return sum
}
