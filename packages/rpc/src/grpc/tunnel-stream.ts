import type { EventEmitter } from 'node:events'
import { Duplex } from 'node:stream'

import type { ClientDuplexStream, Metadata, ServerDuplexStream } from '@grpc/grpc-js'

import { ProtocolError } from '../errors/protocol-error.ts'
import { frameKinds, PREFIX_BYTES } from '../wire/frame.ts'

/** The published methods whose two streams are a tunnel: whoever opens it calls, or answers. */
export const OPEN_TUNNEL = '/grpctunnel.v1.TunnelService/OpenTunnel'
export const OPEN_REVERSE_TUNNEL = '/grpctunnel.v1.TunnelService/OpenReverseTunnel'
/** Header field by which both sides say that they speak revision one. */
const [NEGOTIATE, ON] = ['grpctunnel-negotiate', 'on']
const LONGEST = 0xff_ffff

/** What grpc-js gives for a call of many messages both ways, at either end. */
type MessagesBothWays =
  | ClientDuplexStream<Uint8Array, Buffer>
  | ServerDuplexStream<Buffer, Uint8Array>

/** Says in header fields that revision one is spoken. */
export function negotiated(metadata: Metadata): Metadata {
  metadata.set(NEGOTIATE, ON)
  return metadata
}

/** Whether the other side speaks revision one. */
export function isNegotiated(metadata: Metadata): boolean {
  return metadata.get(NEGOTIATE)[0] === ON
}

/**
 * A tunnel as a byte stream: the frames that grpctunnel.v1 has become messages of a gRPC stream, without the
 * four bytes before them. What only a bare socket needs does not leave: pings are answered here, as gRPC
 * sees to it that the other side lives, and a go-away is the end of the stream.
 */
export abstract class TunnelStream extends Duplex {
  /** The kind of frame that leaves, and the kind that comes. */
  readonly #leaving: number
  readonly #coming: number
  #messages: MessagesBothWays | undefined
  /** The beginning of a frame whose end was not written yet. */
  #held: Buffer = Buffer.alloc(0)

  constructor(role: 'caller' | 'answerer') {
    super({ allowHalfOpen: false })
    this.#leaving = frameKinds[role]
    this.#coming = role === 'caller' ? frameKinds.answerer : frameKinds.caller
  }

  /** Gives the tunnel the stream that carries it. */
  protected carry(messages: MessagesBothWays): void {
    this.#messages = messages
    // Both are emitters; their types have no events in common.
    const emitter: EventEmitter = messages
    emitter.on('data', (message: Buffer) => this.#take(message))
    emitter.on('end', () => this.push(null))
    emitter.on('error', (error: Error) => this.destroy(error))
    emitter.on('cancelled', () => this.destroy())
  }

  override _write(data: Buffer, _encoding: BufferEncoding, written: () => void): void {
    this.#send(data, written)
  }

  override _writev(chunks: readonly { chunk: Buffer }[], written: () => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), written)
  }

  override _read(): void {
    this.#messages?.resume()
  }

  override _final(ended: () => void): void {
    this.#messages?.end()
    ended()
  }

  #take(message: Buffer): void {
    if (message.length > LONGEST) {
      this.destroy(new ProtocolError('a frame is longer than 16 MiB'))
      return
    }
    const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length)
    frame[0] = this.#coming
    frame.writeUIntBE(message.length, 1, 3)
    message.copy(frame, PREFIX_BYTES)
    if (!this.push(frame)) this.#messages?.pause()
  }

  #send(data: Buffer, written: () => void): void {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, data]) : data
    let at = 0
    let last: Buffer | undefined
    while (bytes.length - at >= PREFIX_BYTES) {
      const start = at + PREFIX_BYTES
      const end = start + bytes.readUIntBE(at + 1, 3)
      if (end > bytes.length) break
      const frame = bytes.subarray(start, end)
      if (bytes[at] === this.#leaving) {
        if (last) this.#messages!.write(last, nothing)
        // grpc-js keeps what it is given, and these bytes are written again.
        last = Buffer.from(frame)
      } else if (bytes[at] === frameKinds.ping) this.#answerPing(frame)
      at = end
    }
    this.#held = Buffer.from(bytes.subarray(at))
    if (last) this.#messages!.write(last, written)
    else written()
  }

  #answerPing(payload: Buffer): void {
    this.push(Buffer.concat([Buffer.of(frameKinds.pong, 0, 0, payload.length), payload]))
  }
}

function nothing(): void {
  // The last message of a write is waited for.
}
