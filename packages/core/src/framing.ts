import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request whose end cannot be told. */
export class FramingError extends Error {
  override readonly name = 'FramingError'
  readonly code = 'FRAMING_INVALID'
  readonly status = 501
  readonly expose = false
  /** Where the next request starts cannot be told either: the connection ends. */
  readonly headers = { Connection: 'close' }

  constructor(coding: string) {
    super(
      `Cannot read a body in the transfer coding ${JSON.stringify(coding)}: only "chunked" is known`,
    )
  }
}

/**
 * Refuses every transfer coding but `chunked`, as RFC 9112 §6.1 asks. Node's parser takes `xchunked`
 * for it, which a proxy in front does not: to the two of them, the body ends in different places.
 *
 * The connection of an HTTP/1.0 request with any coding ends with its answer, as the same section asks.
 *
 * @throws {FramingError}
 */
export function checkFraming(req: IncomingMessage, res: ServerResponse): void {
  const coding = req.headers?.['transfer-encoding']
  if (coding === undefined) return
  // An HTTP/1.0 hop in front may not have known the coding: what follows is no request to trust.
  if (req.httpVersionMajor === 1 && req.httpVersionMinor === 0) res.shouldKeepAlive = false
  if (coding.trim().toLowerCase() !== 'chunked') throw new FramingError(coding)
}
