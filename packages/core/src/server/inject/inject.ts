import { request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { pipeline, type Duplex } from 'node:stream'
import { json, text } from 'node:stream/consumers'

import { createAppServer } from '../listen.ts'
import { ownOptions } from '../../own-options.ts'
import type { Application } from '../../types/application.ts'
import type { InjectedRequest, InjectedResponse } from '../../types/inject.ts'
import { sentBody, type SentBody } from './body.ts'
import { CookieJar } from './cookie-jar.ts'
import { redirected } from './redirect.ts'
import { connectedPair } from './wire.ts'

/**
 * Sends a request through the app without a port: node's own client and parser, joined to the app's
 * server in memory, so that what a socket would show is what a test sees.
 *
 * @param jar - cookies to send along, in which those of the answer are kept.
 * @returns a promise that resolves when the headers have arrived, and rejects when the connection
 * ended before that, or when the body cannot be sent.
 * @example
 *   const reply = await app.inject({ url: '/users/7' })
 *   reply.status // 200
 *   await reply.json()
 */
export async function inject(
  app: Application,
  request: InjectedRequest | string = {},
  jar?: CookieJar,
): Promise<InjectedResponse> {
  let wanted: InjectedRequest | undefined = ownOptions(
    typeof request === 'string' ? { url: request } : request,
  )
  for (let hops = 0; ; hops++) {
    const reply = await sendOnce(app, wanted, jar)
    const next: InjectedRequest | undefined =
      wanted.redirect === 'follow' ? redirected(wanted, reply, hops) : undefined
    if (!next) return reply
    reply.body.resume()
    wanted = next
  }
}

async function sendOnce(
  app: Application,
  wanted: InjectedRequest,
  jar: CookieJar | undefined,
): Promise<InjectedResponse> {
  const body = await sentBody(wanted.body)
  const url = wanted.url ?? '/'
  const secure = wanted.secure ?? false
  const cookies = jar?.headerFor(url, secure, wanted.headers) ?? {}
  const [client, server] = connectedPair({
    remoteAddress: wanted.remoteAddress ?? '127.0.0.1',
    encrypted: secure,
  })
  serverOf(app).emit('connection', server)
  const reply = await answerOf({ ...wanted, url }, { ...body.headers, ...cookies }, body, client)
  jar?.keep(url, secure, wanted.headers, reply.headers['set-cookie'] ?? [])
  return describe(reply, url)
}

function answerOf(
  wanted: InjectedRequest & { url: string },
  headers: object,
  { content }: SentBody,
  client: Duplex,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      method: wanted.method ?? 'GET',
      path: wanted.url,
      headers: { host: 'localhost', ...headers, ...wanted.headers },
      createConnection: () => client,
      ...(wanted.signal && { signal: wanted.signal }),
    })
    outgoing.once('error', reject)
    outgoing.once('response', resolve)
    if (content === undefined || Buffer.isBuffer(content)) outgoing.end(content)
    else {
      content.once('error', reject)
      // It ends the request when it breaks off, and is let go when the connection is.
      pipeline(content, outgoing, () => {})
    }
  })
}

/** The server that requests without a port are handed to; it never listens. */
function serverOf(app: Application): Server {
  const server = servers.get(app) ?? createAppServer(app)
  servers.set(app, server)
  return server
}

const servers = new WeakMap<Application, Server>()

function describe(reply: IncomingMessage, url: string): InjectedResponse {
  return {
    url,
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
