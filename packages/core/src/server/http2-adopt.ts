import { request } from '../request/index.ts'
import { response } from '../response-prototype.ts'
import type { Application, Request, Response } from '../types/express.ts'
import { isAsGood } from './adopt.ts'
import { prototypesOf } from './classes.ts'
import { http2BaseOf, http2RequestOf, http2ResponseOf } from './http2-classes.ts'

/** Makes a pair of HTTP/2 an app's own: node's, or one that another app is handling. */
export function adoptHttp2(app: Application, req: Request, res: Response, isFirst: boolean): void {
  const { request: ownRequest, response: ownResponse, areUntouched } = prototypesOf(app)!
  const requestPrototype = Object.getPrototypeOf(req) as object
  const responsePrototype = Object.getPrototypeOf(res) as object
  const requestBase = http2BaseOf(requestPrototype)
  const responseBase = http2BaseOf(responsePrototype)
  if (!requestBase || !isAsGood(requestBase, ownRequest, request, areUntouched))
    Object.setPrototypeOf(req, http2RequestOf(ownRequest))
  if (!responseBase || !isAsGood(responseBase, ownResponse, response, areUntouched))
    Object.setPrototypeOf(res, http2ResponseOf(ownResponse))
  if (isFirst) nameHost(req)
}

/**
 * What HTTP/1 says in Host stands in `:authority` (RFC 9113 §8.3.1), which wins where both are there:
 * whoever reads Host reads it.
 */
function nameHost({ headers }: Request): void {
  const authority = headers[':authority']
  if (typeof authority === 'string') headers.host = authority
}
