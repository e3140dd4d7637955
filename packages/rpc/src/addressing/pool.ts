import { AsyncResource } from 'node:async_hooks'

import { RpcError } from '../status/rpc-error.ts'
import { addressText, parseAddress } from './address.ts'
import type { Balancer } from './balancer.ts'
import { type ConnectionTaker, Peer, type PeerOptions } from './peer.ts'
import type { Endpoint, Registry } from './registry.ts'

/** The servers behind a name, as a registry tells of them, and connections to those that are needed. */
export class Pool {
  readonly #name: string
  readonly #registry: Registry
  readonly #balancer: Balancer
  readonly #options: PeerOptions
  #peers: Peer[] = []
  #waiting: { readonly take: ConnectionTaker; readonly key: string | undefined }[] = []
  #unwatch: (() => void) | undefined
  #known = false
  #lastError: Error | undefined
  #closed = false

  constructor(name: string, registry: Registry, balancer: Balancer, options: PeerOptions) {
    this.#name = name
    this.#registry = registry
    this.#balancer = balancer
    this.#options = options
  }

  /** Milliseconds until one of the servers may be tried. */
  get pause(): number {
    const pauses = this.#peers.map(({ pause }) => pause)
    return pauses.length === 0 ? 0 : Math.min(...pauses)
  }

  /** Gives a connection to one of the servers; waits until the servers are known. */
  acquire(take: ConnectionTaker, key?: string): void {
    if (this.#closed) {
      take(this.#unavailable('the client is closed'))
      return
    }
    this.#unwatch ??= this.#watch()
    if (this.#known) this.#pick(take, key)
    else if (this.#lastError) take(this.#unavailable(this.#lastError.message))
    else this.#waiting.push({ take: AsyncResource.bind(take), key })
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

  #pick(take: ConnectionTaker, key: string | undefined): void {
    if (this.#peers.length === 1) {
      this.#peers[0]!.acquire(take)
      return
    }
    // Those that were just tried in vain are left out while there are others.
    const promising = this.#peers.filter((peer) => peer.pause === 0)
    const candidates = promising.length > 0 ? promising : this.#peers
    if (candidates.length === 0) take(this.#unavailable('there is no server of that name'))
    else this.#balancer.pick(candidates, key).acquire(take)
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
    for (const { address: given, weight = 1 } of endpoints) {
      const address = typeof given === 'string' ? parseAddress(given) : given
      const name = addressText(address)
      const peer = before.get(name) ?? new Peer(address, this.#options)
      peer.weight = weight
      before.delete(name)
      peers.set(name, peer)
    }
    for (const gone of before.values()) gone.drain()
    this.#peers = [...peers.values()]
    this.#known = true
    for (const { take, key } of this.#waiting.splice(0)) this.#pick(take, key)
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
