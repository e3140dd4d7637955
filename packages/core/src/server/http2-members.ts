// oxlint-disable no-underscore-dangle, oxc/no-this-in-exported-function -- methods, some of node's own name
import { validateHeaderName, validateHeaderValue, type ServerResponse } from 'node:http'
import type {
  Http2ServerRequest,
  Http2ServerResponse,
  ServerHttp2Stream,
  ServerStreamResponseOptions,
} from 'node:http2'

import { oweContinue } from '../node-internals.ts'

type Method = (this: OverHttp2, ...args: never[]) => unknown
type Native = Record<
  | 'setHeader'
  | 'appendHeader'
  | 'removeHeader'
  | 'writeHead'
  | 'write'
  | 'end'
  | 'destroy'
  | 'writeContinue'
  | 'setTrailer',
  (this: ServerResponse, ...args: unknown[]) => unknown
>

/**
 * What differs in a response over HTTP/2 from what node's own class does, so that a handler written for
 * HTTP/1 need not know: headers that belong to a connection are left out without a word, names and values
 * are held to what HTTP/1 allows (whatever stands behind may speak it), a body that may not be is dropped,
 * and a reason phrase, which HTTP/2 does not have, is kept for those who ask for it.
 *
 * @param prototype - node's own.
 */
export function http2ResponseMembers(prototype: Http2ServerResponse): PropertyDescriptorMap {
  const native = prototype as unknown as Native
  const methods: Record<string, Method> = {
    setHeader(name: string, value: unknown) {
      if (!mayBeSent(name, value)) return this
      try {
        native.setHeader.call(this, name, value)
      } catch (error) {
        throw asOverHttp1(error)
      }
      return this
    },
    appendHeader(name: string, value: unknown) {
      if (!mayBeSent(name, value)) return this
      try {
        native.appendHeader.call(this, name, value)
      } catch (error) {
        throw asOverHttp1(error)
      }
      return this
    },
    removeHeader(name: string) {
      try {
        native.removeHeader.call(this, name)
      } catch (error) {
        throw asOverHttp1(error)
      }
    },
    writeHead(status: number, reason?: unknown, headers?: unknown) {
      if (typeof reason === 'string') this.statusMessage = reason
      if (!this.stream.headersSent)
        setAll(this, typeof reason === 'string' ? headers : (headers ?? reason))
      try {
        native.writeHead.call(this, status)
      } catch (error) {
        throw asOverHttp1(error)
      }
      return this
    },
    write(chunk: unknown, encoding: unknown, callback: unknown) {
      if (!isBodiless(this)) return native.write.call(this, chunk, encoding, callback)
      if (!this.stream.headersSent) this.writeHead(this.statusCode)
      const done = typeof encoding === 'function' ? encoding : callback
      if (typeof done === 'function') process.nextTick(done)
      return true
    },
    end(chunk: unknown, encoding: unknown, callback: unknown) {
      if (!this.stream.headersSent) this[isWhole] = true
      if (typeof chunk === 'function' || !isBodiless(this))
        return native.end.call(this, chunk, encoding, callback)
      return native.end.call(this, typeof encoding === 'function' ? encoding : callback)
    },
    setTrailer(name: string, value: unknown) {
      if (!mayBeSent(name, value)) return
      this[hasTrailers] = true
      native.setTrailer.call(this, name, value)
    },
    // express-session, and whoever else learnt it there, calls it before the first byte.
    _implicitHeader() {
      this.writeHead(this.statusCode)
    },
    writeContinue() {
      oweContinue(this, false)
      native.writeContinue.call(this)
    },
    destroy(error?: Error) {
      breakStream(this.stream)
      native.destroy.call(this, error)
      return this
    },
  }
  return {
    ...describe(methods, (value) => ({ value, writable: true })),
    ...describe(getters, (get) => ({ get })),
    writeHeader: { value: methods['writeHead'], writable: true, configurable: true },
    statusMessage: { value: undefined, writable: true, configurable: true },
    writableObjectMode: { value: false, configurable: true },
  }
}

