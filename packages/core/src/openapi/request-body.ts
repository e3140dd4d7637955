import type { ValidateOptions } from '../validation/index.ts'
import type { JsonSchema, OpenApiOperation } from './types.ts'

/** The body that is checked; with a file, a form that has it as one of its fields. */
export function requestBodyOf(
  body: JsonSchema | undefined,
  hasFile: boolean,
  { consumes, fileField = 'file' }: ValidateOptions,
): OpenApiOperation['requestBody'] {
  if (body === undefined && !hasFile) return undefined
  const usual = hasFile ? 'multipart/form-data' : 'application/json'
  const mediaTypes = typeof consumes === 'string' ? [consumes] : (consumes ?? [usual])
  const schema = hasFile ? withFile(body, fileField) : body!
  return {
    required: true,
    content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }])),
  }
}

function withFile(body: JsonSchema | undefined, field: string): JsonSchema {
  // 3.1 says of binary parts: a string with a media type and no encoding.
  const file = { type: 'string', contentMediaType: 'application/octet-stream' }
  const form = { type: 'object', required: [field], properties: { [field]: file } }
  return body === undefined ? form : { allOf: [form, body] }
}
