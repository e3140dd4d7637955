import { STATUS_CODES } from 'node:http'

import type { DeclaredResponse, Declaration, StandardSchema } from '../validation/index.ts'
import type { JsonSchema, OpenApiOperation } from './types.ts'

type Responses = OpenApiOperation['responses']

/** The answers that were declared, and those of `validate()` itself. */
export function responsesOf(
  declarations: readonly Declaration[],
  problem: JsonSchema,
  write: (schema: StandardSchema) => JsonSchema,
): Responses {
  const refusals = declarations.map(({ options }): [string, Responses[string]] => {
    const status = options.status ?? 400
    const content = { 'application/problem+json': { schema: problem } }
    return [String(status), { description: STATUS_CODES[status] ?? '', content }]
  })
  const declared = declarations.flatMap(({ options }) =>
    Object.entries(options.responses ?? {}).map(
      ([status, response]): [string, Responses[string]] => {
        const { description, schema } = asResponse(response)
        const content = schema && { 'application/json': { schema: write(schema) } }
        return [
          status,
          {
            description: description ?? STATUS_CODES[status] ?? 'Any other answer',
            ...(content && { content }),
          },
        ]
      },
    ),
  )
  // OpenAPI wants one answer at least.
  const rest: Responses = declared.length === 0 ? { default: { description: 'Not described' } } : {}
  return { ...Object.fromEntries([...refusals, ...declared]), ...rest }
}

function asResponse(response: StandardSchema | DeclaredResponse): DeclaredResponse {
  return '~standard' in response ? { schema: response } : response
}

/** What `validate()` answers (RFC 9457), as a schema. */
export const PROBLEM: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'errors'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { const: 'INPUT_INVALID' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['in', 'path', 'detail'],
        properties: {
          in: { enum: ['params', 'query', 'headers', 'body', 'file'] },
          path: { type: 'array', items: { type: ['string', 'integer'] } },
          detail: { type: 'string' },
        },
      },
    },
  },
}
