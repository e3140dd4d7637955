import { AsyncResource } from 'node:async_hooks'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'

import type { Callable } from '../channel/callable.ts'
import { Connection, type ConnectionObserver } from '../channel/connection.ts'
import type { IncomingCall } from '../channel/incoming-call.ts'
import type { KeepaliveOptions } from '../channel/keepalive.ts'
import type { Limits } from '../limits.ts'
import { GrpcConnection } from '../over-grpc/grpc-connection.ts'
import { RpcError } from '../status/rpc-error.ts'
import { type Address, addressText } from './address.ts'
import type { Candidate } from './balancer.ts'
import type { Breaker } from './breaker.ts'

/** How connections are made. */
export interface PeerOptions {
  readonly limits: Limits
  /** Nothing where none was asked for: then there is the usual one, where there is one. */
  readonly keepalive: KeepaliveOptions | undefined
  readonly tls: tls.ConnectionOptions | undefined
  /** Milliseconds until a server that has just come gets as many calls as its weight says. */
  readonly slowStart: number
  /** Answers calls that the server makes. */
  readonly accept: (call: IncomingCall, connection: Connection) => void
}

/** Hears how a call over a connection has ended. */
export type Report = (error: RpcError | undefined) => void

/** Takes a connection that is ready, with who wants to hear how the call ends, or why there is none. */
export type ConnectionTaker = (
  error: RpcError | undefined,
  connection?: Callable,
  report?: Report,
) => void

/** What a server that has just come is given of its weight, at least. */
const LEAST_WEIGHT = 0.1
const [FIRST_PAUSE, LONGEST_PAUSE] = [100, 10_000]

/**
 * One server: a connection to it, made when it is first needed and again after it was lost.
 *
 * After a failure nobody tries again for a while, each time longer and never in step with other clients.
 */
export class Peer implements Candidate {
  readonly address: Address
  /** Its address as it is written. */
  readonly name: string
  /** How many calls it gets next to others, once it is warm. */
  fullWeight = 1
  readonly #options: PeerOptions
  readonly #breaker: Breaker | undefined
  /** By `performance.now()`: since when it warms up. */
  #coldSince = -Infinity
  #connection: Callable | undefined
  readonly #draining = new Set<Callable>()
  #waiting: ConnectionTaker[] = []
  #failures = 0
  /** Whether there was a connection, or an attempt at one: what comes now is another server. */
  #wasLost = false
  /** By `performance.now()`: no attempt before. */
  #pauseUntil = 0
  #lastError: Error | undefined
  #closed = false

  /** @param breaker - leaves it alone when it fails */
  constructor(address: Address, options: PeerOptions, breaker?: Breaker) {
    this.address = address
    this.name = addressText(address)
    this.#options = options
    this.#breaker = breaker
  }

  /** How many calls it gets next to others: few at first, when it has just come. */
  get weight(): number {
    const { slowStart } = this.#options
    const age = performance.now() - this.#coldSince
    return age >= slowStart
      ? this.fullWeight
      : this.fullWeight * Math.max(LEAST_WEIGHT, age / slowStart)
  }

  /** Whether its breaker leaves it alone. */
  get isLeftAlone(): boolean {
    return this.#breaker?.isOpen ?? false
  }

  /** It has just come, and its caches are cold. */
  coolDown(): void {
    this.#coldSince = performance.now()
  }

  /** Calls that run over its connection, or wait for it. */
  get pending(): number {
    return (this.#connection?.pending ?? 0) + this.#waiting.length
  }

  /** Milliseconds until it may be tried again; none while it is reached, or was never tried in vain. */
  get pause(): number {
    const pause = this.#connection ? 0 : Math.max(0, this.#pauseUntil - performance.now())
    return Math.max(pause, this.#breaker?.pause ?? 0)
  }

  /** Gives a connection, at once when there is one. */
  acquire(take: ConnectionTaker): void {
    if (this.pause > 0 || this.#closed) {
      take(this.#unavailable())
      return
    }
    if (this.#connection?.isReady) {
      take(undefined, this.#connection, this.#breaker?.begin())
      return
    }
    // Called from the socket later: what it calls belongs to whoever asks now.
    this.#waiting.push(AsyncResource.bind(take))
    this.#connection ??= this.#connect()
  }

  /** Makes no more calls; those that run are answered. */
  drain(): void {
    this.#closed = true
    this.#connection?.drain()
    this.#answerWaiting(this.#unavailable())
  }

  /** Gives up calls that run. */
  destroy(reason: string): void {
    this.#closed = true
    this.#connection?.destroy(reason)
    for (const connection of this.#draining) connection.destroy(reason)
  }

  #connect(): Callable {
    const { address } = this
    const { limits, keepalive = {}, accept } = this.#options
    if ('host' in address && address.grpc) {
      const connection = new GrpcConnection(
        address,
        this.#options,
        this.#observe(() => connection),
      )
      return connection
    }
    const only = 'open' in address && address.oneWay ? 'calls' : undefined
    const connection = new Connection(
      this.#dial(),
      { limits, keepalive, only },
      { ...this.#observe(() => connection), accept: (call) => accept(call, connection) },
    )
    return connection
  }

  /** What becomes of a connection. */
  #observe(self: () => Callable): Omit<ConnectionObserver, 'accept'> {
    let wasReady = false
    return {
      ready: () => {
        wasReady = true
        this.#failures = 0
        if (this.#wasLost) this.coolDown()
        this.#answerWaiting()
      },
      draining: () => {
        this.#draining.add(self())
        if (this.#connection !== self()) return
        this.#connection = undefined
        this.#wasLost = true
      },
      closed: (error) => {
        this.#draining.delete(self())
        if (this.#connection !== self()) return
        this.#connection = undefined
        this.#lastError = error
        this.#wasLost = true
        if (!wasReady) this.#pause()
        this.#answerWaiting(this.#unavailable())
      },
    }
  }

  #dial(): Duplex {
    const { address } = this
    if ('open' in address) return address.open()
    const secure = this.#options.tls
    if (!secure) return net.connect({ ...address, noDelay: true })
    const servername = 'host' in address && net.isIP(address.host) === 0 ? address.host : undefined
    return tls.connect({ ...address, ...(servername !== undefined && { servername }), ...secure })
  }

  #answerWaiting(error?: RpcError): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const take of waiting) {
      if (error) take(error)
      else this.acquire(take)
    }
  }

  #pause(): void {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures)
    this.#failures++
    this.#pauseUntil = performance.now() + longest * (0.5 + Math.random() / 2)
  }

  #unavailable(): RpcError {
    const reason = this.#closed
      ? 'the client is closed'
      : this.isLeftAlone
        ? 'it is left alone after many failures'
        : (this.#lastError?.message ?? 'it is not there')
    return new RpcError('UNAVAILABLE', `Cannot reach ${this.name}: ${reason}`, {
      reached: false,
      cause: this.#lastError,
    })
  }
}
