import { STATUS_CODES, type Server } from 'node:http'
import type { Duplex } from 'node:stream'

import { answerOf, hasLeft } from '../node-internals.ts'

/** Errors of the parser that deserve better than 400. */
const STATUS: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/**
 * Answers what is no HTTP with a complete, framed response and closes the connection.
 *
 * A listener of the application's own for `clientError` comes instead of this one.
 */
export function answerClientErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (server.listenerCount('clientError') > 1) return
    // In the middle of an answer, or with nobody left to read one, there is nothing to say.
    if (error.code === 'ECONNRESET' || !socket.writable || hasLeft(answerOf(socket))) {
      socket.destroy(error)
      return
    }
    const status = STATUS[error.code ?? ''] ?? 400
    const body = `${STATUS_CODES[status]}\n`
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
        'Content-Type: text/plain; charset=utf-8\r\n' +
        `Content-Length: ${body.length}\r\n` +
        'Connection: close\r\n\r\n' +
        body,
    )
  })
}
