import { EventEmitter, captureRejectionSymbol } from 'node:events'
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'

import { onDemand } from '../on-demand.ts'
import type { WebSocketMessage } from '../types/web-socket.ts'
import { SocketClosedError, SocketHandlerError } from './errors.ts'
import { type Arrived, Inbox } from './inbox.ts'

/** What a socket asks of the app it belongs to. */
export interface Owner {
  /** Bytes that may wait for the client. */
  readonly maxBuffered: number
  /** The socket is closed. */
  closed(socket: AppSocket): void
  /** A listener has failed when the handler was over, and nobody is left who could be told by `report`. */
  failed(socket: AppSocket, error: unknown): void
}

/** The package's own class with iteration, JSON, back-pressure, and a place for messages that come early. */
export interface AppSocket extends WebSocket {
  readonly owner: Owner
  readonly address: string
  /** The connection below. */
  readonly connection: Socket
  /** What was read by the time of the last ping; undefined while no answer to one is awaited. */
  readAtPing: number | undefined
  /** Gives the socket what it needs, before anything can come. */
  begin(owner: Owner, address: string, connection: Socket, report: (error: unknown) => void): void
  /** The handler has returned, and what it returned has settled: whoever has not listened may never. */
  handled(): void
  /** Closes with 1011 and reports, once for each error. */
  fail(error: unknown): void
  sendJson(value: unknown): PromiseLike<void>
}

/** `send` of `ws` returns nothing. */
type Awaitable = PromiseLike<void> & void

type Constructor = new (address: null, protocols: undefined, options: object) => AppSocket

let known: Constructor | undefined

/** The class of sockets; made with the first. */
export function appSocketClass(): Constructor {
  return (known ??= defineClass(onDemand.ws.WebSocket))
}

