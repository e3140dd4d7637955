// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { onDemand } from '../on-demand.ts'
import { HttpError } from '../errors/http-error.ts'
import type { DispatchedRequest, DispatchedResponse } from '../types/dispatched.ts'

type Answer = (
  req: DispatchedRequest,
  res: DispatchedResponse,
  next: (error?: unknown) => void,
) => unknown

/**
 * Answers in the form that the client prefers.
 *
 * @param choices - handlers by media type or file extension, the first being the one for a client
 *   without a preference; `default` answers when nothing fits, instead of a 406.
 */
export function format(
  this: DispatchedResponse,
  choices: Record<string, Answer>,
): DispatchedResponse {
  const { req } = this
  const { next } = req
  const types = Object.keys(choices).filter((name) => name !== 'default')
  const chosen = types.length > 0 ? req.accepts(types) : false

  this.vary('Accept')
  if (chosen) {
    this.set('Content-Type', mediaType(chosen))
    const answer = choices[chosen] as Answer
    answer.call(choices, req, this, next)
    return this
  }
  const otherwise = Object.hasOwn(choices, 'default') ? choices['default'] : undefined
  if (otherwise) otherwise.call(choices, req, this, next)
  else next(new NotAcceptableError(types.map(mediaType)))
  return this
}

function mediaType(name: string): string {
  if (!name.includes('/')) return onDemand.mimeTypes.lookup(name) || 'application/octet-stream'
  const semicolon = name.indexOf(';')
  return (semicolon === -1 ? name : name.slice(0, semicolon)).trim()
}

/** The client accepts none of the forms that the handler offers; `types` names them. */
export class NotAcceptableError extends HttpError {
  override name = 'NotAcceptableError'
  /** The types that the handler offers. */
  readonly types: readonly string[]

  constructor(types: readonly string[]) {
    super(406, 'NOT_ACCEPTABLE')
    this.types = types
  }
}
