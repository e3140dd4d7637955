import protobuf from 'protobufjs'

import { descriptorSchema } from './descriptor-schema.ts'
import { type Declared, isDeclaredByName } from './names.ts'

/** A file of a schema as protobuf's own tools have it. */
export interface FileDescriptor {
  readonly name: string
  /** A `google.protobuf.FileDescriptorProto`. */
  readonly bytes: Uint8Array
  readonly imports: readonly string[]
  /** What it defines, with its package. */
  readonly symbols: readonly string[]
}

const fileDescriptor = protobuf.parse(descriptorSchema).root.lookupType('FileDescriptorProto')

const types: Readonly<Record<string, number>> = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  bytes: 12,
  uint32: 13,
  sfixed32: 15,
  sfixed64: 16,
  sint32: 17,
  sint64: 18,
}
const [GROUP, MESSAGE, ENUM] = [10, 11, 14]
const [OPTIONAL, REQUIRED, REPEATED] = [1, 2, 3]
const levels: Readonly<Record<string, number>> = { NO_SIDE_EFFECTS: 1, IDEMPOTENT: 2 }

/**
 * The files that a schema was read from. Extensions and custom options are left out, and a file of an
 * edition is described as proto3.
 *
 * @param root - resolved
 */
export function descriptorsIn(root: protobuf.Root): FileDescriptor[] {
  const files = new Map<string, Declared[]>()
  collect(root, files)
  return [...files].map(([name, defined]) => {
    const imports = new Set<string>()
    const object = fileOf(name, defined, (type) => {
      const from = fileNameOf(type)
      if (from !== name) imports.add(from)
      return type.fullName
    })
    const bytes = fileDescriptor
      .encode(fileDescriptor.fromObject({ ...object, dependency: [...imports] }))
      .finish()
    return { name, bytes, imports: [...imports], symbols: defined.flatMap(symbolsOf) }
  })
}

/** Gathers what lies in namespaces by the file it is from. */
function collect(namespace: protobuf.NamespaceBase, files: Map<string, Declared[]>): void {
  for (const each of namespace.nestedArray) {
    if (isDeclaredByName(each)) {
      const name = fileNameOf(each)
      const list = files.get(name)
      if (list) list.push(each)
      else files.set(name, [each])
    } else if (each instanceof protobuf.Namespace) collect(each, files)
  }
}

/** The file that a type, or what it lies in, was read from. */
function fileNameOf(object: protobuf.ReflectionObject): string {
  let top = object
  while (top.parent && isDeclaredByName(top.parent)) top = top.parent
  return top.filename ?? `${top.fullName.slice(1).replaceAll('.', '/')}.proto`
}

type NameOf = (type: protobuf.ReflectionObject) => string

function fileOf(name: string, defined: readonly Declared[], nameOf: NameOf): object {
  const [first] = defined
  return {
    name,
    package: first?.parent?.fullName.slice(1) ?? '',
    syntax: isProto2(first) ? 'proto2' : 'proto3',
    ...nestedOf(defined, nameOf),
    service: defined
      .filter((each) => each instanceof protobuf.Service)
      .map((each) => serviceOf(each, nameOf)),
  }
}

function isProto2(object: protobuf.ReflectionObject | undefined): boolean {
  // protobufjs tells of it nowhere else.
  return (object as Partial<Record<'_edition', unknown>> | undefined)?.['_edition'] === 'proto2'
}

function nestedOf(
  defined: readonly protobuf.ReflectionObject[],
  nameOf: NameOf,
): { messageType: object[]; enumType: object[] } {
  return {
    messageType: defined
      .filter((each) => each instanceof protobuf.Type)
      .map((each) => messageOf(each, nameOf)),
    enumType: defined.filter((each) => each instanceof protobuf.Enum).map(enumOf),
  }
}

function messageOf(type: protobuf.Type, nameOf: NameOf): object {
  const { messageType, enumType } = nestedOf(type.nestedArray, nameOf)
  // Those that stand for `optional` come last, as protobuf asks.
  const oneofs = type.oneofsArray.toSorted((one, other) => +isSynthetic(one) - +isSynthetic(other))
  const fields = type.fieldsArray.filter(({ declaringField }) => !declaringField)
  const maps = fields.filter((field) => field instanceof protobuf.MapField)
  return {
    name: type.name,
    field: fields.map((field) => fieldOf(field, oneofs, nameOf)),
    nestedType: [...messageType, ...maps.map((map) => entryOf(map, nameOf))],
    enumType,
    oneofDecl: oneofs.map(({ name }) => ({ name })),
  }
}

