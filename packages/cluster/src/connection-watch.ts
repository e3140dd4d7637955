import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'
import { createHistogram } from 'node:perf_hooks'

/** Any server of node: net, http, https, http2, tls. */
export type AnyServer = Server | HttpServer

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

  constructor(server: AnyServer) {
    server.prependListener('connection', (socket: Socket) => {
      keep(this.sockets, socket)
      socket.once('close', () => this.onClose())
    })
    server.prependListener('request', (request: IncomingMessage, answer: ServerResponse) =>
      this.measure(request, answer),
    )
    server.prependListener('session', (session: ServerHttp2Session) => keep(this.sessions, session))
    server.prependListener('upgrade', (request: IncomingMessage, socket: Socket) => {
      if (request.headers.upgrade?.toLowerCase() === 'websocket') keep(this.webSockets, socket)
    })
  }

  /** The 99th percentile since the last call; milliseconds. */
  takeP99(): number {
    const p99 = this.times.count > 0 ? this.times.percentile(99) / 1000 : 0
    this.times.reset()
    return p99
  }

  private measure(request: IncomingMessage, answer: ServerResponse): void {
    this.requests++
    const began = performance.now()
    this.answers.add(answer)
    answer.once('close', () => {
      this.answers.delete(answer)
      this.times.record(Math.max(1, Math.round((performance.now() - began) * 1000)))
    })
    if (this.draining && request.httpVersionMajor === 1) answer.setHeader('Connection', 'close')
  }
}

function keep<Each extends { once(event: 'close', listener: () => void): unknown }>(
  all: Set<Each>,
  each: Each,
): void {
  all.add(each)
  each.once('close', () => all.delete(each))
}
