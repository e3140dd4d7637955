import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'

import type { Application } from '../types/application.ts'
import { dispatchOnSocket, ignore, linger } from './raw-response.ts'

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
  const answer = new HeldAnswer(socket)
  const cut = () => answer.destroy()
  res.detachSocket(socket)
  res.assignSocket(answer as unknown as Socket) // a response writes to it, and asks nothing else
  socket.once('close', cut)
  answer.on('error', ignore) // the connection has it as well, and closes
  res.once('finish', () => {
    socket.off('close', cut)
    endHandshake(req)
    const lines = answer.headerLines()
    answer.end() // and the response hears that it is closed
    if (lines === undefined) linger(socket)
    else open(lines)
  })
  res.statusCode = 101
  res.end()
}

/** Takes an answer in place of a connection: the head of a 101 stays here, any other answer passes. */
class HeldAnswer extends Writable {
  readonly #socket: Socket
  #head: string | undefined
  #passes = false

  constructor(socket: Socket) {
    super()
    this.#socket = socket
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#head === undefined && !this.#passes) {
      this.#passes = chunk.toString('latin1', 0, SWITCHING.length) !== SWITCHING
      this.#head = ''
    }
    if (this.#passes) {
      this.#socket.write(chunk, done)
      return
    }
    this.#head += chunk.toString('latin1')
    done()
  }

  /** The fields of a 101; undefined when it was another answer. */
  headerLines(): readonly string[] | undefined {
    if (this.#passes || this.#head === undefined) return undefined
    const [head] = this.#head.split('\r\n\r\n')
    return head!.split('\r\n').slice(1)
  }
}

const SWITCHING = 'HTTP/1.1 101 '
