import protobuf from 'protobufjs'

/** Where a message holds the fields that its schema does not know. A spread takes them along. */
export const unknownFields = Symbol('unknownFields')

interface WithUnknown {
  $unknowns?: Uint8Array[]
  [unknownFields]?: readonly Uint8Array[]
  [field: string]: unknown
}

interface Nested {
  readonly name: string
  /** Whether the field holds many: a list, or a map. */
  readonly many: boolean
  readonly type: protobuf.Type
}

const nestedOf = new WeakMap<protobuf.Type, readonly Nested[]>()

/** Copies what was unknown in a decoded message, at every depth, to the object that is handed out. */
export function readUnknown(type: protobuf.Type, from: object, to: object): void {
  copy(type, from as WithUnknown, to as WithUnknown, (message, object) => {
    if (message.$unknowns) object[unknownFields] = message.$unknowns.map((each) => each.slice())
  })
}

/** Copies what was unknown when an object was read to the message that is encoded from it. */
export function writeUnknown(type: protobuf.Type, from: object, to: object): void {
  copy(type, from as WithUnknown, to as WithUnknown, (object, message) => {
    if (object[unknownFields]) message.$unknowns = [...object[unknownFields]]
  })
}

/** Walks two trees of the same shape side by side. */
function copy(
  type: protobuf.Type,
  from: WithUnknown,
  to: WithUnknown,
  each: (from: WithUnknown, to: WithUnknown) => void,
): void {
  if (from === to) return
  each(from, to)
  for (const { name, many, type: inner } of nestedIn(type)) {
    const [one, other] = [from[name], to[name]]
    if (!isObject(one) || !isObject(other)) continue
    if (!many) copy(inner, one, other, each)
    else {
      for (const key of Object.keys(one)) {
        const [left, right] = [one[key], other[key]]
        if (isObject(left) && isObject(right)) copy(inner, left, right, each)
      }
    }
  }
}

function isObject(value: unknown): value is WithUnknown {
  return typeof value === 'object' && value !== null
}

function nestedIn(type: protobuf.Type): readonly Nested[] {
  let nested = nestedOf.get(type)
  if (!nested) {
    nested = type.fieldsArray.flatMap((field) => {
      const inner = field.resolve().resolvedType
      return inner instanceof protobuf.Type
        ? [{ name: field.name, many: field.repeated || field.map, type: inner }]
        : []
    })
    nestedOf.set(type, nested)
  }
  return nested
}
