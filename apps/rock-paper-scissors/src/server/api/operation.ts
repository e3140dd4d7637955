import { validate } from '@tokkyu/core'
import type { InputSchemas, ValidateOptions } from '@tokkyu/core'

import { ENGLISH } from '../english.ts'
import type { OperationId } from '../operation-id.ts'
import { ANSWERS, PROBLEM } from './answers.ts'
import { told } from './schemas.ts'

const FORM = ['application/x-www-form-urlencoded', 'application/json']
const REFUSAL = { description: 'Problem details (RFC 9457)', schema: told(PROBLEM) }

/** Lets in what the schemas let in, and tells of an operation in `/api` and its OpenAPI document. */
export function operation<Schemas extends InputSchemas>(
  operationId: OperationId,
  schemas: Schemas,
  { status = 200, ...options }: { readonly status?: number } & Omit<ValidateOptions, 'status'> = {},
): ReturnType<typeof validate<Schemas>> {
  const summary = ENGLISH.api.operations[operationId]
  return validate(schemas, {
    consumes: FORM,
    ...options,
    operation: { operationId, summary },
    responses: { [status]: told(ANSWERS[operationId]), default: REFUSAL },
  })
}

/** For what is no operation of programs: pages, files. */
export const undocumented = validate({}, { operation: { hidden: true } })
