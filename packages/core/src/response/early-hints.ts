// oxlint-disable oxc/no-this-in-exported-function -- a method, in the file of its idea
import { validateHeaderName, validateHeaderValue } from 'node:http'

import type { DispatchedResponse } from '../types/dispatched.ts'

/**
 * Sends 103 with headers that the answer will have (RFC 8297), so that the client fetches what `Link`
 * names while the answer is made. A client of HTTP/1.0 knows no such thing and gets none.
 */
export function earlyHints(
  this: DispatchedResponse,
  hints: Readonly<Record<string, string | string[]>>,
): DispatchedResponse {
  const { httpVersionMajor, httpVersionMinor } = this.req
  if (this.headersSent || (httpVersionMajor === 1 && httpVersionMinor === 0)) return this
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(hints)) {
    validateHeaderName(name)
    for (const one of [value].flat()) validateHeaderValue(name, one)
    if (!OF_A_CONNECTION.test(name)) headers[name.toLowerCase()] = value
  }
  this.writeEarlyHints(headers)
  return this
}

/** They would speak of the answer that has yet to come, and HTTP/2 does not have them (RFC 9113 §8.2.2). */
const OF_A_CONNECTION = /^(?:connection|keep-alive|proxy-connection|te|transfer-encoding|upgrade)$/i