function defineClass(Base: new (...given: never[]) => WebSocket): Constructor {
  class Defined extends Base {
    declare owner: Owner
    declare address: string
    declare connection: Socket
    readAtPing: number | undefined = undefined
    private report: ((error: unknown) => void) | undefined = undefined
    private inbox: Inbox | undefined = undefined
    private isIterated = false
    private isHandled = false
    private failure: { readonly error: unknown } | undefined = undefined

    constructor(...given: never[]) {
      super(...given)
      // A listener that is an async function may reject: that is an error like any other of the handler.
      ;(EventEmitter as unknown as (this: object, options: object) => void).call(this, {
        captureRejections: true,
      })
    }

    begin(
      owner: Owner,
      address: string,
      connection: Socket,
      report: (error: unknown) => void,
    ): void {
      this.owner = owner
      this.address = address
      this.connection = connection
      this.report = report
    }

    override emit(event: string | symbol, ...args: unknown[]): boolean {
      switch (event) {
        case 'message':
          return this.receive(args[0] as Buffer, args[1] as boolean)
        case 'close':
          this.inbox?.close()
          this.owner.closed(this)
          return this.tell(() => super.emit(event, ...args))
        // A client that breaks the protocol is told so by the close; nobody has to listen.
        case 'error':
          return this.listenerCount('error') > 0 && this.tell(() => super.emit(event, ...args))
        case 'ping':
        case 'pong':
          return this.tell(() => super.emit(event, ...args))
        default:
          return super.emit(event, ...args)
      }
    }

    /** An error that a listener throws is one of the handler's; node would end the process for it. */
    private tell(emit: () => boolean): boolean {
      try {
        return emit()
      } catch (error) {
        this.fail(error)
        return true
      }
    }

    /** The same for what comes most, without a function for each. */
    private tellMessage(data: Buffer, isBinary: boolean): boolean {
      try {
        return super.emit('message', data, isBinary)
      } catch (error) {
        this.fail(error)
        return true
      }
    }

    override [captureRejectionSymbol](error: unknown): void {
      this.fail(error)
    }

    private receive(data: Buffer, isBinary: boolean): boolean {
      if (this.failure !== undefined) return false
      const isDirect = this.inbox === undefined || this.isIterated
      const isHeard = isDirect && this.tellMessage(data, isBinary)
      return (isHeard && !this.isIterated) || this.keep({ data, isBinary })
    }

    private keep(message: Arrived): boolean {
      this.inbox ??= new Inbox(this)
      this.inbox.put(message)
      const isWanted = this.isIterated || this.listenerCount('message') > 0
      if (this.isHandled && !isWanted && this.inbox.isFull) this.drop()
      return true
    }

    /** Nobody has asked for messages, and by now nobody will: they must not keep pings from being read. */
    private drop(): void {
      this.inbox?.clear()
      this.inbox = undefined
    }

    override on(event: string | symbol, listener: (...args: never[]) => void): this {
      super.on(event, listener as never)
      if (event === 'message') this.deliverSoon()
      return this
    }

    override addListener(event: string | symbol, listener: (...args: never[]) => void): this {
      return this.on(event, listener)
    }

    /** What came early is delivered when whoever listens has come to an end, and before what comes later. */
    private deliverSoon(): void {
      if (this.inbox !== undefined && !this.isIterated) queueMicrotask(() => this.deliver())
    }

    private deliver(): void {
      const inbox = this.inbox
      if (inbox === undefined || this.isIterated) return
      while (this.listenerCount('message') > 0 && this.failure === undefined) {
        const message = inbox.take()
        if (message === undefined) {
          this.inbox = undefined
          return
        }
        this.tellMessage(message.data, message.isBinary)
      }
    }

    handled(): void {
      this.isHandled = true
      // It holds the request and its answer, 2.5 KiB, which a connection that says nothing has no use for.
      this.report = undefined
      const isWanted = this.isIterated || this.listenerCount('message') > 0
      if (!isWanted && this.inbox?.isFull) this.drop()
    }

    fail(error: unknown): void {
      if (this.failure !== undefined && this.failure.error === error) return
      // What a handler was about to send when its client went is no mistake of the handler.
      if (error instanceof SocketClosedError && error.isOf(this)) return
      this.failure ??= { error }
      this.close(1011)
      this.inbox?.close()
      const told = error || new SocketHandlerError()
      if (this.report) this.report(told)
      else this.owner.failed(this, told)
    }

    override send(data: never, options?: unknown, done?: unknown): Awaitable {
      if (this.bufferedAmount > this.owner.maxBuffered && this.readyState === this.OPEN) {
        this.close(1013, 'read faster')
      }
      super.send(data, options as never, done as never)
      return new Sending(this) as unknown as Awaitable
    }

    sendJson(value: unknown): PromiseLike<void> {
      return this.send(JSON.stringify(value) as never)
    }

    [Symbol.asyncIterator](): AsyncIterableIterator<WebSocketMessage> {
      this.isIterated = true
      const inbox = (this.inbox ??= new Inbox(this))
      if (this.readyState === this.CLOSED) inbox.close()
      const end = () => {
        this.isIterated = false
        this.deliverSoon()
      }
      return {
        async next() {
          const value = await inbox.next()
          return value === undefined ? { done: true, value } : { done: false, value }
        },
        async return() {
          end()
          return { done: true, value: undefined }
        },
        [Symbol.asyncIterator]() {
          return this
        },
      }
    }
  }
  return Defined as unknown as Constructor
}

/** What `send` returns. Few await it, so nothing is made before somebody does. */
class Sending implements PromiseLike<void> {
  private readonly socket: AppSocket

  constructor(socket: AppSocket) {
    this.socket = socket
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting `send()` is the purpose
  then<A = void, B = never>(
    onFulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const socket = this.socket
    // Whoever returns it from a listener, as arrow functions do, is asked for an error and nothing else.
    const hasRoom = socket.readyState === socket.OPEN && !socket.connection.writableNeedDrain
    if (hasRoom && typeof onFulfilled !== 'function') return NO_ERROR as Promise<never>
    return room(socket).then(onFulfilled, onRejected)
  }
}

const NO_ERROR = Promise.resolve()

/** Resolves when a connection takes more. */
function room(socket: AppSocket): Promise<void> {
  const { connection } = socket
  if (socket.readyState !== socket.OPEN) return Promise.reject(new SocketClosedError(socket))
  if (!connection.writableNeedDrain) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const drained = () => {
      connection.off('close', closed)
      resolve()
    }
    const closed = () => {
      connection.off('drain', drained)
      reject(new SocketClosedError(socket))
    }
    connection.once('drain', drained)
    connection.once('close', closed)
  })
}
