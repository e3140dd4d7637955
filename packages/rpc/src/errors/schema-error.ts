/** A schema that cannot be read, or that lacks what was asked of it. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
  readonly code = 'RPC_BAD_SCHEMA'
  readonly status = 500
  readonly expose = false

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }
}
