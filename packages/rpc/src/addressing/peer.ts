import { AsyncResource } from 'node:async_hooks'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'

import { Connection } from '../channel/connection.ts'
import type { IncomingCall } from '../channel/incoming-call.ts'
import type { KeepaliveOptions } from '../channel/keepalive.ts'
import type { Limits } from '../limits.ts'
import { RpcError } from '../status/rpc-error.ts'
import { type Address, addressText } from './address.ts'
import type { Candidate } from './balancer.ts'

/** How connections are made. */
export interface PeerOptions {
  readonly limits: Limits
  readonly keepalive: KeepaliveOptions
  readonly tls: tls.ConnectionOptions | undefined
  /** Answers calls that the server makes. */
  readonly accept: (call: IncomingCall, connection: Connection) => void
}

/** Takes a connection that is ready, or why there is none. */
export type ConnectionTaker = (error: RpcError | undefined, connection?: Connection) => void

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
  /** How many calls it gets next to others. */
  weight = 1
  readonly #options: PeerOptions
  #connection: Connection | undefined
  readonly #draining = new Set<Connection>()
  #waiting: ConnectionTaker[] = []
  #failures = 0
  /** By `performance.now()`: no attempt before. */
  #pauseUntil = 0
  #lastError: Error | undefined
  #closed = false

  constructor(address: Address, options: PeerOptions) {
    this.address = address
    this.name = addressText(address)
    this.#options = options
  }

  /** Calls that run over its connection, or wait for it. */
  get pending(): number {
    return (this.#connection?.pending ?? 0) + this.#waiting.length
  }

  /** Milliseconds until it may be tried again; none while it is reached, or was never tried in vain. */
  get pause(): number {
    return this.#connection ? 0 : Math.max(0, this.#pauseUntil - performance.now())
  }

  /** Gives a connection, at once when there is one. */
  acquire(take: ConnectionTaker): void {
    if (this.#connection?.isReady) {
      take(undefined, this.#connection)
      return
    }
    if (this.pause > 0 || this.#closed) {
      take(this.#unavailable())
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

  #connect(): Connection {
    const { limits, keepalive, accept } = this.#options
    const only = 'open' in this.address && this.address.oneWay ? 'calls' : undefined
    let wasReady = false
    const connection = new Connection(
      this.#dial(),
      { limits, keepalive, only },
      {
        accept: (call) => accept(call, connection),
        ready: () => {
          wasReady = true
          this.#failures = 0
          this.#answerWaiting()
        },
        draining: () => {
          this.#draining.add(connection)
          if (this.#connection === connection) this.#connection = undefined
        },
        closed: (error) => {
          this.#draining.delete(connection)
          if (this.#connection !== connection) return
          this.#connection = undefined
          this.#lastError = error
          if (!wasReady) this.#pause()
          this.#answerWaiting(this.#unavailable())
        },
      },
    )
    return connection
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
      : (this.#lastError?.message ?? 'it is not there')
    return new RpcError('UNAVAILABLE', `Cannot reach ${this.name}: ${reason}`, {
      reached: false,
      cause: this.#lastError,
    })
  }
}
