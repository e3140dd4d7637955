import type {
  Http2SecureServer,
  Http2Server,
  Http2ServerRequest,
  Http2ServerResponse,
} from 'node:http2'

import type { Application } from '../types/application.ts'
import type { Request, Response } from '../types/request-response.ts'
import { areUpgradesOurs, hasRoute } from './upgrades.ts'
import { dispatchTunnel } from './tunnel.ts'

type AnyServer = Http2Server | Http2SecureServer

/**
 * Has an app answer WebSocket handshakes over HTTP/2, which are an extended CONNECT (RFC 8441): the path is
 * the one of a GET over HTTP/1, and the stream becomes the connection.
 *
 * Clients are told that they may, unless somebody else listens for upgrades, who would not hear of these.
 */
export function takeConnects(app: Application, server: AnyServer): void {
  server.on('session', (session) => {
    if (session.localSettings.enableConnectProtocol !== true && areUpgradesOurs(server as never))
      session.settings({ enableConnectProtocol: true })
  })
  const listener = (req: Http2ServerRequest, res: Http2ServerResponse): void => {
    const isLast = server.listeners('connect').at(-1) === listener
    const { ':protocol': protocol } = req.headers
    if (claimed.has(req)) return
    if (protocol === 'websocket') {
      if (!isLast && !hasRoute(app, req.url)) return
      claimed.add(req)
      dispatchTunnel(app, req as unknown as Request, res as unknown as Response)
    } else if (server.listenerCount('connect') === 1) {
      // As node has it for CONNECT; RFC 9220 §3 for protocols that are unknown.
      res.statusCode = protocol === undefined ? METHOD_NOT_ALLOWED : NOT_IMPLEMENTED
      res.end()
    }
  }
  server.on('connect', listener)
}

/** Requests that one of several apps on a server has taken. */
const claimed = new WeakSet<Http2ServerRequest>()

export function speaksHttp2(server: object): server is AnyServer {
  return 'updateSettings' in server
}

const METHOD_NOT_ALLOWED = 405
const NOT_IMPLEMENTED = 501
