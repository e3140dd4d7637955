import {
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
} from 'node:http'
import { Duplex, Readable } from 'node:stream'
import { json, text } from 'node:stream/consumers'

import { createAppServer } from './listen.ts'
import { ownOptions } from '../own-options.ts'
import type { Application } from '../types/express.ts'
import type { InjectedRequest, InjectedResponse } from '../types/options.ts'

/**
 * Sends a request through the app without a port: node's own client and parser, joined to the app's
 * server in memory, so that what a socket would show is what a test sees.
 *
 * @returns a promise that resolves when the headers have arrived, and rejects when the connection
 * ended before that.
 * @example
 *   const reply = await app.inject({ url: '/users/7' })
 *   reply.status // 200
 *   await reply.json()
 */
export function inject(
  app: Application,
  request: InjectedRequest | string = {},
): Promise<InjectedResponse> {
  const wanted: InjectedRequest = ownOptions(
    typeof request === 'string' ? { url: request } : request,
  )
  return new Promise((resolve, reject) => {
    const [client, server] = connectedPair(wanted.remoteAddress ?? '127.0.0.1')
    serverOf(app).emit('connection', server)
    const outgoing = httpRequest({
      method: wanted.method ?? 'GET',
      path: wanted.url ?? '/',
      headers: { host: 'localhost', ...bodyHeaders(wanted.body), ...wanted.headers },
      createConnection: () => client,
      ...(wanted.signal && { signal: wanted.signal }),
    })
    outgoing.once('error', reject)
    outgoing.once('response', (reply) => resolve(describe(reply)))
    sendBody(outgoing, wanted.body)
  })
}

/** The server that requests without a port are handed to; it never listens. */
function serverOf(app: Application): Server {
  const server = servers.get(app) ?? createAppServer(app)
  servers.set(app, server)
  return server
}

const servers = new WeakMap<Application, Server>()

function describe(reply: IncomingMessage): InjectedResponse {
  return {
    status: reply.statusCode ?? 0,
    statusText: reply.statusMessage ?? '',
    headers: reply.headers,
    rawHeaders: reply.rawHeaders,
    body: reply,
    text: () => text(reply),
    json: () => json(reply),
    bytes: async () => Buffer.concat(await reply.toArray()),
  }
}

type Body = InjectedRequest['body']

function bodyHeaders(body: Body): OutgoingHttpHeaders {
  if (body === undefined || body instanceof Readable) return {}
  const bytes = asBytes(body)
  return isPlain(body)
    ? { 'content-type': 'application/json', 'content-length': bytes.length }
    : { 'content-length': bytes.length }
}

function sendBody(outgoing: NodeJS.WritableStream, body: Body): void {
  if (body === undefined) outgoing.end()
  else if (body instanceof Readable) body.pipe(outgoing)
  else outgoing.end(asBytes(body))
}

function asBytes(body: string | Uint8Array | object): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body)
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function isPlain(body: string | Uint8Array | object): boolean {
  return typeof body === 'object' && !(body instanceof Uint8Array)
}

/** Two ends of a connection in memory: what one writes the other reads, with back-pressure. */
function connectedPair(remoteAddress: string): [Duplex, Duplex] {
  const client = new Wire()
  const server = new Wire()
  client.other = server
  server.other = client
  Object.assign(server, { remoteAddress, remotePort: 0, remoteFamily: 'IPv4' })
  return [client, server]
}

class Wire extends Duplex {
  declare other: Wire
  private writeOn: (() => void) | undefined

  override _read(): void {
    const go = this.writeOn
    this.writeOn = undefined
    go?.()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.other.destroyed || this.other.push(chunk)) done()
    else this.other.writeOn = done
  }

  override _final(done: () => void): void {
    if (!this.other.destroyed) this.other.push(null)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this
    // A connection that is gone is gone on both sides.
    setImmediate(() => {
      if (!other.destroyed) other.destroy()
    })
    done(error)
  }

  // What node:http asks of a socket.
  setTimeout(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}
