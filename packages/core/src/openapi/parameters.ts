import type { PathCapture } from '@tokkyu/router'

import type { Components } from './components.ts'
import type { PathTemplate } from './path-template.ts'
import type { JsonSchema, OpenApiParameter } from './types.ts'

interface Property {
  readonly name: string
  readonly isRequired: boolean
  readonly schema: JsonSchema
}

/** The parameters of a path: as its schema says, or its constraints. */
export function pathParameters(
  { captures }: PathTemplate,
  schema: JsonSchema,
  components: Components,
): readonly OpenApiParameter[] {
  const properties = propertiesOf(schema, components)
  return captures.map(({ name, capture }) => {
    // A splat is a list for handlers and one piece of text in a URL.
    const property = capture.isSplat ? undefined : properties.find((each) => each.name === name)
    const described = property?.schema ?? constrained(capture)
    const about = capture.isSplat ? { description: 'May hold slashes.' } : {}
    return { name, in: 'path', required: true, ...about, schema: described }
  })
}

export function queryParameters(
  schema: JsonSchema,
  components: Components,
): readonly OpenApiParameter[] {
  return propertiesOf(schema, components).map(({ name, isRequired, schema: described }) => {
    return { name, in: 'query', required: isRequired, schema: described }
  })
}

/** Without those that OpenAPI has other places for (3.1, Parameter Object, `name`). */
export function headerParameters(
  schema: JsonSchema,
  components: Components,
): readonly OpenApiParameter[] {
  return propertiesOf(schema, components)
    .filter(({ name }) => !/^(?:accept|content-type|authorization)$/i.test(name))
    .map(({ name, isRequired, schema: described }) => {
      return { name, in: 'header', required: isRequired, schema: described }
    })
}

function constrained({ constraint, pattern }: PathCapture): JsonSchema {
  if (constraint === 'int') return { type: 'integer' }
  if (constraint === 'uuid') return { type: 'string', format: 'uuid' }
  return pattern === undefined
    ? { type: 'string' }
    : { type: 'string', pattern: `^(?:${pattern})$` }
}

/** The properties of an object; of a choice of objects, required is what all of them require. */
function propertiesOf(schema: JsonSchema, components: Components): readonly Property[] {
  const { properties, required, allOf, anyOf, oneOf } = components.resolve(schema)
  const names = new Set(Array.isArray(required) ? (required as string[]) : [])
  const own = Object.entries((properties ?? {}) as Record<string, JsonSchema>).map(
    ([name, each]) => ({ name, isRequired: names.has(name), schema: each }),
  )
  const parts = listOf(allOf).flatMap((part) => propertiesOf(part, components))
  const choices = [...listOf(anyOf), ...listOf(oneOf)].map((one) => propertiesOf(one, components))
  const chosen = choices.flat().map((property) => ({
    ...property,
    isRequired: choices.every((choice) =>
      choice.some(({ name, isRequired }) => isRequired && name === property.name),
    ),
  }))
  const byName = new Map<string, Property>()
  for (const property of [...own, ...parts, ...chosen]) {
    if (!byName.has(property.name)) byName.set(property.name, property)
  }
  return [...byName.values()]
}

function listOf(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? (value as JsonSchema[]) : []
}
