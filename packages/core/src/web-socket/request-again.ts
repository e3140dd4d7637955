import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

import type { Application } from '../types/application.ts'
import { dispatchOnSocket } from './raw-response.ts'

/**
 * Answers a request that asked for a protocol which nobody speaks as if it had not asked.
 *
 * Node takes its parser off the connection when somebody listens for upgrades. So the head is put back in
 * front of what came behind it, without `Upgrade`, and the connection is handed to the server once more:
 * body, keep-alive and all are then as on a server without sockets.
 */
export function requestAgain(
  app: Application,
  server: Server,
  req: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  if (!hasAllFields(req, server)) {
    // Without a field that node has dropped the end of this request would be another one.
    dispatchOnSocket(app, req, socket)
    return
  }
  socket.unshift(Buffer.concat([Buffer.from(headWithoutUpgrade(req), 'latin1'), head]))
  server.emit((socket as TLSSocket).encrypted ? 'secureConnection' : 'connection', socket)
}

function hasAllFields(req: IncomingMessage, server: Server): boolean {
  const limit = server.maxHeadersCount ?? 1000
  return limit === 0 || req.rawHeaders.length < limit * 2
}

function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!
    const value = rawHeaders[at + 1]!
    const kind = name.toLowerCase()
    if (kind === 'upgrade') continue
    lines.push(`${name}: ${kind === 'connection' ? withoutUpgrade(value) : value}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim())
  return options.filter((option) => option.toLowerCase() !== 'upgrade').join(', ')
}
