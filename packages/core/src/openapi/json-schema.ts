import type { StandardSchema } from '../validation/index.ts'
import { SchemaConversionError } from './errors.ts'
import type { JsonSchema } from './types.ts'

/**
 * Writes a schema as JSON Schema (draft 2020-12): what it takes (`input`) or what it gives (`output`).
 * `undefined` leaves it to the schema itself. The schema is what was given to `validate()`: written inline, a
 * function gets what all libraries have in common; one that names its library's type is taken as well.
 */
// A method's parameters compare both ways, so that `(schema: z.ZodType) => …` fits.
export type ToJsonSchema = {
  write(schema: StandardSchema, side: 'input' | 'output'): object | undefined
}['write']

/** @throws {SchemaConversionError} `OPENAPI_SCHEMA` */
export function jsonSchemaOf(
  schema: StandardSchema,
  side: 'input' | 'output',
  toJsonSchema: ToJsonSchema | undefined,
): JsonSchema {
  const { vendor, jsonSchema } = schema['~standard']
  const given = toJsonSchema?.(schema, side)
  if (given !== undefined) return given as JsonSchema
  if (jsonSchema === undefined) throw new SchemaConversionError(vendor)
  try {
    return jsonSchema[side]({ target: 'draft-2020-12' })
  } catch (error) {
    throw new SchemaConversionError(vendor, error)
  }
}
