import type { StandardSchema } from '../validation/index.ts'
import { SchemaConversionError } from './errors.ts'
import type { JsonSchema } from './types.ts'

/**
 * Writes a schema as JSON Schema (draft 2020-12): what it takes (`input`) or what it gives (`output`).
 * `undefined` leaves it to the schema itself.
 */
export type ToJsonSchema = (schema: never, side: 'input' | 'output') => object | undefined

/** @throws {SchemaConversionError} `OPENAPI_SCHEMA` */
export function jsonSchemaOf(
  schema: StandardSchema,
  side: 'input' | 'output',
  toJsonSchema: ToJsonSchema | undefined,
): JsonSchema {
  const { vendor, jsonSchema } = schema['~standard']
  const given = toJsonSchema?.(schema as never, side)
  if (given !== undefined) return given as JsonSchema
  if (jsonSchema === undefined) throw new SchemaConversionError(vendor)
  try {
    return jsonSchema[side]({ target: 'draft-2020-12' })
  } catch (error) {
    throw new SchemaConversionError(vendor, error)
  }
}
