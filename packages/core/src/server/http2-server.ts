import type { Http2SecureServer, Http2Server, SecureServerOptions } from 'node:http2'

import { continueWhenRead } from '../body/expect-continue.ts'
import { LEDGER } from '../limits/ledger.ts'
import { limitsToListen } from '../limits/limits.ts'
import { onDemand } from '../on-demand.ts'
import type { Application } from '../types/application.ts'
import type { Http2ListenOptions } from '../types/options.ts'
import { classesOf, prototypesOf } from './classes.ts'
import { answerClientErrors } from './client-error.ts'
import { limitServer } from './limit-server.ts'
import { http2ClassesOf } from './http2-classes.ts'
import { refuseLate } from './http2-late.ts'

/**
 * Makes a server of HTTP/2 that builds the app's own requests and responses: with a key and a
 * certificate over TLS, where clients of HTTP/1.1 are served as well, and without them in clear text for
 * clients that know beforehand (h2c), such as a proxy.
 */
export function createHttp2Server(
  app: Application,
  options: Http2ListenOptions,
): Http2Server | Http2SecureServer {
  const { request, response } = prototypesOf(app)!
  const http1 = classesOf(app)
  const limit = limitsToListen(app)
  const settings = {
    maxConcurrentStreams: limit('streams') ?? LEDGER.streams.value,
    ...defined('maxFrameSize', limit('frameBytes')),
    ...defined('maxHeaderListSize', limit('headerBytes')),
    ...options.settings,
  }
  const given = {
    allowHTTP1: true,
    ...defined('maxHeaderListPairs', limit('headerFields')),
    ...options,
    ...http2ClassesOf(request, response),
    Http1IncomingMessage: http1.IncomingMessage,
    Http1ServerResponse: http1.ServerResponse,
    settings,
  } as unknown as SecureServerOptions
  const { http2 } = onDemand
  const server = isSecure(options) ? http2.createSecureServer(given) : http2.createServer(given)
  server.on('request', app as unknown as (req: unknown, res: unknown) => void)
  limitServer(server as never, limit)
  const limitOr = (name: 'headersTimeout' | 'requestTimeout' | 'sessionTimeout'): number =>
    limit(name) ?? LEDGER[name].value
  closeIdleSessions(server, limitOr('sessionTimeout'))
  refuseLate(server, {
    headersTimeout: limitOr('headersTimeout'),
    requestTimeout: limitOr('requestTimeout'),
  })
  answerClientErrors(server as never)
  continueWhenRead(server as never)
  return server
}

function isSecure(options: object): boolean {
  return ['key', 'cert', 'pfx', 'SNICallback', 'secureContext'].some((name) => name in options)
}

/**
 * Node's servers of HTTP/2 keep a connection on which nothing moves for ever. The timer that node has for a
 * session goes on after its end, and holds all of it until then: so this looks now and then whether bytes moved.
 */
function closeIdleSessions(server: Http2Server | Http2SecureServer, timeout: number): void {
  if (timeout === 0) return
  server.on('session', (session) => {
    let bytes = 0
    let silentLooks = 0
    const looking = setInterval(() => {
      if (session.destroyed) return
      const now = session.socket.bytesRead + session.socket.bytesWritten
      silentLooks = now === bytes ? silentLooks + 1 : 0
      bytes = now
      // What is being answered is waited for; the client opens another connection for what comes next.
      if (silentLooks === LOOKS) session.close()
    }, timeout / LOOKS).unref()
    session.once('close', () => clearInterval(looking))
  })
}

/** How often in its time a silent connection is looked at: it ends that part of it late at most. */
const LOOKS = 4

function defined(name: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [name]: value }
}
