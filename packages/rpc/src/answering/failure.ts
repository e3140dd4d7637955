import { RpcError } from '../status/rpc-error.ts'

/**
 * What a caller hears of an error: all of an `RpcError`'s code, details and metadata, and of any other
 * nothing but that there was one. Messages of other errors speak of files, queries and addresses.
 */
export function failureOf(error: unknown): RpcError {
  return error instanceof RpcError ? error : new RpcError('UNKNOWN', 'The handler failed')
}
