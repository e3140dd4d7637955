import type {
  Http2SecureServer,
  Http2Server,
  Http2ServerRequest,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2'
import { Readable } from 'node:stream'

import { answerOn, openStreamsOf } from '../node-internals.ts'

/** Milliseconds, 0 for as long as it takes. */
export interface Patience {
  readonly headersTimeout: number
  readonly requestTimeout: number
}

/**
 * Holds clients of HTTP/2 to the time that those of HTTP/1 have for a request; node lets them send a byte
 * a minute for ever. A body that is late is answered with 408, or its answer is given up where that has begun.
 */
export function refuseLate(
  server: Http2Server | Http2SecureServer,
  { headersTimeout, requestTimeout }: Patience,
): void {
  if (headersTimeout > 0) {
    server.on('session', (session) => closeWithoutHeads(session, headersTimeout))
  }
  if (requestTimeout === 0) return
  server.on('stream', (stream, headers, flags) => {
    // A tunnel has no end that could be late.
    if ((flags & END_STREAM) !== 0 || headers[':method'] === 'CONNECT') return
    const late = setTimeout(() => refuse(stream), requestTimeout).unref()
    stream.once('close', () => clearTimeout(late))
  })
}

function refuse(stream: ServerHttp2Stream): void {
  if (stream.closed || stream.destroyed || hasWholeRequest(stream)) return
  const isAnswered = stream.headersSent
  if (!isAnswered) {
    stream.respond({
      ':status': 408,
      'content-type': 'text/plain; charset=utf-8',
      'content-length': BODY.length,
    })
  }
  giveUpReading(stream)
  if (isAnswered) return stream.close(stream.writableFinished ? NO_ERROR : INTERNAL_ERROR)
  // RFC 9113 §8.1: the answer is whole, and the rest of the body is not wanted.
  stream.end(BODY, () => stream.close(NO_ERROR))
}

/**
 * Tells whoever reads the body that it breaks off. Node ends the body of a stream that it closes, as if it
 * were whole.
 */
function giveUpReading(stream: ServerHttp2Stream): void {
  const answer = answerOn(stream)
  if (answer === undefined) return
  // What the handler may yet answer does not leave: `req.signal` aborts.
  if (!stream.writableFinished)
    Object.defineProperty(answer, 'writableFinished', { value: false, configurable: true })
  stream.emit('aborted')
  Readable.prototype.destroy.call(answer.req as unknown as Http2ServerRequest)
}

function hasWholeRequest({ state }: ServerHttp2Stream): boolean {
  return state.state === HALF_CLOSED_REMOTE || state.state === CLOSED
}

/**
 * Closes a connection on which bytes come for so long, and neither a request nor a ping: a head that never
 * ends, of which node says nothing. Its state is looked at now and then, which costs a request nothing.
 */
function closeWithoutHeads(session: ServerHttp2Session, headersTimeout: number): void {
  let { bytes, lastStream } = progressOf(session)
  let isPinged = false
  session.on('ping', () => (isPinged = true))
  const sweep = setInterval(() => {
    if (session.destroyed) return
    const now = progressOf(session)
    const isIdle = now.lastStream === lastStream && !isPinged && openStreamsOf(session) === 0
    if (isIdle && now.bytes !== bytes) session.close()
    ;({ bytes, lastStream } = now)
    isPinged = false
  }, headersTimeout).unref()
  session.once('close', () => clearInterval(sweep))
}

function progressOf({ socket, state }: ServerHttp2Session) {
  return { bytes: socket.bytesRead, lastStream: state.lastProcStreamID }
}

const BODY = 'Request Timeout\n'

/** The flag of HEADERS that says that no body follows (RFC 9113 §6.2). */
const END_STREAM = 1

/** RFC 9113 §7. */
const NO_ERROR = 0
const INTERNAL_ERROR = 2

/** What nghttp2 calls the states of a stream in which nothing comes from the client any more. */
const HALF_CLOSED_REMOTE = 6
const CLOSED = 7
