import type { IncomingMessage } from 'node:http'
import type { WebSocketServer } from 'ws'

import { ArgumentError } from '../errors/argument-error.ts'
import { onDemand } from '../on-demand.ts'
import { followUpgraded } from '../request/signal.ts'
import { reportSocketError } from '../unanswered/socket-errors.ts'
import { isHttp2 } from '../server/http2-classes.ts'
import type { Application } from '../types/application.ts'
import type { NextFunction, Request, Response } from '../types/request-response.ts'
import type { ServerWebSocket, WebSocketOptions } from '../types/web-socket.ts'
import { type AppSocket, appSocketClass, type Owner } from './app-socket.ts'
import { checkHandshake, protocolsAskedBy } from './check-handshake.ts'
import { OriginError } from './errors.ts'
import { answer101, handshakeOf, type Handshake } from './handshake.ts'
import { Heartbeat } from './heartbeat.ts'
import { addressGroup, openSocketsOf } from './open-sockets.ts'
import { type ResolvedOptions, resolveOptions } from './options.ts'
import { allowsOrigin } from './origin.ts'
import { ignore } from './raw-response.ts'
import { answer200, type Tunnel } from './tunnel.ts'
import { wantSockets } from './wanted.ts'

type Handler = (socket: ServerWebSocket, req: Request) => unknown

/**
 * What stands in the table for `ws(path, [options], …middleware, handler)`: a guard, the middleware, and what
 * accepts the handshake. So a page of another origin never comes to the middleware of the route.
 *
 * @throws {TypeError} `ARGUMENT_INVALID` without a handler, and for options that cannot be meant.
 */
export function webSocketHandlers(given: readonly unknown[]): unknown[] {
  const hasOptions = typeof given[0] === 'object' && given[0] !== null && !Array.isArray(given[0])
  const handlers = (hasOptions ? given.slice(1) : given).flat(Infinity)
  const handler = handlers.pop()
  if (typeof handler !== 'function' || handlers.some((each) => typeof each !== 'function')) {
    throw new ArgumentError(
      'Cannot register a WebSocket route: ws(path, [options], …middleware, handler) takes functions',
    )
  }
  const route = new WebSocketRoute(
    hasOptions ? (given[0] as WebSocketOptions) : {},
    handler as Handler,
  )
  wantSockets()
  return [route.guard, ...handlers, route.accept]
}

class WebSocketRoute {
  readonly #given: WebSocketOptions
  #options: ResolvedOptions
  readonly #handler: Handler
  #heartbeat: Heartbeat
  readonly #owners = new WeakMap<Application, Owner>()
  #server: WebSocketServer | undefined
  /** What the 101 says besides, while `ws` writes it. */
  #lines: readonly string[] = []

  constructor(given: WebSocketOptions, handler: Handler) {
    this.#given = given
    this.#options = resolveOptions(given)
    this.#handler = handler
    this.#heartbeat = new Heartbeat(this.#options)
    Object.defineProperty(this.accept, 'name', { value: handler.name })
  }

