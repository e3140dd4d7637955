import type { IncomingMessage, ServerResponse } from 'node:http'

import { isNotModified, rangeOf } from './conditional.ts'
import type { KeptAnswer } from './kept-answer.ts'

/** Fields that describe a body, which a 304 has not. */
const OF_THE_BODY = ['content-type', 'content-encoding', 'content-language']

/** Answers a GET or HEAD from what is kept: the whole, a part, or "not modified". */
export function sendKept(req: IncomingMessage, res: ServerResponse, kept: KeptAnswer): void {
  const { body, status } = kept
  const age = Math.max(0, Math.floor((kept.ageThen + Date.now() - kept.made) / 1000))
  if (isNotModified(req.headers, kept)) {
    setHeaders(res, kept)
    for (const name of OF_THE_BODY) res.removeHeader(name)
    res.setHeader('Age', age)
    res.writeHead(304).end()
    return
  }
  setHeaders(res, kept)
  res.setHeader('Age', age)
  const range = req.method === 'GET' ? rangeOf(req.headers, kept, body.length) : undefined
  if (range === 'unsatisfiable') {
    res.setHeader('Content-Range', `bytes */${body.length}`)
    res.setHeader('Content-Length', 0)
    res.writeHead(416).end()
    return
  }
  const part = range ? body.subarray(range.start, range.end) : body
  if (range) res.setHeader('Content-Range', `bytes ${range.start}-${range.end - 1}/${body.length}`)
  if (status !== 204) res.setHeader('Content-Length', part.length)
  res.writeHead(range ? 206 : status)
  res.end(req.method === 'HEAD' || status === 204 ? undefined : part)
}

/** What stood on the response for another answer goes. */
function setHeaders(res: ServerResponse, { headers }: KeptAnswer): void {
  for (const [name, value] of headers) res.setHeader(name, value)
}
