import protobuf from 'protobufjs'

import type { Outgoing } from '../wire/outgoing.ts'

/** Bytes of this length and more are worth a piece of their own. */
const LONG_BYTES = 16_384
const BYTES = 2

const bytesFieldsOf = new WeakMap<protobuf.Type, readonly protobuf.Field[]>()

/**
 * Encodes a message around its long bytes, which stay where they are: in pieces, when there are such bytes.
 *
 * Only bytes of the message itself, not of messages inside it. They come last, which protobuf allows: parsers take
 * fields in any order.
 *
 * @param message - made by `fromObject`; loses those fields
 */
export function encodeAround(type: protobuf.Type, message: protobuf.Message): Outgoing {
  const lent: (readonly [field: number, bytes: Uint8Array])[] = []
  const values = message as unknown as Record<string, unknown>
  for (const { name, id } of bytesFieldsIn(type)) {
    const bytes = values[name]
    if (!(bytes instanceof Uint8Array) || bytes.length < LONG_BYTES) continue
    delete values[name]
    lent.push([id, bytes])
  }
  let writer = type.encode(message)
  const pieces: Uint8Array[] = []
  for (const [field, bytes] of lent) {
    pieces.push(
      writer
        .uint32(((field << 3) | BYTES) >>> 0)
        .uint32(bytes.length)
        .finish(),
      bytes,
    )
    writer = protobuf.Writer.create()
  }
  return lent.length > 0 ? pieces : writer.finish()
}

function bytesFieldsIn(type: protobuf.Type): readonly protobuf.Field[] {
  let fields = bytesFieldsOf.get(type)
  if (!fields) {
    fields = type.fieldsArray.filter(
      (field) => field.type === 'bytes' && !field.repeated && !field.map,
    )
    bytesFieldsOf.set(type, fields)
  }
  return fields
}