  readonly guard = (req: Request, _res: Response, next: NextFunction): unknown => {
    // Whoever writes `WS` into the method of a request makes no handshake of it.
    if (handshakeOf(req) === undefined) return next('route')
    checkHandshake(req)
    const { origin } = req.headers
    const isAllowed = origin === undefined || allowsOrigin(this.#options.origin, origin, req)
    const go = (allowed: unknown): void => {
      if (allowed !== true) throw new OriginError(String(origin))
      next()
    }
    if (typeof isAllowed === 'boolean') return go(isAllowed)
    return Promise.resolve(isAllowed).then(go)
  }

  readonly accept = (req: Request, res: Response, next: NextFunction): void => {
    const handshake = handshakeOf(req)
    if (handshake === undefined || res.headersSent) return
    // Limits may be set after the route; from the first handshake on they stand.
    if (this.#server === undefined) this.#standBy(handshake.app)
    const open = openSocketsOf(handshake.app)
    const address = addressGroup(req.ip)
    open.reserve(address, this.#options)
    let isOpen = false
    // The answer closes when it was given: with a 101, when the socket has taken over what was reserved.
    res.once('close', () => {
      if (!isOpen) open.release(address)
    })
    const begin = (lines?: readonly string[]): void => {
      let socket: AppSocket | undefined
      try {
        socket = this.#upgrade(req, handshake, lines)
      } catch (error) {
        next(error) // somebody else who listens for upgrades has taken the connection, too
        return
      }
      if (socket === undefined) return
      isOpen = true
      socket.begin(this.#ownerOf(handshake.app), address, handshake.socket, next)
      followUpgraded(req, handshake.socket)
      open.opened(socket)
      this.#heartbeat.add(socket)
      this.#handle(socket, req)
    }
    if (!isHttp2(req)) return answer101(req, res, handshake, begin)
    const protocol = this.#agreeOn(protocolsAskedBy(req))
    if (protocol !== undefined) res.setHeader('Sec-WebSocket-Protocol', protocol)
    answer200(req, res, handshake.socket as Tunnel, begin)
  }

  #standBy({ limits }: Application): void {
    this.#options = resolveOptions(this.#given, limits)
    this.#heartbeat = new Heartbeat(this.#options)
    this.#server = this.#createServer()
  }

  #handle(socket: AppSocket, req: Request): void {
    try {
      const result = this.#handler(socket as unknown as ServerWebSocket, req)
      if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function') {
        Promise.resolve(result).then(
          () => socket.handled(),
          (error: unknown) => {
            socket.fail(error)
            socket.handled()
          },
        )
        return
      }
      socket.handled()
    } catch (error) {
      socket.fail(error)
      socket.handled()
    }
  }

  /** Has `ws` write the 101 and make the socket; it gives none where the client has gone. */
  #upgrade(req: Request, { socket, head }: Handshake, lines: readonly string[] = []) {
    const server = this.#server!
    let made: AppSocket | undefined
    this.#lines = lines
    const asked = isHttp2(req) ? overHttp1(req) : req
    req.method = 'GET' // which it was on the wire of HTTP/1
    socket.setDefaultEncoding('latin1') // in which node writes headers; `ws` says none
    try {
      server.handleUpgrade(asked, socket, head, (opened) => {
        made = opened as unknown as AppSocket
      })
    } finally {
      req.method = 'WS'
      socket.setDefaultEncoding('utf8')
    }
    if (made !== undefined) socket.off('error', ignore) // `ws` has a listener of its own
    return made
  }

  #createServer(): WebSocketServer {
    const { maxPayload, maxFragments, maxBufferedChunks, maxPendingPongs } = this.#options
    const { compression, closeTimeout } = this.#options
    const options = {
      noServer: true,
      clientTracking: false,
      WebSocket: appSocketClass(),
      maxPayload,
      maxFragments,
      maxBufferedChunks,
      maxPendingAutoPongs: maxPendingPongs,
      closeTimeout,
      perMessageDeflate: compression,
      handleProtocols: (asked: Set<string>) => this.#agreeOn([...asked]) ?? false,
    }
    const server = new onDemand.ws.WebSocketServer(options as unknown as { noServer: true })
    server.on('headers', (headers) => {
      for (const line of this.#lines) if (!OF_THE_PROTOCOL.test(line)) headers.push(line)
    })
    return server
  }

  #agreeOn(asked: readonly string[]): string | undefined {
    return asked.find((name) => this.#options.protocols.includes(name))
  }

  /** One for all sockets of an app: idle ones are many. */
  #ownerOf(app: Application): Owner {
    const known = this.#owners.get(app)
    if (known !== undefined) return known
    const owner: Owner = {
      maxBuffered: this.#options.maxBuffered,
      closed: (socket) => {
        openSocketsOf(app).closed(socket)
        this.#heartbeat.delete(socket)
      },
      failed: (socket, error) =>
        reportSocketError(app, socket as unknown as ServerWebSocket, error),
    }
    this.#owners.set(app, owner)
    return owner
  }
}

/**
 * The handshake of HTTP/1 that one over HTTP/2 would be, for `ws`, which knows no other. It offers no
 * extensions: what is agreed on would have to be known before the head leaves.
 */
function overHttp1(req: Request): IncomingMessage {
  const { 'sec-websocket-protocol': protocol } = req.headers
  const headers = {
    upgrade: 'websocket',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', // what it proves, the stream does
    'sec-websocket-version': '13',
    ...(protocol !== undefined && { 'sec-websocket-protocol': protocol }),
  }
  return { method: 'GET', url: req.url, headers } as IncomingMessage
}

/** Fields that the protocol sets, and that frame an ordinary answer. */
const OF_THE_PROTOCOL =
  /^(?:connection|upgrade|keep-alive|transfer-encoding|content-length|trailer|sec-websocket-[a-z]+):/i
