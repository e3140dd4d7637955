import type { Leaver } from '../channel/callable.ts'
import type { Connection } from '../channel/connection.ts'
import { timeoutOf } from '../channel/timeout.ts'
import type { Client } from '../client/client.ts'
import { makeClient } from '../client/make-client.ts'
import { Retries } from '../client/retry.ts'
import type { CurrentCall } from '../context/current-call.ts'
import { RpcOptionError } from '../errors/option-error.ts'
import type { AnyService, Service, ServiceShape } from '../schema/service.ts'
import { Metadata } from '../status/metadata.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { Fields } from '../wire/frame.ts'
import type { Outgoing } from '../wire/outgoing.ts'
import { failureOf } from './failure.ts'
import type { CancelObserver, Incoming } from './incoming.ts'
import type { ServerCall } from './server-call.ts'

/** Header fields that go along with every call that a handler makes: W3C Trace Context and Baggage. */
const TRACE = ['traceparent', 'tracestate', 'baggage']
const NO_FIELDS: Fields = new Map()
const OK = { code: 'OK', details: '' } as const

/** Who has called, and by which connection. */
export interface Caller {
  /** Nothing for a caller that cannot be called. */
  readonly connection: Connection | undefined
  readonly peer: string | undefined
}

/** A call that is being answered. Most of what it offers comes into being when it is asked for. */
export class AnsweredCall implements ServerCall, CurrentCall, CancelObserver {
  readonly path: string
  readonly peer: string | undefined
  readonly deadline: number | undefined
  readonly #incoming: Incoming
  readonly #connection: Connection | undefined
  readonly #timer: NodeJS.Timeout | undefined
  #sending: Leaver | undefined
  #metadata: Metadata | undefined
  #headers: Metadata | undefined
  #trailers: Metadata | undefined
  #headersSent = false
  #isRunning = true
  #controller: AbortController | undefined
  #stopped: RpcError | undefined

  constructor(incoming: Incoming, { connection, peer }: Caller) {
    this.#incoming = incoming
    this.#connection = connection
    this.path = incoming.method
    this.peer = peer
    incoming.onCancel(this)
    const timeout = timeoutOf(incoming.headers.get('grpc-timeout')?.at(-1))
    if (timeout !== undefined) {
      this.deadline = performance.now() + timeout
      if (timeout <= 0) this.#expire()
      else this.#timer = setTimeout(() => this.#expire(), Math.min(timeout, 2 ** 31 - 1))
    }
  }

  get metadata(): Metadata {
    return (this.#metadata ??= Metadata.received(this.#incoming.headers))
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#stopped) this.#controller.abort(this.#stopped)
    }
    return this.#controller.signal
  }

  get headers(): Metadata {
    return (this.#headers ??= new Metadata())
  }

  get trailers(): Metadata {
    return (this.#trailers ??= new Metadata())
  }

  get trace(): Fields {
    const { headers } = this.#incoming
    if (headers.size === 0) return NO_FIELDS
    const found = new Map<string, readonly string[]>()
    for (const name of TRACE) {
      const values = headers.get(name)
      if (values) found.set(name, values)
    }
    return found
  }

  /** Why nobody waits for the answer, when that is so. */
  get stopped(): RpcError | undefined {
    return this.#stopped
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  get isOpen(): boolean {
    return this.#incoming.isOpen
  }

  sendHeaders(): void {
    if (this.#headersSent) throw new RpcOptionError('headers', 'Cannot send headers twice')
    this.#headersSent = true
    this.#incoming.sendHeaders(this.#headers?.fields ?? NO_FIELDS)
  }

  client<Shape extends ServiceShape<Shape> = AnyService>(service: Service<Shape>): Client<Shape> {
    return makeClient(service, {
      acquire: (take) => {
        if (this.#connection) take(undefined, this.#connection)
        else take(new RpcError('UNIMPLEMENTED', 'The caller cannot be called', { reached: false }))
      },
      interceptors: [],
      encoding: 'protobuf',
      retries: new Retries({ attempts: 1 }),
      pause: () => 0,
    })
  }

  cancelled(reason: 'cancelled' | 'lost'): void {
    const details = reason === 'lost' ? 'The caller is gone' : 'The caller cancelled'
    this.#stop(new RpcError('CANCELLED', details))
  }

  /** Says who leaves when nobody waits any more, which may be so already. */
  onStop(sending: Leaver): void {
    if (this.#stopped) sending.leave()
    else this.#sending = sending
  }

  /** Sends a message, and the header fields before the first. */
  send(message: Outgoing, sent: () => void): void {
    if (!this.#headersSent && this.#headers) this.sendHeaders()
    this.#incoming.send(message, sent)
  }

  /** Ends the call well. */
  succeed(): void {
    if (!this.#headersSent && this.#headers) this.sendHeaders()
    this.#incoming.close(OK, this.#trailers?.fields ?? NO_FIELDS)
  }

  /** Ends the call with what its handler threw. */
  fail(error: unknown): void {
    const { code, details, metadata } = failureOf(error)
    const trailers = new Map([...(this.#trailers?.fields ?? NO_FIELDS), ...metadata.fields])
    this.#incoming.close({ code, details }, trailers)
  }

  /** The handler has ended. */
  release(): void {
    this.#isRunning = false
    clearTimeout(this.#timer)
    this.#incoming.release()
  }

  #expire(): void {
    const error = new RpcError('DEADLINE_EXCEEDED', 'The deadline has passed')
    this.#incoming.close({ code: error.code, details: error.details }, NO_FIELDS)
    this.#stop(error)
  }

  #stop(error: RpcError): void {
    if (this.#stopped) return
    this.#stopped = error
    clearTimeout(this.#timer)
    this.#controller?.abort(error)
    this.#sending?.leave()
  }
}
