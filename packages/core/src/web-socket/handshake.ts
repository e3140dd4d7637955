import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import { closeAnswer, defineSendPiece, headOf, sendPieceOf } from '../node-internals.ts'
import type { Application } from '../types/application.ts'
import { dispatchOnSocket } from './raw-response.ts'

/** What a request is about that asks for a WebSocket. */
export interface Handshake {
  /** The app that received it: the outermost one. */
  readonly app: Application
  /** What the client has sent already. */
  readonly head: Buffer
  readonly socket: Socket
}

const HANDSHAKE = Symbol('the handshake a request is')

interface Asking extends IncomingMessage {
  [HANDSHAKE]?: Handshake | undefined
}

/** Hands a handshake to an app as a request with the method `WS`. */
export function dispatchHandshake(
  app: Application,
  req: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  dispatchOnSocket(app, req, socket, () => beginHandshake(req, { app, head, socket }))
}

/** Makes a request one for a WebSocket, until it is accepted. */
export function beginHandshake(req: IncomingMessage, handshake: Handshake): void {
  const asking: Asking = req
  asking[HANDSHAKE] = handshake
  req.method = 'WS'
}

export function endHandshake(req: IncomingMessage): void {
  ;(req as Asking)[HANDSHAKE] = undefined
}

/** The handshake a request is, until it is accepted. */
export function handshakeOf(req: IncomingMessage): Handshake | undefined {
  return (req as Asking)[HANDSHAKE]
}

/**
 * Answers a handshake with 101 by the ordinary way of answers: hooks before the head run, patched methods are
 * called, and what they do to the head is kept; or another answer takes its place, and leaves.
 *
 * @param open - called with the header lines of the 101, which has yet to be written.
 */
export function answer101(
  req: IncomingMessage,
  res: ServerResponse,
  { socket }: Handshake,
  open: (lines: readonly string[]) => void,
): void {
  let lines: readonly string[] | undefined
  const send = sendPieceOf(res)
  defineSendPiece<ServerResponse>(res, function hold(data, encoding, callback, byteLength) {
    const head = headOf(res) ?? ''
    if (!head.startsWith(SWITCHING) || socket.destroyed)
      return send.call(res, data, encoding, callback, byteLength)
    lines ??= head.slice(0, head.indexOf('\r\n\r\n')).split('\r\n').slice(1)
    if (typeof callback === 'function') process.nextTick(callback)
    return true
  })
  res.prependOnceListener('finish', () => {
    endHandshake(req)
    if (lines === undefined) return // and the connection ends with the answer
    res.detachSocket(socket)
    process.nextTick(closeAnswer, res)
    open(lines)
  })
  res.statusCode = 101
  res.end()
}

const SWITCHING = 'HTTP/1.1 101 '
