import { StoreUnavailableError } from '../session/errors.ts'

/**
 * What a failed command means to a request: 503 where Redis is away, or refuses for as long as it is full, loads, or
 * serves another master; else the error as it came.
 */
export function failureOf(operation: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TypeError) return error
  const [, refusal] = REFUSAL.exec(error.message) ?? []
  if (refusal !== undefined) {
    return new StoreUnavailableError(operation, `refused (${refusal})`, { cause: error })
  }
  if (REPLY.test(error.message)) return error
  return new StoreUnavailableError(operation, 'cannot be reached', { cause: error })
}

/** Redis before 7 puts what a script met behind words of its own. */
const REFUSAL =
  /^(?:ERR .*-)?(BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOREPLICAS|OOM|READONLY|TRYAGAIN)\b/

/** Errors of the server begin with a word in capitals; all others are the client's, about its connection. */
const REPLY = /^[A-Z]{2,} /
