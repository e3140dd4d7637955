// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { onDemand } from '../on-demand.ts'
import type { DispatchedRequest } from '../types/dispatched.ts'

type Choice = string | string[] | false

/**
 * Picks the media type that the client prefers among `types` (RFC 9110 §12.5.1).
 *
 * @param types - media types or file extensions, as arguments or in one array; none asks for the
 *   whole list of the client.
 * @returns the winner spelled as given, or `false` when none is acceptable.
 */
export function acceptsTypes(this: DispatchedRequest, ...types: (string | string[])[]): Choice {
  return onDemand.accepts(this).types(...(types as string[]))
}

/** Picks the content coding that the client prefers (RFC 9110 §12.5.3). */
export function acceptsEncodings(
  this: DispatchedRequest,
  ...encodings: (string | string[])[]
): Choice {
  return onDemand.accepts(this).encodings(...(encodings as string[]))
}

/** Picks the charset that the client prefers (RFC 9110 §12.5.2). */
export function acceptsCharsets(
  this: DispatchedRequest,
  ...charsets: (string | string[])[]
): Choice {
  return onDemand.accepts(this).charsets(...(charsets as string[]))
}

/** Picks the language that the client prefers (RFC 9110 §12.5.4). */
export function acceptsLanguages(
  this: DispatchedRequest,
  ...languages: (string | string[])[]
): Choice {
  return onDemand.accepts(this).languages(...(languages as string[]))
}