function isSynthetic({ fieldsArray }: protobuf.OneOf): boolean {
  return fieldsArray.length === 1 && fieldsArray[0]!.options?.['proto3_optional'] === true
}

function fieldOf(field: protobuf.Field, oneofs: readonly protobuf.OneOf[], nameOf: NameOf): object {
  const isMap = field instanceof protobuf.MapField
  return {
    name: protoNameOf(field),
    jsonName: jsonNameOf(protoNameOf(field)),
    number: field.id,
    label: field.repeated || isMap ? REPEATED : field.required ? REQUIRED : OPTIONAL,
    ...(isMap
      ? { type: MESSAGE, typeName: `${nameOf(field.parent!)}.${entryName(field)}` }
      : typeOf(field, nameOf)),
    ...(field.partOf && { oneofIndex: oneofs.indexOf(field.partOf) }),
    ...(field.options?.['proto3_optional'] === true && { proto3Optional: true }),
    ...(mayBePacked(field) && { options: { packed: field.packed } }),
  }
}

/** Lists of numbers and enumerations may lie in one field, and then say whether they do. */
function mayBePacked({ repeated, type, resolvedType }: protobuf.Field): boolean {
  if (!repeated || type === 'string' || type === 'bytes') return false
  return !(resolvedType instanceof protobuf.Type)
}

/** A field, or the value of a map. */
interface Typed {
  readonly type: string
  readonly resolvedType: protobuf.Type | protobuf.Enum | null
  readonly delimited?: boolean
}

function typeOf(field: Typed, nameOf: NameOf): object {
  const { resolvedType } = field
  if (!resolvedType) return { type: types[field.type]! }
  const type = resolvedType instanceof protobuf.Enum ? ENUM : field.delimited ? GROUP : MESSAGE
  return { type, typeName: nameOf(resolvedType) }
}

function entryOf(map: protobuf.MapField, nameOf: NameOf): object {
  return {
    name: entryName(map),
    options: { mapEntry: true },
    field: [
      { name: 'key', number: 1, label: OPTIONAL, type: types[map.keyType]! },
      { name: 'value', number: 2, label: OPTIONAL, ...typeOf(map, nameOf) },
    ],
  }
}

/** `price_by_id` has the entry `PriceByIdEntry`. */
function entryName(map: protobuf.MapField): string {
  const words = protoNameOf(map).split('_')
  return `${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')}Entry`
}

/** As protobuf's JSON calls a field, which is not always what protobufjs does: `line_2` is `line2`. */
function jsonNameOf(name: string): string {
  return name.replaceAll(/_+(.?)/g, (_, next: string) => next.toUpperCase())
}

function protoNameOf(field: protobuf.FieldBase): string {
  return (field as { protoName?: string | null }).protoName ?? field.name
}

function enumOf(type: protobuf.Enum): object {
  const numbers = Object.values(type.values)
  return {
    name: type.name,
    value: Object.entries(type.values).map(([name, number]) => ({ name, number })),
    ...(new Set(numbers).size < numbers.length && { options: { allowAlias: true } }),
  }
}

function serviceOf(service: protobuf.Service, nameOf: NameOf): object {
  return {
    name: service.name,
    method: service.methodsArray.map((method) => {
      const level = levels[String(method.options?.['idempotency_level'])]
      return {
        name: method.name,
        inputType: nameOf(method.resolvedRequestType!),
        outputType: nameOf(method.resolvedResponseType!),
        clientStreaming: method.requestStream ?? false,
        serverStreaming: method.responseStream ?? false,
        ...(level !== undefined && { options: { idempotencyLevel: level } }),
      }
    }),
  }
}

function symbolsOf(object: protobuf.ReflectionObject): string[] {
  const own = object.fullName.slice(1)
  if (object instanceof protobuf.Service) {
    return [own, ...object.methodsArray.map(({ name }) => `${own}.${name}`)]
  }
  if (!(object instanceof protobuf.Type)) return [own]
  const fields = object.fieldsArray.map((field) => `${own}.${protoNameOf(field)}`)
  return [own, ...fields, ...object.nestedArray.flatMap(symbolsOf)]
}
