import type { Metadata } from '@grpc/grpc-js'

import type { Fields } from '../wire/frame.ts'

/** Fills metadata of grpc-js, which has bytes where the wire has base64. */
export function fill(metadata: Metadata, fields: Fields): Metadata {
  for (const [name, values] of fields) {
    for (const value of values) {
      metadata.add(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value)
    }
  }
  return metadata
}

/** Metadata of grpc-js, as fields. */
export function fieldsOf(metadata: Metadata): Map<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>()
  for (const name of Object.keys(metadata.getMap())) {
    const values = metadata.get(name)
    fields.set(
      name,
      values.map((value) => (typeof value === 'string' ? value : value.toString('base64'))),
    )
  }
  return fields
}
