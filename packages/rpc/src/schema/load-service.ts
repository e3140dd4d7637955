import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import protobuf from 'protobufjs'

import { RpcOptionError } from '../errors/option-error.ts'
import { SchemaError } from '../errors/schema-error.ts'
import { jsonCodec, type LongsAs, protobufCodec } from './codec.ts'
import { servicesIn } from './names.ts'
import type { AnyService, Method, MethodKind, Service, ServiceShape } from './service.ts'

/** The path of a .proto file, its `file:` URL, or its text. */
export type SchemaSource = string | URL | { readonly source: string }

/** How a schema is read. */
export interface LoadOptions {
  /**
   * How 64-bit numbers are handed out. Taken are numbers, bigints and decimal text alike.
   *
   * @default 'bigint'
   */
  readonly longs?: LongsAs | undefined
  /**
   * Folders in which imports are looked for, after the folder of the file that imports.
   *
   * @default []
   */
  readonly includeFolders?: readonly string[] | undefined
}

/**
 * Reads a service out of a protobuf schema, at run time.
 *
 * Fields and methods are called in camel case: `page_size` is `pageSize`, `GetBook` is `getBook`.
 *
 * @param name - with its package: `shop.Catalog`
 * @throws {SchemaError} `RPC_BAD_SCHEMA` when the schema cannot be read or has no such service.
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for `longs` that there are not.
 *
 * @example
 * const shop = await loadService<Catalog>('shop.proto', 'shop.Catalog')
 */
export async function loadService<Shape extends ServiceShape<Shape> = AnyService>(
  schema: SchemaSource,
  name: string,
  options: LoadOptions = {},
): Promise<Service<Shape>> {
  const { longs = 'bigint', includeFolders = [] } = options
  if (!['bigint', 'string', 'number'].includes(longs)) {
    throw new RpcOptionError('longs', `Cannot hand out 64-bit numbers as ${JSON.stringify(longs)}`)
  }
  return serviceIn(await loadRoot(schema, name, includeFolders), name, longs)
}

/**
 * The services of a schema, with their packages.
 *
 * @throws {SchemaError} `RPC_BAD_SCHEMA` when the schema cannot be read.
 * @example await listServices('shop.proto') // ['shop.Catalog']
 */
export async function listServices(
  schema: SchemaSource,
  { includeFolders = [] }: LoadOptions = {},
): Promise<string[]> {
  return servicesIn(await loadRoot(schema, 'schema', includeFolders))
}

/** Reads a schema with all that it imports; one without a file is called after `name`. */
export async function loadRoot(
  schema: SchemaSource,
  name: string,
  includeFolders: readonly string[],
): Promise<protobuf.Root> {
  const root = new protobuf.Root()
  if (typeof schema === 'object' && 'source' in schema) {
    const file = { path: 'the schema', name: `${name.replaceAll('.', '/')}.proto` }
    await add(root, schema.source, file, includeFolders, new Set())
  } else {
    await addFile(root, pathOf(schema), includeFolders, new Set())
  }
  return root
}

/** A file that is read. */
interface SchemaFile {
  readonly path: string
  /** As others import it. */
  readonly name: string
}

function pathOf(schema: string | URL): string {
  if (typeof schema === 'string') return path.resolve(schema)
  try {
    return fileURLToPath(schema)
  } catch (cause) {
    throw new SchemaError(`Cannot read the schema "${schema.href}": ${reasonOf(cause)}`, cause)
  }
}

/** What services were read from: the rest of their schemas. */
const roots = new WeakMap<object, protobuf.Root>()

/** The schema that a service was read from; none for one that was put together by hand. */
export function rootOf(service: object): protobuf.Root | undefined {
  return roots.get(service)
}

/** Reads a service out of the text of a schema that imports nothing. */
export function parseService<Shape extends ServiceShape<Shape>>(
  source: string,
  name: string,
): Service<Shape> {
  const root = new protobuf.Root()
  parsed(root, source, { path: name, name: `${name.replaceAll('.', '/')}.proto` })
  return serviceIn(root, name, 'bigint')
}

