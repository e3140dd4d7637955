import type { IncomingMessage, ServerResponse } from 'node:http'

import { isNotModified, rangeOf } from './conditional.ts'
import type { KeptAnswer } from './kept-answer.ts'

/** Fields that describe a body, which a 304 has not. */
const OF_THE_BODY = new Set(['content-type', 'content-encoding', 'content-language'])

/** Answers a GET or HEAD from what is kept: the whole, a part, or "not modified". */
export function sendKept(req: IncomingMessage, res: ServerResponse, kept: KeptAnswer): void {
  const { body, status } = kept
  const age = Math.max(0, Math.floor((kept.ageThen + Date.now() - kept.made) / 1000))
  if (isNotModified(req.headers, kept)) {
    setHeaders(res, kept, (name) => !OF_THE_BODY.has(name))
    res.setHeader('Age', age)
    res.writeHead(304).end()
    return
  }
  setHeaders(res, kept, () => true)
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

/** A field that was sent several times is sent so again; what stood on the response for another answer goes. */
function setHeaders(
  res: ServerResponse,
  kept: KeptAnswer,
  wanted: (name: string) => boolean,
): void {
  const fields = new Map<string, string[]>()
  for (const [name, value] of kept.headers) {
    if (!wanted(name.toLowerCase())) continue
    const values = fields.get(name)
    if (values) values.push(value)
    else fields.set(name, [value])
  }
  for (const [name, values] of fields)
    res.setHeader(name, values.length === 1 ? values[0]! : values)
}
