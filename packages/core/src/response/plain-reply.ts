import type { ServerResponse } from 'node:http'

import { readsText } from '../settings.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'
import { set } from './headers.ts'
import { implyMore, isSetHeaderOurs, isUntouched } from './implied-headers.ts'
import { endInOneWrite } from './one-write.ts'

/**
 * Answers with text in the short way, where nothing asks for the long one: no header was touched,
 * and the request asks no condition and no range. What the client gets is the same either way, and
 * so is what a middleware sees that waits for the headers.
 *
 * Measured against bare node:http, an answer of 13 bytes costs 0.94 with a flat list of headers and
 * 1.07 with the table.
 *
 * @returns whether it has answered.
 */
export function replyPlainly(res: DispatchedResponse, contentType: string, text: string): boolean {
  if (!mayImply(res) || !isPlain(res)) return false
  const makeEtag = res.app.get('etag fn')
  if (makeEtag !== undefined && !readsText(makeEtag)) return false
  const headers = ['Content-Type', contentType, 'Content-Length', String(Buffer.byteLength(text))]
  if (makeEtag !== undefined) headers.push('ETag', makeEtag(text))
  implyMore(res, headers)
  endInOneWrite(res, text, makeEtag ? 'bytes' : 'text')
  return true
}

/** Whether a response can have further headers without a call that a middleware would notice. */
export function mayImply(res: ServerResponse): boolean {
  return isUntouched(res) && isSetHeaderOurs(res) && (res as DispatchedResponse).set === set
}

function isPlain(res: DispatchedResponse): boolean {
  const { req, statusCode } = res
  if (statusCode < 200 || statusCode === 204 || statusCode === 205 || statusCode === 304)
    return false
  if (req.method === 'HEAD') return false
  const { headers } = req
  return (
    headers['if-none-match'] === undefined &&
    headers['if-modified-since'] === undefined &&
    headers.range === undefined
  )
}
