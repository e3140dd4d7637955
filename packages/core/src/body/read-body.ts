import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { ByteCollector } from './byte-collector.ts'
import {
  BodyAbortedError,
  BodyLengthError,
  BodyStreamError,
  BodyTooLargeError,
  markError,
} from './errors.ts'

/** Called once, either with an error or with all bytes. */
export type BodyCallback = (error: unknown, bytes?: ByteCollector) => void

/** How the bytes of one request are read. */
export interface Reading {
  readonly inflater: Transform | undefined
  /** Bytes on the wire by `Content-Length`. */
  readonly announced: number | undefined
  /** Most bytes, inflated. */
  readonly limit: number
}

/**
 * Collects the bytes of a request, inflated by `inflater` when there is one, and never holds more
 * than `limit` of them: a body is refused at the chunk that passes the limit, wherever that chunk
 * comes from, and a `Content-Length` beyond the limit before the first.
 *
 * When `done` is called, no listener of ours is left on the request and the inflater is destroyed.
 */
export function readBody(
  req: IncomingMessage,
  { inflater, announced, limit }: Reading,
  done: BodyCallback,
): void {
  const expected = inflater === undefined ? announced : undefined
  const collector = new ByteCollector(expected)
  const source: Readable = inflater ?? req

  req.on('error', onRequestError)
  req.on('close', onClose)
  const stopInflating = inflater && inflate(req, inflater, limit, finish)
  source.on('data', onData)
  source.on('end', onEnd)

  function onData(chunk: Buffer): void {
    const received = collector.length + chunk.length
    if (received > limit) return finish(new BodyTooLargeError(limit, { received }))
    collector.push(chunk)
  }

  function onEnd(): void {
    if (expected !== undefined && collector.length !== expected) {
      return finish(new BodyLengthError(expected, collector.length))
    }
    finish(undefined)
  }

  function onRequestError(error: NodeJS.ErrnoException): void {
    const aborted = req.destroyed || error.code === 'ECONNRESET'
    finish(
      aborted
        ? new BodyAbortedError(expected, collector.length, error)
        : markError(error, { status: 400 }),
    )
  }

  function onClose(): void {
    // A complete request may close while its last bytes are still being inflated.
    if (!req.readableEnded) finish(new BodyAbortedError(expected, collector.length))
  }

  function finish(error: unknown): void {
    req.off('close', onClose)
    source.off('data', onData)
    source.off('end', onEnd)
    req.off('error', onRequestError)
    stopInflating?.()
    done(error, error === undefined ? collector : undefined)
  }
}

/** @returns what ends it and destroys the inflater. */
function inflate(
  req: IncomingMessage,
  inflater: Transform,
  limit: number,
  fail: (error: unknown) => void,
): () => void {
  const wireLimit = compressedLimit(limit)
  let wireReceived = 0
  inflater.on('error', onInflateError)
  req.on('data', onWireData)
  req.pipe(inflater)

  /** A compressed body that inflates to nothing would otherwise be read for ever. */
  function onWireData(chunk: Buffer): void {
    wireReceived += chunk.length
    if (wireReceived > wireLimit) fail(new BodyTooLargeError(limit, { received: wireReceived }))
  }

  function onInflateError(error: Error): void {
    fail(markError(error, { status: 400 }))
  }

  return () => {
    req.off('data', onWireData)
    req.unpipe(inflater)
    inflater.off('error', onInflateError)
    // What a destroyed decompressor still has to say concerns nobody.
    inflater.on('error', () => {})
    inflater.destroy()
  }
}

/**
 * What forbids reading before it has begun.
 *
 * @throws nothing; the error is returned.
 */
export function unreadable(
  req: IncomingMessage,
  { compressed, announced, limit }: Omit<Reading, 'inflater'> & { readonly compressed: boolean },
): Error | undefined {
  if (announced !== undefined && announced > (compressed ? compressedLimit(limit) : limit)) {
    return new BodyTooLargeError(limit, { expected: announced })
  }
  if (req.readableEncoding !== null && req.readableEncoding !== undefined) {
    return new BodyStreamError('stream.encoding.set')
  }
  if (req.destroyed && !req.complete) return new BodyAbortedError(announced, 0)
  if (!req.readable) return new BodyStreamError('stream.not.readable')
  return undefined
}

export function contentLength(req: IncomingMessage): number | undefined {
  const header = req.headers['content-length']
  if (header === undefined) return undefined
  const length = Number.parseInt(header, 10)
  return Number.isNaN(length) ? undefined : length
}

/** Compression never makes a body much longer: deflate adds 5 bytes to 16 KiB, headers a little. */
function compressedLimit(limit: number): number {
  return limit + Math.ceil(limit / 1024) + 1024
}
