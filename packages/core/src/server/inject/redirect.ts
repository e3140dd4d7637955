import { Readable } from 'node:stream'

import { ArgumentError } from '../../errors/argument-error.ts'
import type { InjectedRequest, InjectedResponse } from '../../types/inject.ts'
import { locationOf, withoutHeaders } from './headers.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const OF_A_BODY = ['content-type', 'content-length', 'content-encoding', 'content-language']
const MOST = 20 // Fetch Standard, HTTP-redirect fetch, step 6

/**
 * The request that an answer leads to, as the Fetch Standard says; undefined when it leads nowhere, or to
 * a host that is not the app's.
 *
 * @throws {ArgumentError} when it leads on for ever, or asks for a stream again that was sent.
 */
export function redirected(
  request: InjectedRequest,
  { status, headers }: InjectedResponse,
  hops: number,
): InjectedRequest | undefined {
  if (!REDIRECTS.has(status) || headers.location === undefined) return undefined
  const from = locationOf(request.url ?? '/', request.secure ?? false, request.headers)
  const to = URL.canParse(headers.location, from.href) ? new URL(headers.location, from) : undefined
  if (to?.host !== from.host || !/^https?:$/.test(to.protocol)) return undefined
  if (hops >= MOST) throw new ArgumentError(`Cannot follow more than ${MOST} redirects`)
  const next = { ...request, url: to.pathname + to.search, secure: to.protocol === 'https:' }
  const method = request.method?.toUpperCase() ?? 'GET'
  const becomesGet =
    (status === 303 && method !== 'GET' && method !== 'HEAD') || (status < 303 && method === 'POST')
  if (becomesGet) {
    const kept = withoutHeaders(request.headers, OF_A_BODY)
    return { ...next, method: 'GET', body: null, headers: kept }
  }
  if (canBeSentOnce(request.body)) {
    throw new ArgumentError('Cannot follow a redirect with a stream that was sent already')
  }
  return next
}

function canBeSentOnce(body: InjectedRequest['body']): boolean {
  if (typeof body !== 'object' || body === null) return false
  return body instanceof Readable || body instanceof ReadableStream || Symbol.asyncIterator in body
}
