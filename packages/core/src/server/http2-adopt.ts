import { request } from '../request/index.ts'
import { response } from '../response-prototype.ts'
import type { Application } from '../types/application.ts'
import type { Request, Response } from '../types/request-response.ts'
import { isAsGood } from './adopt.ts'
import { type MessagePrototypes, prototypesOf } from './classes.ts'
import { http2BaseOf, http2RequestOf, http2ResponseOf } from './http2-classes.ts'
import { switchHttp2Server } from './http2-switch.ts'

/** Makes a pair of HTTP/2 an app's own: node's, or one that another app is handling. */
export function adoptHttp2(app: Application, req: Request, res: Response, isFirst: boolean): void {
  const own = prototypesOf(app)!
  own.http2 ??= { request: http2RequestOf(own.request), response: http2ResponseOf(own.response) }
  const ofRequest = Object.getPrototypeOf(req) as object
  const ofResponse = Object.getPrototypeOf(res) as object
  if (ofRequest !== own.http2.request || ofResponse !== own.http2.response) {
    if (isFirst) switchHttp2Server(app, req, own.http2)
    exchange(req, res, own, own.http2, ofRequest, ofResponse)
  }
  if (isFirst) nameHost(req)
}

function exchange(
  req: Request,
  res: Response,
  own: MessagePrototypes,
  wanted: NonNullable<MessagePrototypes['http2']>,
  ofRequest: object,
  ofResponse: object,
): void {
  const { areUntouched } = own
  const requestBase = http2BaseOf(ofRequest)
  const responseBase = http2BaseOf(ofResponse)
  if (!requestBase || !isAsGood(requestBase, own.request, request, areUntouched))
    Object.setPrototypeOf(req, wanted.request)
  if (!responseBase || !isAsGood(responseBase, own.response, response, areUntouched))
    Object.setPrototypeOf(res, wanted.response)
}

/**
 * What HTTP/1 says in Host stands in `:authority` (RFC 9113 §8.3.1), which wins where both are there:
 * whoever reads Host reads it.
 */
function nameHost({ headers }: Request): void {
  const authority = headers[':authority']
  if (typeof authority === 'string') headers.host = authority
}
