import type { OutgoingHttpHeaders } from 'node:http'
import { PassThrough, Readable, Stream } from 'node:stream'
import { types } from 'node:util'

import { ArgumentError } from '../../errors/argument-error.ts'

/** A body as it goes over the wire, with the headers that tell of it. */
export interface SentBody {
  readonly headers: OutgoingHttpHeaders
  readonly content: Buffer | Readable | undefined
}

/**
 * Makes of what the program gave what is sent: forms and blobs as `fetch` does, plain values as JSON.
 *
 * @throws {ArgumentError} for what cannot be sent, rather than to send what it becomes as text.
 */
export async function sentBody(body: unknown): Promise<SentBody> {
  if (body === undefined || body === null) return { headers: {}, content: undefined }
  if (typeof body === 'string') return bytes(Buffer.from(body))
  if (types.isAnyArrayBuffer(body)) return bytes(Buffer.from(body))
  if (ArrayBuffer.isView(body))
    return bytes(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
  if (isEncodedByFetch(body)) {
    const encoded = new Response(body)
    const type = encoded.headers.get('content-type')
    return bytes(Buffer.from(await encoded.arrayBuffer()), type ? { 'content-type': type } : {})
  }
  const stream = streamOf(body)
  if (stream) return { headers: {}, content: stream }
  return bytes(Buffer.from(jsonOf(body)), { 'content-type': 'application/json' })
}

function bytes(content: Buffer, headers: OutgoingHttpHeaders = {}): SentBody {
  return { headers: { ...headers, 'content-length': content.length }, content }
}

function isEncodedByFetch(body: unknown): body is URLSearchParams | FormData | Blob {
  return body instanceof URLSearchParams || body instanceof FormData || body instanceof Blob
}

function streamOf(body: unknown): Readable | undefined {
  if (body instanceof ReadableStream) {
    if (body.locked) throw unsendable('a stream that somebody else reads')
    return Readable.fromWeb(body)
  }
  if (body instanceof Readable) {
    if (body.destroyed || body.readableEnded) throw unsendable('a stream that was read before')
    return body
  }
  // The form-data package makes streams of node's first kind.
  if (body instanceof Stream) {
    if (!('readable' in body && body.readable === true))
      throw unsendable('a stream that cannot be read')
    const through = new PassThrough()
    body.once('error', (error: Error) => through.destroy(error))
    return body.pipe(through)
  }
  const isIterable = typeof body === 'object' && body !== null && Symbol.asyncIterator in body
  return isIterable ? Readable.from(body as AsyncIterable<Uint8Array>) : undefined
}

function jsonOf(body: unknown): string {
  if (typeof body !== 'object') throw unsendable(`a ${typeof body}`)
  if (types.isPromise(body)) throw unsendable('a promise; await it first')
  if (types.isMap(body) || types.isSet(body))
    throw unsendable('a Map or a Set, which JSON leaves out')
  let text: string | undefined
  try {
    text = JSON.stringify(body)
  } catch (cause) {
    throw unsendable('an object that has no JSON', { cause })
  }
  if (text === undefined) throw unsendable('an object that has no JSON')
  return text
}

function unsendable(what: string, options?: { readonly cause?: unknown }): ArgumentError {
  return new ArgumentError(`Cannot send ${what} as the body of a request`, options)
}
