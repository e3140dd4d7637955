import type { IncomingMessage } from 'node:http'

import { HandshakeError, WebSocketVersionError } from './errors.ts'
import { TOKEN } from './options.ts'

/**
 * Refuses what is no handshake that RFC 6455 §4.2.1 describes.
 *
 * @throws {WebSocketVersionError} 426, with the version that is spoken.
 * @throws {HandshakeError} 400
 */
export function checkHandshake(req: IncomingMessage): void {
  const { headers } = req
  if (req.httpVersionMajor === 1 && req.httpVersionMinor === 0) {
    throw new HandshakeError('HTTP/1.0 cannot switch protocols')
  }
  const version = headers['sec-websocket-version']
  if (version !== '13') throw new WebSocketVersionError(version)
  const key = headers['sec-websocket-key']
  // RFC 8441 §5: HTTP/2 has no need for it.
  if (req.httpVersionMajor < 2 && (key === undefined || !KEY.test(key))) {
    throw new HandshakeError('Sec-WebSocket-Key is not 16 bytes in base64')
  }
  const protocols = protocolsAskedBy(req)
  const areGood = protocols.every((name) => TOKEN.test(name))
  if (!areGood || new Set(protocols).size < protocols.length) {
    throw new HandshakeError('Sec-WebSocket-Protocol is no list of different tokens')
  }
}

/** The subprotocols that a client speaks, in its order. */
export function protocolsAskedBy({ headers }: IncomingMessage): readonly string[] {
  return headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? []
}

const KEY = /^[+/0-9A-Za-z]{22}==$/
