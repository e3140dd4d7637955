import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import { answerOf } from '../node-internals.ts'
import { classesOf } from '../server/classes.ts'
import type { Application } from '../types/application.ts'

/** How long a client may take to read an answer that ends its connection, in milliseconds. */
const LINGER = 5000

/**
 * Hands a request whose connection node has let go of to an app, with an ordinary response on that connection.
 * It is the last one there.
 *
 * @param prepare - called before the app, when earlier answers on the connection are out.
 */
export function dispatchOnSocket(
  app: Application,
  req: IncomingMessage,
  socket: Socket,
  prepare?: (res: ServerResponse) => void,
): void {
  // Node has taken its own listener away; without one, a client that resets would end the process.
  socket.on('error', ignore)
  socket.setTimeout(0)
  afterEarlierAnswers(socket, () => {
    const res = new (classesOf(app).ServerResponse)(req)
    res.shouldKeepAlive = false
    res.assignSocket(socket)
    res.once('finish', () => {
      if (res.socket === socket) linger(socket)
    })
    prepare?.(res)
    app(req, res)
  })
}

/** A client may have sent its requests in a row; then answers to those before are still under way. */
function afterEarlierAnswers(socket: Socket, go: () => void): void {
  const earlier = answerOf(socket)
  if (socket.destroyed) return
  if (earlier) earlier.once('close', () => afterEarlierAnswers(socket, go))
  else go()
}

/**
 * Ends a connection so that the last answer arrives: while the client still sends, closing would reset it
 * (RFC 9112 §9.6).
 */
function linger(socket: Socket): void {
  socket.resume()
  socket.end()
  const cut = setTimeout(() => socket.destroy(), LINGER)
  cut.unref()
  socket.once('close', () => clearTimeout(cut))
}

/** What waits for an error of a connection on which there is nobody who could be told. */
export function ignore(): void {}
