import protobuf from 'protobufjs'

import type { LongsAs } from './codec.ts'
import { loadRoot, type LoadOptions, type SchemaSource } from './load-service.ts'
import { isDeclaredByName } from './names.ts'

/**
 * Writes a schema down as TypeScript: an interface for each message and each service, for
 * `loadService<Catalog>(…)`.
 *
 * Fields that may be missing are optional: messages, members of a `oneof`, and `optional` ones.
 *
 * @returns the text of a `.d.ts` file.
 * @throws {SchemaError} `RPC_BAD_SCHEMA` when the schema cannot be read.
 * @example await writeFile('shop.d.ts', await schemaTypes('shop.proto'))
 */
export async function schemaTypes(
  schema: SchemaSource,
  { longs = 'bigint', includeFolders = [] }: LoadOptions = {},
): Promise<string> {
  const root = await loadRoot(schema, 'schema', includeFolders)
  root.resolveAll()
  const names = namesIn(root)
  const kinds = new Set<string>()
  const parts = [...names.keys()].map((each) => {
    if (each instanceof protobuf.Enum) return enumText(each, names)
    if (each instanceof protobuf.Type) return messageText(each, names, longs)
    return serviceText(each as protobuf.Service, names, kinds)
  })
  const imported = [...kinds].toSorted().join(', ')
  const head = kinds.size === 0 ? [] : [`import type { ${imported} } from '@tokkyu/rpc'\n`]
  return [...head, ...parts].join('\n')
}

type Names = ReadonlyMap<protobuf.ReflectionObject, string>

/** What a schema defines, each with a name of its own: `Book`, and `Book_Inner` for what lies in it. */
function namesIn(root: protobuf.Root): Names {
  const names = new Map<protobuf.ReflectionObject, string>()
  const taken = new Set<string>()
  const add = (object: protobuf.ReflectionObject, outer: string): void => {
    if (isDeclaredByName(object)) {
      const short = outer + object.name
      const suffix = object instanceof protobuf.Service ? 'Service' : ''
      const long = object.fullName.slice(1).replaceAll('.', '_')
      const name = [short, short + suffix, long].find((each) => !taken.has(each)) ?? long
      taken.add(name)
      names.set(object, name)
      if (object instanceof protobuf.Type) {
        for (const each of object.nestedArray) add(each, `${name}_`)
      }
    } else if (object instanceof protobuf.Namespace) {
      for (const each of object.nestedArray) add(each, '')
    }
  }
  add(root, '')
  return names
}

function enumText(type: protobuf.Enum, names: Names): string {
  const values = Object.keys(type.values).map((name) => `'${name}'`)
  return `export type ${names.get(type)} = ${values.join(' | ')}\n`
}

function messageText(type: protobuf.Type, names: Names, longs: LongsAs): string {
  const fields = type.fieldsArray.map((field) => {
    const isOptional = mayBeMissing(field)
    const text = fieldText(field, names, longs)
    const orNull = isOptional && field.resolvedType instanceof protobuf.Type ? ' | null' : ''
    return `  ${field.name}${isOptional ? '?' : ''}: ${text}${orNull}`
  })
  const oneofs = type.oneofsArray
    .filter(({ fieldsArray: [first] }) => first?.options?.['proto3_optional'] !== true)
    .map(({ name, oneof }) => `  ${name}?: ${oneof.map((each) => `'${each}'`).join(' | ')}`)
  return block(names.get(type)!, [...fields, ...oneofs])
}

function mayBeMissing(field: protobuf.Field): boolean {
  if (field.required || field.repeated || field.map) return false
  return field.partOf !== null || field.hasPresence || field.resolvedType instanceof protobuf.Type
}

function fieldText(field: protobuf.Field, names: Names, longs: LongsAs): string {
  const { resolvedType } = field
  const one = resolvedType ? names.get(resolvedType)! : scalarText(field.type, longs)
  if (field.map) return `Record<string, ${one}>`
  return field.repeated ? `${one}[]` : one
}

function scalarText(type: string, longs: LongsAs): string {
  if (type === 'string') return 'string'
  if (type === 'bool') return 'boolean'
  if (type === 'bytes') return 'Uint8Array'
  return type.endsWith('64') ? longs : 'number'
}

function serviceText(service: protobuf.Service, names: Names, kinds: Set<string>): string {
  const methods = service.methodsArray.map((method) => {
    const { name, requestStream, responseStream } = method
    const many = responseStream ? 'BidiStream' : 'ClientStream'
    const one = responseStream ? 'ServerStream' : 'Unary'
    const kind = requestStream ? many : one
    kinds.add(kind)
    const messages = [method.resolvedRequestType!, method.resolvedResponseType!]
    const [request, response] = messages.map((each) => names.get(each)!)
    return `  ${name[0]!.toLowerCase()}${name.slice(1)}: ${kind}<${request}, ${response}>`
  })
  return block(names.get(service)!, methods)
}

function block(name: string, lines: readonly string[]): string {
  if (lines.length === 0) return `export type ${name} = Record<string, never>\n`
  return `export interface ${name} {\n${lines.join('\n')}\n}\n`
}