/** What differs in a request: to destroy it ends the exchange, as it ends the connection of HTTP/1. */
export const http2RequestMembers: PropertyDescriptorMap = {
  destroy: {
    configurable: true,
    writable: true,
    value(this: Http2ServerRequest, error?: Error) {
      breakStream(this.stream)
      this.stream.destroy(error)
      return this
    },
  },
}

/** Left to itself, node ends the stream of a broken answer as if that were whole. */
function breakStream(stream: ServerHttp2Stream): void {
  if (!stream.closed) stream.close(stream.writableFinished ? 0 : INTERNAL_ERROR)
}

/** RFC 9113 §7. */
const INTERNAL_ERROR = 2

/**
 * Begins an answer. One that is there as a whole, without trailers, does not ask for them when its last
 * byte is out: node asks always, which took 2 µs for each.
 */
export function beginSend(this: ServerResponse): void {
  const res = this as OverHttp2
  const { stream, statusCode, sendDate, finished: endStream } = res
  const headers = res.getHeaders() // a copy, which is ours
  headers[':status'] = statusCode
  const waitForTrailers = res[hasTrailers] === true || res[isWhole] !== true
  stream.respond(headers, { endStream, waitForTrailers, sendDate } as ServerStreamResponseOptions)
}

const isWhole = Symbol('an answer that ends with the piece it begins with')
const hasTrailers = Symbol('an answer with trailers')

type OverHttp2 = ServerResponse & {
  readonly stream: ServerHttp2Stream
  [isWhole]?: boolean
  [hasTrailers]?: boolean
}

/** What responses of HTTP/1 tell, and node's of HTTP/2 do not. */
const getters: Record<string, (this: OverHttp2) => unknown> = {
  // Node reads `headersSent` there, which is the gate's: it would ask itself for ever.
  _header() {
    return this.stream.headersSent
  },
  closed() {
    return this.stream.closed
  },
  destroyed() {
    return this.stream.destroyed
  },
  errored() {
    return this.stream.errored
  },
  // Node ends a stream that is reset, and calls that finished.
  writableFinished() {
    return this.stream.writableFinished && !this.stream.aborted
  },
  writableNeedDrain() {
    return this.stream.writableNeedDrain
  },
}

function describe<Value>(
  values: Record<string, Value>,
  toDescriptor: (value: Value) => PropertyDescriptor,
): PropertyDescriptorMap {
  const entries = Object.entries(values)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, { ...toDescriptor(value), configurable: true }]),
  )
}

/** @throws {TypeError} what node throws for a name or a value that HTTP/1 does not allow. */
function mayBeSent(name: string, value: unknown): boolean {
  validateHeaderName(name)
  if (!Array.isArray(value)) validateHeaderValue(name, value as string)
  else for (const one of value as string[]) validateHeaderValue(name, one)
  return !OF_A_CONNECTION.test(name)
}

/** RFC 9113 §8.2.2. */
const OF_A_CONNECTION =
  /^(?:connection|http2-settings|keep-alive|proxy-connection|te|transfer-encoding|upgrade)$/i

/** An object of headers, or names and values in turn, or pairs; a name that comes twice keeps both. */
function setAll(res: ServerResponse, headers: unknown): void {
  if (!headers) return
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers))
      if (name) res.setHeader(name, value as string)
    return
  }
  const flat: unknown[] = Array.isArray(headers[0]) ? headers.flat() : headers
  const names = flat.filter((_, at) => at % 2 === 0) as string[]
  for (const name of names) res.removeHeader(name)
  for (const [at, name] of names.entries()) res.appendHeader(name, flat[at * 2 + 1] as string)
}

/** RFC 9110 §9.3.2, §15.3.5, §15.3.6, §15.4.5; node's HTTP/1 leaves such a body out as well. */
function isBodiless({ req, statusCode }: ServerResponse): boolean {
  return req.method === 'HEAD' || statusCode === 204 || statusCode === 205 || statusCode === 304
}

/** An answer that has begun has one code, whatever it came over. */
function asOverHttp1(error: unknown): unknown {
  const told = error as { code?: string }
  if (told.code === 'ERR_HTTP2_HEADERS_SENT') told.code = 'ERR_HTTP_HEADERS_SENT'
  return error
}
