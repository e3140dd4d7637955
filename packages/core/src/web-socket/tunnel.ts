import type { ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'

import { endAnswerOf } from '../node-internals.ts'
import type { Application } from '../types/application.ts'
import type { Request, Response } from '../types/request-response.ts'
import { beginHandshake, endHandshake } from './handshake.ts'
import { ignore } from './raw-response.ts'

/** A stream of HTTP/2 in place of a connection: both are a Duplex, and `ws` asks for no more. */
export type Tunnel = ServerHttp2Stream & Socket

/** Hands an extended CONNECT to an app as a request with the method `WS`, and its ordinary response. */
export function dispatchTunnel(app: Application, req: Request, res: Response): void {
  const tunnel = (req as unknown as { readonly stream: Tunnel }).stream
  tunnel.on('error', ignore) // until `ws` has a listener of its own
  // What comes on the stream is no body: to whoever looks for one, it is empty.
  req.push(null)
  Object.defineProperty(req, 'complete', { value: true })
  beginHandshake(req, { app, head: Buffer.alloc(0), socket: tunnel })
  app(req, res)
}

/**
 * Answers a handshake with 200 by the ordinary way of answers, as `answer101` does it over HTTP/1; or another
 * answer takes its place, and leaves.
 *
 * @param open - called when the head has left. The 101 that it writes stays here: the stream is open already.
 */
export function answer200(
  req: Request,
  res: ServerResponse,
  tunnel: Tunnel,
  open: () => void,
): void {
  const prototype = Object.getPrototypeOf(tunnel) as Tunnel
  const opened = (): void => {
    endHandshake(req)
    endAnswerOf(res, tunnel)
    countBytes(tunnel)
    open()
  }
  // An empty piece behind the head of a 200 says that this one has left, and no other took its place.
  const write = (chunk: { readonly length: number }, ...rest: unknown[]): boolean => {
    if (chunk.length > 0 || tunnel.sentHeaders[':status'] !== 200) {
      return Reflect.apply(prototype.write, tunnel, [chunk, ...rest]) as boolean
    }
    tunnel.write = () => Reflect.deleteProperty(tunnel, 'write') // the 101 of `ws`
    process.nextTick(opened)
    return true
  }
  tunnel.write = write as never
  res.statusCode = 200
  res.write('')
}

/** Signs of life of one client: a connection of HTTP/2 may carry those of many. */
function countBytes(tunnel: Tunnel): void {
  let bytes = 0
  Object.defineProperty(tunnel, 'bytesRead', { get: () => bytes })
  tunnel.on('data', (chunk: Buffer) => (bytes += chunk.length))
}
