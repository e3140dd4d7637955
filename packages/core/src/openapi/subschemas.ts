import type { JsonSchema } from './types.ts'

/** Changes a schema and all schemas inside of it, and nothing that only looks like one: a default, an enum. */
export function mapSchemas(schema: unknown, change: (schema: JsonSchema) => JsonSchema): unknown {
  if (Array.isArray(schema)) return schema.map((each) => mapSchemas(each, change))
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.entries(schema).map(([keyword, value]: [string, unknown]) => {
    if (HOLDS_SCHEMAS.has(keyword)) return [keyword, mapSchemas(value, change)]
    if (!NAMES_SCHEMAS.has(keyword) || typeof value !== 'object') return [keyword, value]
    const named = Object.entries(value ?? {}).map(([name, each]) => [
      name,
      mapSchemas(each, change),
    ])
    return [keyword, Object.fromEntries(named)]
  })
  return change(Object.fromEntries(inner) as JsonSchema)
}

/** Keywords whose value is a schema or a list of schemas (JSON Schema 2020-12, applicators). */
const HOLDS_SCHEMAS = new Set(
  (
    'items prefixItems contains unevaluatedItems additionalItems additionalProperties ' +
    'unevaluatedProperties propertyNames contentSchema allOf anyOf oneOf not if then else'
  ).split(' '),
)

/** Keywords whose value has schemas by name. */
const NAMES_SCHEMAS = new Set(
  'properties patternProperties dependentSchemas $defs definitions'.split(' '),
)
