import { ArgumentRangeError } from '../errors/argument-error.ts'
import type { EventEmitter } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import type { Http2SecureServer, Http2Server } from 'node:http2'
import type { Socket } from 'node:net'

import { answerOf } from '../node-internals.ts'
import { ownOptions } from '../own-options.ts'
import { limitFor } from '../limits/limits.ts'
import { closeSessions, trackSessions } from './http2-sessions.ts'
import type { Application } from '../types/application.ts'
import type { CloseOptions } from '../types/options.ts'

/** A server an app listens with. */
interface OpenServer {
  /** Ends it, within so many milliseconds. */
  close(grace: number): Promise<void>
  /** Once it has been asked to close. */
  closed?: Promise<void>
}

const serversOf = new WeakMap<Application, Set<OpenServer>>()

/** Remembers a server until it closes, for `app.close()`. */
export function trackServer(app: Application, server: Server): void {
  const connections = trackConnections(server)
  remember(app, server, (grace) => closeServer(server, connections, grace))
}

/** The same for a server of HTTP/2. */
export function trackHttp2Server(app: Application, server: Http2Server | Http2SecureServer): void {
  const open = trackSessions(server)
  remember(app, server, (grace) => closeSessions(server, open, grace, grace / 4))
}

function remember(app: Application, server: EventEmitter, close: OpenServer['close']): void {
  const open: OpenServer = { close }
  const servers = serversOf.get(app) ?? new Set()
  serversOf.set(app, servers.add(open))
  server.once('close', () => servers.delete(open))
}

function trackConnections(server: Server): Set<Socket> {
  const connections = new Set<Socket>()
  // One function for all connections: idle ones are many.
  function forget(this: Socket): void {
    connections.delete(this)
  }
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.on('close', forget)
  })
  return connections
}

/**
 * Stops listening, lets running requests finish, closes idle connections, and cuts what is left
 * when the grace is over.
 *
 * The app, and each response that is still open, hear of it by the event `closing`.
 *
 * @returns a promise for the moment the last connection has closed.
 */
export async function closeServers(app: Application, grace: number): Promise<void> {
  const servers = [...(serversOf.get(app) ?? [])].filter(({ closed }) => closed === undefined)
  for (const open of servers) open.closed = open.close(grace)
  if (servers.length > 0) app.emit('closing')
  const all = new Set([...(serversOf.get(app) ?? []), ...servers])
  for (const { closed } of all) await closed
}

/**
 * How long `app.close()` waits for those that are at work.
 *
 * @throws {RangeError} when it is no length of time.
 */
export function graceOf(app: Application, options: CloseOptions | undefined): number {
  const { grace = limitFor({ app }, 'closeGrace') } = ownOptions(options)
  if (!(grace >= 0)) {
    throw new ArgumentRangeError(`Cannot close with a grace of ${grace}: milliseconds are needed`)
  }
  return grace
}

function closeServer(server: Server, connections: Set<Socket>, grace: number): Promise<void> {
  return new Promise((resolve) => {
    // What is answered from now on is the last answer on its connection; the client is told.
    server.prependListener('request', (_req, res: ServerResponse) => {
      res.shouldKeepAlive = false
    })
    for (const socket of connections) {
      const res = answerOf(socket)
      if (res && !res.headersSent) res.shouldKeepAlive = false
      if (res) res.emit('closing')
      else if (socket.bytesRead === 0) socket.destroy() // it has not said a word
    }
    const cutSilent = silenceCutter(connections, grace / 4)
    const idle = setInterval(() => {
      server.closeIdleConnections()
      cutSilent()
    }, 50)
    const cut = grace > LONGEST_TIMER ? undefined : setTimeout(cutAll, grace, connections)
    // The callback also comes when the server is not listening, because it could not or not any more.
    server.close(() => {
      clearInterval(idle)
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}

/**
 * Cuts connections on which nothing has moved for a while: answers whose head has left, such as an event
 * stream that took no notice, and heads of requests that break off. A handler that has not begun to answer
 * is at work, and has the whole grace.
 */
function silenceCutter(connections: Set<Socket>, patience: number): () => void {
  const moved = new Map<Socket, { bytes: number; at: number }>()
  return () => {
    for (const socket of connections) {
      const res = answerOf(socket)
      const bytes = socket.bytesRead + socket.bytesWritten
      const last = moved.get(socket)
      if (last?.bytes !== bytes || (res && !res.headersSent))
        moved.set(socket, { bytes, at: performance.now() })
      else if (performance.now() - last.at >= patience) socket.destroy()
    }
  }
}

function cutAll(connections: Set<Socket>): void {
  for (const socket of connections) socket.destroy()
}

/** Milliseconds beyond which a timer of node's goes off at once. */
const LONGEST_TIMER = 2 ** 31 - 1
