export { InputError } from './errors.ts'
export { validate } from './validate.ts'
export { declarationOf } from './declaration.ts'
export type { InputIssue } from './errors.ts'
export type {
  Declaration,
  DeclaredOperation,
  DeclaredResponse,
  ValidateOptions,
} from './declaration.ts'
export type { InputPlace } from './input-place.ts'
export type { InputOf, InputSchemas } from './input-schemas.ts'
export type { OutputOf, SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts'