/** Finds a service in a schema. Throws as `loadService` does. */
export function serviceIn<Shape extends ServiceShape<Shape>>(
  root: protobuf.Root,
  name: string,
  longs: LongsAs,
): Service<Shape> {
  try {
    root.resolveAll()
    const service = root.lookupService(name)
    const methods = service.methodsArray.map((method) => methodOf(service, method, longs))
    const found: Service<Shape> = {
      name: service.fullName.slice(1),
      methods: new Map(methods.map((method) => [method.name, method])),
    }
    roots.set(found, root)
    return found
  } catch (cause) {
    throw new SchemaError(`Cannot find service "${name}": ${reasonOf(cause)}`, cause)
  }
}

/** Parses a text and all that it imports into one root. */
async function add(
  root: protobuf.Root,
  text: string,
  file: SchemaFile,
  folders: readonly string[],
  seen: Set<string>,
): Promise<void> {
  const { imports = [] } = parsed(root, text, file)
  for (const name of imports) {
    const common = protobuf.common.get(name)
    if (common?.nested) addCommon(root, name, common.nested)
    else await addImport(root, name, file.path, folders, seen)
  }
}

async function addImport(
  root: protobuf.Root,
  name: string,
  where: string,
  folders: readonly string[],
  seen: Set<string>,
): Promise<void> {
  for (const folder of [path.dirname(where), ...folders]) {
    const file = path.resolve(folder, name)
    const text = await textOf(file)
    if (text === undefined) continue
    if (seen.has(file)) return
    seen.add(file)
    return add(root, text, { path: file, name }, folders, seen)
  }
  throw new SchemaError(`Cannot find "${name}", which ${where} imports`)
}

async function addFile(
  root: protobuf.Root,
  file: string,
  folders: readonly string[],
  seen: Set<string>,
): Promise<void> {
  const text = await textOf(file)
  if (text === undefined) throw new SchemaError(`Cannot find the schema "${file}"`)
  seen.add(file)
  await add(root, text, { path: file, name: path.basename(file) }, folders, seen)
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new SchemaError(`Cannot read the schema "${file}": ${reasonOf(cause)}`, cause)
  }
}

/** It has a property that its types do not tell of. */
const parser = protobuf.parse as typeof protobuf.parse & { filename: string | null }

function parsed(root: protobuf.Root, text: string, file: SchemaFile): protobuf.IParserResult {
  try {
    // Each type remembers it; the parser forgets it afterwards.
    parser.filename = file.name
    return protobuf.parse(text, root)
  } catch (cause) {
    throw new SchemaError(`Cannot parse ${file.path}: ${reasonOf(cause)}`, cause)
  } finally {
    parser.filename = null
  }
}

/** Adds the types of one of protobuf's own files, which protobufjs brings. */
function addCommon(
  root: protobuf.Root,
  file: string,
  nested: Record<string, protobuf.AnyNestedObject>,
): void {
  root.addJSON(nested)
  const google = root.lookup('google.protobuf')
  if (!(google instanceof protobuf.Namespace)) return
  for (const each of google.nestedArray) each.filename ??= file
}

function methodOf(service: protobuf.Service, method: protobuf.Method, longs: LongsAs): Method {
  method.resolve()
  const { resolvedRequestType: request, resolvedResponseType: response } = method
  if (!request || !response) throw new SchemaError(`Method "${method.name}" has no messages`)
  const level: unknown = method.options?.['idempotency_level']
  return {
    name: method.name[0]!.toLowerCase() + method.name.slice(1),
    path: `${service.fullName.slice(1)}/${method.name}`,
    kind: kindOf(method),
    idempotent: level === 'IDEMPOTENT' || level === 'NO_SIDE_EFFECTS',
    request: { protobuf: protobufCodec(request, longs), json: jsonCodec(request, longs) },
    response: { protobuf: protobufCodec(response, longs), json: jsonCodec(response, longs) },
  }
}

function kindOf({ requestStream, responseStream }: protobuf.Method): MethodKind {
  if (requestStream) return responseStream ? 'bidiStream' : 'clientStream'
  return responseStream ? 'serverStream' : 'unary'
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
