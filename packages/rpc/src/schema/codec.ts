import protobuf from 'protobufjs'

import { checkMessage } from './check-message.ts'
import { readUnknown, writeUnknown } from './unknown-fields.ts'

/** How 64-bit numbers are handed out; `number` is exact only up to 2 ** 53. */
export type LongsAs = 'bigint' | 'string' | 'number'

/** Turns messages into bytes and back. Both ways may throw. */
export interface Codec<T> {
  readonly encode: (message: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => T
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
    encode(message) {
      checkMessage(type, message)
      const converted = type.fromObject(message)
      writeUnknown(type, message, converted)
      return type.encode(converted).finish()
    },
    decode(bytes) {
      const reader = new NoticingReader(bytes)
      const message = type.decode(reader)
      const object = type.toObject(message, conversion)
      if (reader.met) readUnknown(type, message, object)
      return object
    },
  }
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
