import type { IncomingMessage, ServerResponse } from 'node:http'

let warned = false

/**
 * Answers 505 to HTTP/2, whose messages are none of node:http's: what Express does with them ends
 * the process.
 *
 * @returns whether it was HTTP/2.
 */
export function refuseHttp2(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.httpVersionMajor < 2 || !('stream' in res)) return false
  if (!warned) {
    warned = true
    const message = 'Cannot serve HTTP/2: put a proxy in front, or use http or https'
    process.emitWarning(message, { type: 'TokkyuWarning', code: 'TOKKYU_HTTP2' })
  }
  res.writeHead(505, { 'content-type': 'text/plain; charset=utf-8' })
  res.end('HTTP Version Not Supported\n')
  return true
}
