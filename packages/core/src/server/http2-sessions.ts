import type { ServerResponse } from 'node:http'
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'

import { answersOf } from '../node-internals.ts'

type AnyServer = Http2Server | Http2SecureServer

/** What is open at a server of HTTP/2. */
export interface OpenSessions {
  readonly sessions: Set<ServerHttp2Session>
  /** All connections, of HTTP/1 and of no version yet among them. */
  readonly sockets: Set<Socket>
}

/** Remembers what is open, for `app.close()`. */
export function trackSessions(server: AnyServer): OpenSessions {
  const sessions = new Set<ServerHttp2Session>()
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  return { sessions, sockets }
}

/**
 * Stops accepting connections, tells each client that this one ends, lets what it has asked be answered,
 * and cuts what is left when the grace is over.
 *
 * @param patience - milliseconds without a byte after which answers that have begun are given up.
 */
export function closeSessions(
  server: AnyServer,
  { sessions, sockets }: OpenSessions,
  grace: number,
  patience: number,
): Promise<void> {
  return new Promise((resolve) => {
    for (const session of sessions) sayGoodbye(session)
    // Whoever was in the middle of a handshake.
    server.on('session', sayGoodbye)
    server.prependListener('request', (_req, res) => {
      if (!('stream' in res)) (res as ServerResponse).shouldKeepAlive = false
    })
    for (const session of sessions) for (const res of answersOf(session)) res.emit('closing')
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    const cutSilent = silenceCutter(sessions, patience)
    const idle = setInterval(() => {
      closeIdleHttp1(server)
      cutSilent()
    }, 50)
    const cut = setTimeout(
      () => {
        for (const session of sessions) session.destroy()
        for (const socket of sockets) socket.destroy()
      },
      Math.min(grace, LONGEST_TIMER),
    )
    server.close(() => {
      clearInterval(idle)
      clearTimeout(cut)
      resolve()
    })
    closeIdleHttp1(server)
  })
}

/**
 * Two words for the same (RFC 9113 §6.8): the first says that an end is near and refuses nothing, and when
 * the client has surely read it, the second says which of its streams are still answered.
 */
function sayGoodbye(session: ServerHttp2Session): void {
  if (session.closed || session.destroyed) return
  session.goaway(0, LAST_STREAM)
  const close = (): void => session.close()
  // Node's own client, which has nothing under way, hangs up at the first word and answers no ping.
  const late = setTimeout(close, LONGEST_TRIP)
  session.once('close', () => clearTimeout(late))
  const isAsked = session.ping(() => {
    clearTimeout(late)
    close()
  })
  if (!isAsked) close()
}

/** Cuts sessions on which nothing has moved for a while although all their answers have begun. */
function silenceCutter(sessions: OpenSessions['sessions'], patience: number): () => void {
  const moved = new Map<ServerHttp2Session, { bytes: number; at: number }>()
  return () => {
    for (const session of sessions) {
      if (session.destroyed) continue
      const { socket } = session
      const bytes = socket.bytesRead + socket.bytesWritten
      const last = moved.get(session)
      const isAtWork = answersOf(session).some((res) => !res.headersSent)
      if (last?.bytes !== bytes || isAtWork) moved.set(session, { bytes, at: performance.now() })
      else if (performance.now() - last.at >= patience) session.destroy()
    }
  }
}

/** Connections of HTTP/1 at a server that serves both. */
function closeIdleHttp1(server: AnyServer): void {
  const { closeIdleConnections } = server as { closeIdleConnections?: () => void }
  closeIdleConnections?.call(server)
}

/** Milliseconds for a word to reach a client and for its answer to come back. */
const LONGEST_TRIP = 250

/** The highest number a stream can have. */
const LAST_STREAM = 2 ** 31 - 1

/** Milliseconds beyond which a timer of node's goes off at once. */
const LONGEST_TIMER = 2 ** 31 - 1
