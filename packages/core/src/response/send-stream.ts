import { Readable, Stream, pipeline } from 'node:stream'

import { answerGate } from '@tokkyu/session/http'

import { HttpError } from '../errors/http-error.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'
import { hasNoBody } from './bodiless.ts'
import { partial } from './partial.ts'

export type Streamed = Stream | ReadableStream | Blob

/** Whether a body is one to read from, not one to write as JSON. */
export function isStreamed(body: object): body is Streamed {
  return body instanceof Stream || body instanceof Blob || body instanceof ReadableStream
}

/**
 * Answers with what a stream yields.
 *
 * An error before the first byte goes to `next` while the reply is still unwritten by anybody; a later one
 * goes there too, with the connection destroyed, so that the client sees a broken reply and not a
 * short one. When the client goes away the source is destroyed.
 *
 * @param how - `piece by piece`: what compresses on the way is told to let go of each piece.
 */
export function sendStream(
  res: DispatchedResponse,
  body: Streamed,
  how?: 'piece by piece',
): DispatchedResponse {
  const { req } = res
  // The next handler of now: a later one may stand there by the time the stream breaks.
  const { next } = req
  setHeaders(res, body)
  if (req.fresh) res.statusCode = 304
  if (hasNoBody(res) || res.destroyed) {
    discard(body)
    res.end()
    return res
  }
  const source = toReadable(body instanceof Blob ? cut(res, body) : body)
  whenReady(source, res, (error) => {
    if (error) {
      // Whoever listens to the source themselves may have answered already.
      if (!answerGate.isAnswered(res)) next(error)
      return
    }
    if (req.method !== 'HEAD') {
      transfer(source, res, next)
      if (how === 'piece by piece') letGo(source, res)
      return
    }
    source.destroy()
    res.end()
  })
  return res
}

function setHeaders(res: DispatchedResponse, body: Streamed): void {
  const typed = res.getHeader('Content-Type')
  if (!(body instanceof Blob)) {
    if (!typed) res.type('bin')
    return
  }
  if (!typed) res.type(body.type || 'bin')
  if (!res.getHeader('Transfer-Encoding')) res.setHeader('Content-Length', body.size)
}

function cut(res: DispatchedResponse, body: Blob): Blob {
  const pieces = partial(res, body.size)
  if (pieces === undefined) return body
  return new Blob(
    pieces.map((piece) =>
      typeof piece === 'string' ? piece : body.slice(piece.start, piece.end + 1),
    ),
  )
}

function toReadable(body: Streamed): Readable {
  if (body instanceof Readable) return body
  if (body instanceof Blob) return Readable.fromWeb(body.stream())
  if (body instanceof ReadableStream) return Readable.fromWeb(body)
  // Not one of today's readables, so the stream interface of Node 0.8, which some packages keep.
  return new Readable().wrap(body as unknown as NodeJS.ReadableStream)
}

/**
 * Waits until the source has something to say or is at its end, because `pipeline` destroys the
 * response of a source that breaks, and then nobody could answer with the error.
 */
function whenReady(source: Readable, res: DispatchedResponse, done: (error?: Error) => void): void {
  // Once we hold it, an error of the source is ours, also while nobody waits for one.
  source.on('error', () => {})
  if (source.destroyed) return done(source.errored ?? new SourceClosedError())

  const settle = (report: () => void): void => {
    source.off('readable', ready).off('error', failed).off('close', closed)
    res.off('close', gone)
    report()
  }
  const ready = (): void => settle(done)
  const failed = (error: Error): void => settle(() => done(error))
  const closed = (): void => settle(() => done(new SourceClosedError()))
  const gone = (): void => settle(() => source.destroy())
  // A stream without a byte says `readable` too, when it is at its end.
  source.on('readable', ready).on('error', failed).on('close', closed)
  res.on('close', gone)
}

/** Sends it all. A client that leaves is no error; a source that breaks is. */
function transfer(source: Readable, res: DispatchedResponse, next: (error: unknown) => void): void {
  let first: 'source' | 'client' | undefined
  const broke = (): void => {
    first ??= 'source'
  }
  const left = (): void => {
    first ??= 'client'
  }
  source.once('error', broke).once('close', broke)
  res.once('error', left).once('close', left)
  pipeline(source, res, (error) => {
    if (error && first === 'source') next(error)
  })
}

/** Behind the listener that writes a piece: by then it is on its way. */
function letGo(source: Readable, res: DispatchedResponse & { flush?: () => void }): void {
  source.on('data', () => res.flush?.())
}

function discard(body: Streamed): void {
  if (body instanceof Blob) return
  if (body instanceof ReadableStream) {
    // Cancelling a locked stream rejects: its reader has it, and nothing is lost.
    body.cancel().catch(() => {})
    return
  }
  body.on('error', () => {})
  if (body instanceof Readable) body.destroy()
}

/** The stream given to `res.send` was closed before it had said anything. */
export class SourceClosedError extends HttpError {
  override name = 'SourceClosedError'

  constructor() {
    super(
      500,
      'ERR_STREAM_PREMATURE_CLOSE', // as node:stream calls it
      'Cannot send the stream: it was closed before it said anything',
    )
  }
}
