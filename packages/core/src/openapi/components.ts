import { mapSchemas } from './subschemas.ts'
import type { JsonSchema } from './types.ts'

/**
 * The schemas that others refer to. A library writes each schema as a document of its own, whose references
 * start at its root; inside of an OpenAPI document they would lead nowhere.
 */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {}
  /** By name, what was written there before its references were changed. */
  readonly #sources = new Map<string, string>()

  /** Moves the definitions of a library's schema here. */
  adopt(schema: JsonSchema): JsonSchema {
    const { $defs, definitions } = schema
    const defs = Object.entries<JsonSchema>({
      ...(definitions as object),
      ...($defs as object),
    })
    const root = Object.fromEntries(
      Object.entries(schema).filter(([keyword]) => !OF_A_DOCUMENT.has(keyword)),
    )
    const all = JSON.stringify(defs)
    const places = new Map<string, string>()
    const added: [string, JsonSchema][] = []
    const reserve = (key: string, wanted: string, named: JsonSchema): void => {
      const text = JSON.stringify(named)
      const source = text.includes('"$ref"') ? text + all : text
      const name = this.#nameFor(wanted, source)
      places.set(key, `#/components/schemas/${name}`)
      if (this.#sources.has(name)) return
      this.#sources.set(name, source)
      added.push([name, named])
    }
    for (const [name, named] of defs) reserve(name, name, named)
    const isRecursive = refersToRoot(root, defs)
    if (isRecursive)
      reserve('#', typeof root['title'] === 'string' ? root['title'] : 'Schema', root)
    for (const [name, named] of added) this.schemas[name] = rewrite(named, places)
    return isRecursive ? { $ref: places.get('#') } : rewrite(root, places)
  }

  /** Adds a schema of the framework's own. */
  own(name: string, schema: JsonSchema): JsonSchema {
    this.schemas[name] = schema
    this.#sources.set(name, JSON.stringify(schema))
    return { $ref: `#/components/schemas/${name}` }
  }

  /** What a reference stands for. */
  resolve(schema: JsonSchema): JsonSchema {
    const name = /^#\/components\/schemas\/(.+)$/.exec(String(schema['$ref']))?.[1]
    return (name === undefined ? undefined : this.schemas[name]) ?? schema
  }

  #nameFor(wanted: string, source: string): string {
    const plain = wanted.replaceAll(/[^\w.-]/g, '_') || 'Schema'
    let name = plain
    for (let count = 2; this.#isTaken(name, source); count++) name = `${plain}_${count}`
    return name
  }

  #isTaken(name: string, source: string): boolean {
    return this.#sources.has(name) && this.#sources.get(name) !== source
  }
}

/** What a schema has because it was written as a document of its own. */
const OF_A_DOCUMENT = new Set(['$schema', '$defs', 'definitions'])

function refersToRoot(root: JsonSchema, defs: readonly (readonly [string, JsonSchema])[]): boolean {
  let found = false
  const look = (schema: JsonSchema): JsonSchema => {
    if (schema['$ref'] === '#') found = true
    return schema
  }
  mapSchemas(root, look)
  for (const [, schema] of defs) mapSchemas(schema, look)
  return found
}

function rewrite(schema: JsonSchema, places: ReadonlyMap<string, string>): JsonSchema {
  const changed = mapSchemas(schema, (each) => {
    const { $ref: reference } = each
    if (typeof reference !== 'string') return each
    const [, name] = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(reference) ?? []
    // RFC 6901 §3 and §6: a JSON pointer in a URL fragment.
    const key = name && decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')
    return { ...each, $ref: places.get(key ?? reference) ?? reference }
  })
  return changed as JsonSchema
}
