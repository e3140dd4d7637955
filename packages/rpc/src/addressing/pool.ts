import { AsyncResource } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

import { RpcError } from '../status/rpc-error.ts'
import { type Address, addressText, parseAddress } from './address.ts'
import type { Balancer } from './balancer.ts'
import { Breaker, type BreakerSettings } from './breaker.ts'
import { type ConnectionTaker, Peer, type PeerOptions } from './peer.ts'
import type { Endpoint, Registry } from './registry.ts'
import { subsetOf } from './subset.ts'

/** How servers are found and chosen. */
export interface PoolOptions extends PeerOptions {
  readonly registry: Registry
  readonly balancer: Balancer
  /** How many of the servers are called; all, where there is no number. */
  readonly subset: number | undefined
  readonly breaker: BreakerSettings | undefined
}

/** The servers behind a name, as a registry tells of them, and connections to those that are needed. */
export class Pool {
  readonly #name: string
  readonly #registry: Registry
  readonly #balancer: Balancer
  readonly #options: PoolOptions
  /** Tells this client from others. */
  readonly #client = randomUUID()
  #peers: Peer[] = []
  #waiting: {
    readonly take: ConnectionTaker
    readonly key?: string | undefined
    readonly tried?: Set<object> | undefined
  }[] = []
  #unwatch: (() => void) | undefined
  #known = false
  #lastError: Error | undefined
  #closed = false

  constructor(name: string, options: PoolOptions) {
    this.#name = name
    this.#registry = options.registry
    this.#balancer = options.balancer
    this.#options = options
  }

  /** Milliseconds until one of the servers may be tried. */
  get pause(): number {
    const pauses = this.#peers.map(({ pause }) => pause)
    return pauses.length === 0 ? 0 : Math.min(...pauses)
  }

  /** Gives a connection to one of the servers; waits until the servers are known. */
  acquire(take: ConnectionTaker, key?: string, tried?: Set<object>): void {
    if (this.#closed) {
      take(this.#unavailable('the client is closed'))
      return
    }
    this.#unwatch ??= this.#watch()
    if (this.#known) this.#pick(take, key, tried)
    else if (this.#lastError) take(this.#unavailable(this.#lastError.message))
    else this.#waiting.push({ take: AsyncResource.bind(take), key, tried })
  }

  /** Makes no more calls; those that run are answered. */
  drain(): void {
    this.#close()
    for (const peer of this.#peers) peer.drain()
  }

  /** Gives up calls that run. */
  destroy(reason: string): void {
    this.#close()
    for (const peer of this.#peers) peer.destroy(reason)
  }

  #pick(take: ConnectionTaker, key: string | undefined, tried?: Set<object>): void {
    if (this.#peers.length === 1) {
      this.#peers[0]!.acquire(take)
      return
    }
    // Those that were just tried in vain are left out while there are others.
    const promising = this.#peers.filter((peer) => peer.pause === 0)
    const others = tried ? promising.filter((peer) => !tried.has(peer)) : promising
    const candidates = [others, promising, this.#peers].find(({ length }) => length > 0) ?? []
    if (candidates.length === 0) take(this.#unavailable('there is no server of that name'))
    else {
      const chosen = this.#balancer.pick(candidates, key)
      tried?.add(chosen)
      chosen.acquire(take)
    }
  }

  #watch(): () => void {
    return this.#registry.watch(this.#name, {
      changed: (endpoints) => this.#change(endpoints),
      failed: (error) => this.#fail(error),
    })
  }

  #change(endpoints: readonly Endpoint[]): void {
    if (this.#closed) return
    const before = new Map(this.#peers.map((peer) => [peer.name, peer]))
    const peers = new Map<string, Peer>()
    const { subset = endpoints.length } = this.#options
    for (const { address: given, weight = 1 } of subsetOf(endpoints, subset, this.#client)) {
      const address = typeof given === 'string' ? parseAddress(given) : given
      const name = addressText(address)
      const peer = before.get(name) ?? this.#newPeer(address)
      peer.fullWeight = weight
      before.delete(name)
      peers.set(name, peer)
    }
    for (const gone of before.values()) gone.drain()
    this.#peers = [...peers.values()]
    this.#known = true
    for (const { take, key, tried } of this.#waiting.splice(0)) this.#pick(take, key, tried)
  }

  #newPeer(address: Address): Peer {
    const { breaker } = this.#options
    const peer = new Peer(
      address,
      this.#options,
      breaker && new Breaker(breaker, () => this.#mayLeaveAlone(breaker.share)),
    )
    if (this.#known) peer.coolDown() // those of the beginning are warm, or all equally cold
    return peer
  }

  /** Whether one more server may be left alone. */
  #mayLeaveAlone(share: number): boolean {
    const leftAlone = this.#peers.filter((peer) => peer.isLeftAlone).length
    return leftAlone + 1 <= share * this.#peers.length
  }

  #fail(error: Error): void {
    this.#lastError = error
    if (this.#known) return
    for (const { take } of this.#waiting.splice(0)) take(this.#unavailable(error.message))
  }

  #close(): void {
    this.#closed = true
    this.#unwatch?.()
    for (const { take } of this.#waiting.splice(0)) take(this.#unavailable('the client is closed'))
  }

  #unavailable(reason: string): RpcError {
    return new RpcError('UNAVAILABLE', `Cannot reach "${this.#name}": ${reason}`, {
      reached: false,
      cause: this.#lastError,
    })
  }
}
