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

/** A request with more header fields than the server keeps. */
export class TooManyHeadersError extends Error {
  override readonly name = 'TooManyHeadersError'
  readonly code = 'HEADERS_TOO_MANY'
  readonly status = 431
  readonly expose = true
  /** Headers of the answer: the connection ends. */
  readonly headers = { Connection: 'close' }
  /** Fields that are kept. */
  readonly limit: number

  constructor(limit: number) {
    super(`Cannot read the header of this request: it has more than ${limit} fields`)
    this.limit = limit
  }
}

/** A request line that names no version of HTTP. */
export class VersionError extends Error {
  override readonly name = 'VersionError'
  readonly code = 'HTTP_VERSION_INVALID'
  readonly status = 400
  readonly expose = true
  /** Headers of the answer: the connection ends. */
  readonly headers = { Connection: 'close' }

  constructor() {
    super('Cannot answer this request: its request line names no version of HTTP')
  }
}

/**
 * Refuses what node's parser lets through although where it ends, or what it says, cannot be told:
 *
 * - more header fields than are kept: Host, Transfer-Encoding or Cookie may stand in the rest;
 * - a request line without a version (HTTP/0.9), which no grammar of RFC 9112 §3 has;
 * - every transfer coding but `chunked`, as RFC 9112 §6.1 asks. Node's parser takes `xchunked` for it,
 *   which a proxy in front does not: to the two of them, the body ends in different places.
 *
 * The connection of an HTTP/1.0 request with any coding ends with its answer, as the same section asks.
 *
 * @throws {TooManyHeadersError | VersionError | FramingError}
 */
export function checkFraming(req: IncomingMessage, res: ServerResponse): void {
  checkFieldCount(req)
  if (req.httpVersionMajor === 0) throw new VersionError()
  const coding = req.headers?.['transfer-encoding']
  if (coding === undefined) return
  // An HTTP/1.0 hop in front may not have known the coding: what follows is no request to trust.
  if (req.httpVersionMajor === 1 && req.httpVersionMinor === 0) res.shouldKeepAlive = false
  if (coding.trim().toLowerCase() !== 'chunked') throw new FramingError(coding)
}

/** Node up to 20 drops the fields beyond its limit without a word; later lines answer 431 themselves. */
function checkFieldCount(req: IncomingMessage): void {
  const kept = req.rawHeaders?.length ?? 0
  const { maxHeadersCount } = (req.socket as { server?: Limited } | undefined)?.server ?? {}
  // What node makes of the setting: names and values are counted, a whole number of pairs.
  const limit = typeof maxHeadersCount === 'number' ? maxHeadersCount << 1 : DEFAULT_LIMIT
  if (limit <= 0 || kept < limit) return
  // Where the limit falls between two batches of the parser, what is over it leaves no trace.
  if (kept > limit || limit % BATCH === 0) throw new TooManyHeadersError(limit / 2)
}

interface Limited {
  maxHeadersCount?: number | null
}

/** Names and values that node keeps when the server does not say: of 1,000 fields. */
const DEFAULT_LIMIT = 2000

/** Names and values that node's parser hands over at a time: of 31 fields. */
const BATCH = 62
