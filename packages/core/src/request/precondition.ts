// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { evaluatePreconditions } from '@tokkyu/session/http'
import { HttpError } from '../errors/http-error.ts'
import type { Validators } from '../types/values.ts'
import type { DispatchedRequest } from '../types/dispatched.ts'

/**
 * Checks If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since against the resource as
 * it stands, in the order of RFC 9110 §13.2.2. To be called after the client was found allowed to
 * ask and before the first side effect.
 *
 * @returns `not-modified` when a GET or HEAD may be answered 304.
 * @throws {PreconditionFailedError} when the request must not be carried out (412).
 * @example
 *   app.put('/notes/:id', async (req, res) => {
 *     const note = await notes.find(req.params.id)
 *     req.precondition({ etag: note.etag })
 *     …
 *   })
 */
export function precondition(
  this: DispatchedRequest,
  state: Validators,
): 'proceed' | 'not-modified' {
  const verdict = evaluatePreconditions({
    method: this.method,
    headers: this.headers,
    ...state,
  })
  if (verdict === 'failed')
    throw new PreconditionFailedError(
      `Cannot carry out ${this.method}: the resource is not in the state that the request asks for`,
    )
  return verdict
}

/** The client's condition on the state of the resource does not hold. Nothing has been changed. */
export class PreconditionFailedError extends HttpError {
  override name = 'PreconditionFailedError'

  /** @param message - the status text where none is given, as for files in Express. */
  constructor(message?: string) {
    super(412, 'PRECONDITION_FAILED', message)
  }
}
