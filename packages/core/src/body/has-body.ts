import type { IncomingMessage } from 'node:http'

/** RFC 9112 §6.3: a body is announced. HTTP/2 needs no header for that (RFC 9113 §8.1.1). */
export function hasBody(
  req: IncomingMessage & { stream?: { endAfterHeaders?: boolean } },
): boolean {
  if (req.headers['transfer-encoding'] !== undefined) return true
  const length = req.headers['content-length']
  if (length !== undefined) return !Number.isNaN(Number(length))
  return req.httpVersionMajor === 2 && req.stream?.endAfterHeaders === false
}
