import type { InputSchemas } from './input-schemas.ts'
import type { StandardSchema } from './standard-schema.ts'

/** What one answer of an operation is. */
export interface DeclaredResponse {
  /** @default the status text */
  readonly description?: string | undefined
  /** The body, as JSON. Told in the document, not checked. */
  readonly schema?: StandardSchema | undefined
}

/** What a document says of an operation besides its input. */
export interface DeclaredOperation {
  /** A line about the operation. */
  readonly summary?: string | undefined
  /** More about it; Markdown is allowed. */
  readonly description?: string | undefined
  /** A name for generators of clients. @default the name of the route */
  readonly operationId?: string | undefined
  /** The groups it is shown in. */
  readonly tags?: readonly string[] | undefined
  /** Whether it should not be used any more. @default false */
  readonly deprecated?: boolean | undefined
  /** Leaves the operation out of the document. */
  readonly hidden?: boolean | undefined
}

/** What `validate()` can be told besides its schemas. */
export interface ValidateOptions {
  /** The status of a refusal. @default 400 */
  readonly status?: 400 | 422 | undefined
  /** The answers, by status or `default`, for `openapi()`. @default none */
  readonly responses?:
    | Readonly<Record<number | string, StandardSchema | DeclaredResponse>>
    | undefined
  /** What `openapi()` says of the operation. @default none */
  readonly operation?: DeclaredOperation | undefined
  /** The media types of the body, for `openapi()`. @default 'application/json' */
  readonly consumes?: string | readonly string[] | undefined
  /** The field of the form that holds the file, for `openapi()`. @default 'file' */
  readonly fileField?: string | undefined
}

/** What a middleware made by `validate()` was told. */
export interface Declaration {
  readonly schemas: InputSchemas
  readonly options: ValidateOptions
}

const DECLARATION = Symbol('declaration of validate()')

export function declare<Handler extends object>(
  handler: Handler,
  declaration: Declaration,
): Handler {
  return Object.assign(handler, { [DECLARATION]: declaration })
}

/** @returns undefined for handlers that `validate()` did not make. */
export function declarationOf(handler: object): Declaration | undefined {
  return (handler as { readonly [DECLARATION]?: Declaration })[DECLARATION]
}
