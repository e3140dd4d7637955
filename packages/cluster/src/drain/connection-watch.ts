import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'
import { createHistogram } from 'node:perf_hooks'
import { Server as TlsServer, type TLSSocket } from 'node:tls'

/** Any server of node: net, http, https, http2, tls. */
export type AnyServer = Server | HttpServer

/** What a connection over HTTP/1.1 does just now. */
interface Use {
  /** Its answers under way. */
  answers: number
  /** What had been read of it when somebody last looked. */
  bytesRead: number
  /** Since when it rests, as far as we have seen; milliseconds. */
  restsSince: number
}

/** What a server has in hand: its sockets, open answers, HTTP/2 sessions, WebSockets. */
export class ConnectionWatch {
  readonly sockets = new Set<Socket>()
  readonly answers = new Set<ServerResponse>()
  readonly sessions = new Set<ServerHttp2Session>()
  readonly webSockets = new Set<Socket>()
  requests = 0
  draining = false
  /** Called when a connection has ended. */
  onClose: () => void = () => {}
  private readonly times = createHistogram()
  private readonly uses = new Map<Socket, Use>()

  constructor(server: AnyServer) {
    server.prependListener('connection', (socket: Socket) => {
      keep(this.sockets, socket)
      socket.once('close', () => this.onClose())
    })
    server.prependListener('session', (session: ServerHttp2Session) => keep(this.sessions, session))
    if ('closeIdleConnections' in server)
      server.prependListener(
        server instanceof TlsServer ? 'secureConnection' : 'connection',
        (socket: Socket | TLSSocket) => this.follow(socket),
      )
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      this.measure(request, response)
    whenHeard(server, 'request', answer)
    whenHeard(server, 'checkContinue', answer)
    whenHeard(server, 'checkExpectation', answer)
    whenHeard(server, 'upgrade', (request: IncomingMessage, socket: Socket) => {
      this.uses.delete(socket) // it speaks HTTP no more
      if (request.headers.upgrade?.toLowerCase() === 'websocket') keep(this.webSockets, socket)
    })
  }

  /**
   * Closes the connections that have rested since before `limit` ms ago: no answer under way, no byte
   * come in. Call it just after the event loop has read: a request that waits unread in a socket looks like
   * rest.
   */
  closeResting(limit: number): void {
    const now = performance.now()
    for (const [socket, use] of this.uses) {
      if (use.answers > 0 || socket.bytesRead !== use.bytesRead) {
        use.bytesRead = socket.bytesRead
        use.restsSince = now
      } else if (now - use.restsSince >= limit) socket.destroy()
    }
  }

  /** The 99th percentile since the last call; milliseconds. */
  takeP99(): number {
    const p99 = this.times.count > 0 ? this.times.percentile(99) / 1000 : 0
    this.times.reset()
    return p99
  }

  private follow(socket: Socket | TLSSocket): void {
    if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') return
    this.uses.set(socket, { answers: 0, bytesRead: 0, restsSince: performance.now() })
    socket.once('close', () => this.uses.delete(socket))
  }

  private measure(request: IncomingMessage, answer: ServerResponse): void {
    this.requests++
    const began = performance.now()
    const use = this.uses.get(request.socket)
    if (use) use.answers++
    this.answers.add(answer)
    answer.once('close', () => {
      const now = performance.now()
      this.answers.delete(answer)
      this.times.record(Math.max(1, Math.round((now - began) * 1000)))
      if (!use) return
      use.answers--
      use.bytesRead = request.socket.bytesRead
      use.restsSince = now
    })
    if (this.draining && request.httpVersionMajor === 1) answer.setHeader('Connection', 'close')
  }
}

/**
 * Listens before the app, and only when the app listens: by its listeners a server of node decides
 * what it does, as to hand over an upgrade or to answer the request.
 */
function whenHeard(
  server: AnyServer,
  event: string,
  // `never`: who listens says what the values are, as only node knows.
  listener: (...values: never[]) => void,
): void {
  const first = listener as (...values: unknown[]) => void
  if (server.listenerCount(event) > 0) {
    server.prependListener(event, first)
    return
  }
  const added = (name: string | symbol): void => {
    if (name !== event) return
    server.off('newListener', added)
    server.on(event, first)
  }
  server.on('newListener', added)
}

function keep<Each extends { once(event: 'close', listener: () => void): unknown }>(
  all: Set<Each>,
  each: Each,
): void {
  all.add(each)
  each.once('close', () => all.delete(each))
}
