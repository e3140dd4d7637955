import { once } from 'node:events'
import http2, { type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { onTestFinished } from 'vitest'
import type express from '@tokkyu/core'

import { LOCALHOST_CERTIFICATE } from '../localhost-certificate.ts'

/** The ways to serve an app over HTTP/2. */
export const WAYS = {
  'app.listen, in clear text': (app: express.Express) =>
    app.listen({ http2: true, port: 0, host: '127.0.0.1' }),
  'app.listen, over TLS': (app: express.Express) =>
    app.listen({ http2: true, ...LOCALHOST_CERTIFICATE, port: 0, host: '127.0.0.1' }),
  'http2.createServer(app)': (app: express.Express) =>
    http2.createServer(app as never).listen(0, '127.0.0.1'),
  'http2.createSecureServer(options, app)': (app: express.Express) =>
    http2
      .createSecureServer({ allowHTTP1: true, ...LOCALHOST_CERTIFICATE }, app as never)
      .listen(0, '127.0.0.1'),
} as const

export type Way = keyof typeof WAYS

/** One answer over HTTP/2. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** 1xx answers that came before. */
  readonly early: readonly IncomingHttpHeaders[]
  readonly trailers: IncomingHttpHeaders | undefined
  /** How the stream ended; 0 for well (RFC 9113 §7). */
  readonly code: number | undefined
}

/** Serves an app until the test has ended, and gives what asks it. */
export async function serve(app: express.Express, way: Way = 'app.listen, in clear text') {
  const server = WAYS[way](app) as unknown as Server
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const scheme = way.includes('TLS') || way.includes('Secure') ? 'https' : 'http'
  const client = http2.connect(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false })
  client.on('error', () => {})
  onTestFinished(() => {
    client.destroy()
    server.close()
  })
  return {
    client,
    port,
    server,
    get: (path: string, headers = {}) => ask(client, { ':path': path, ...headers }),
    post: (path: string, body: string | Buffer, headers = {}) =>
      ask(client, { ':method': 'POST', ':path': path, ...headers }, body),
  }
}

export async function ask(
  client: ClientHttp2Session,
  headers: Record<string, unknown>,
  body?: string | Buffer,
): Promise<Answer> {
  const stream = client.request(headers as never, { endStream: body === undefined })
  let answer: IncomingHttpHeaders = {}
  let trailers: IncomingHttpHeaders | undefined
  const early: IncomingHttpHeaders[] = []
  const pieces: Buffer[] = []
  stream.on('headers', (given) => early.push(given))
  stream.on('response', (given) => (answer = given))
  stream.on('trailers', (given) => (trailers = given))
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  stream.on('error', () => {})
  if (body !== undefined) stream.end(body)
  await new Promise((resolve) => stream.once('close', resolve))
  return {
    status: Number(answer[':status']),
    headers: answer,
    text: Buffer.concat(pieces).toString(),
    early,
    trailers,
    code: stream.rstCode,
  }
}
