import protobuf from 'protobufjs'

import type { Outgoing } from '../wire/outgoing.ts'
import { checkMessage } from './check-message.ts'
import { encodeAround } from './lent-bytes.ts'
import { readUnknown, writeUnknown } from './unknown-fields.ts'

/** How 64-bit numbers are handed out; `number` is exact only up to 2 ** 53. */
export type LongsAs = 'bigint' | 'string' | 'number'

/** Turns messages into bytes and back. Both ways may throw. */
export interface Codec<T> {
  readonly encode: (message: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => T
  /**
   * As `encode`, perhaps in pieces, some of them bytes of the message itself: it must not change until they
   * were sent.
   */
  readonly encodeLent?: (message: T) => Outgoing
}

/** How messages of a stream are encoded: the next one is made when the one before was sent. */
export function encodeLent<T>(codec: Codec<T>): (message: T) => Outgoing {
  return codec.encodeLent ?? codec.encode
}

const longTypes = { bigint: BigInt, string: String, number: Number }

/** A reader that remembers whether it has met a field that the schema does not know. */
class NoticingReader extends protobuf.BufferReader {
  met = false
  override discardUnknown = false

  override raw(start: number, end: number): Uint8Array {
    this.met = true
    return super.raw(start, end)
  }
}

/**
 * Messages as plain objects, each field there with its default; unknown fields are kept and sent on.
 * protobufjs caps how deep messages lie in messages, and defines a key `__proto__` rather than setting it.
 */
export function protobufCodec(type: protobuf.Type, longs: LongsAs): Codec<object> {
  const conversion = {
    longs: longTypes[longs],
    enums: String,
    defaults: true,
    oneofs: true,
  }
  return {
    encode: (message) => type.encode(converted(type, message)).finish(),
    encodeLent: (message) => encodeAround(type, converted(type, message)),
    decode(bytes) {
      const reader = new NoticingReader(bytes)
      const message = type.decode(reader)
      const object = type.toObject(message, conversion)
      if (reader.met) readUnknown(type, message, object)
      return object
    },
  }
}

/** What is encoded of a message, once it was looked at. */
function converted(type: protobuf.Type, message: object): protobuf.Message {
  checkMessage(type, message)
  const fields = type.fromObject(message)
  writeUnknown(type, message, fields)
  return fields
}

/** Messages as protobuf's JSON: 64-bit numbers and bytes as text, enumerations by name. For trying out. */
export function jsonCodec(type: protobuf.Type, longs: LongsAs): Codec<object> {
  const { decode } = protobufCodec(type, longs)
  return {
    encode(message) {
      checkMessage(type, message)
      const object = type.toObject(type.fromObject(message), {
        longs: String,
        enums: String,
        bytes: String,
        defaults: true,
        json: true,
      })
      return Buffer.from(JSON.stringify(object))
    },
    // By way of the bytes, so that what comes out is the same as with the other codec.
    decode: (bytes) =>
      decode(
        type.encode(type.fromObject(JSON.parse(Buffer.from(bytes).toString()) as object)).finish(),
      ),
  }
}
