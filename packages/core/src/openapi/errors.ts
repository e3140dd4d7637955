/** A schema cannot be written as JSON Schema, so `openapi()` cannot tell what an operation takes. */
export class SchemaConversionError extends Error {
  override readonly name = 'SchemaConversionError'
  readonly code = 'OPENAPI_SCHEMA'
  readonly status = 500
  readonly expose = false
  /** The library that the schema is of. */
  readonly vendor: string

  constructor(vendor: string, cause?: unknown) {
    const reason = cause instanceof Error ? cause.message : 'it brings no converter'
    super(
      `Cannot write a schema of ${vendor} as JSON Schema: ${reason}. ` +
        'The option toJsonSchema of openapi() can',
      cause === undefined ? {} : { cause },
    )
    this.vendor = vendor
  }
}
