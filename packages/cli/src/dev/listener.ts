import { createServer, type Server, type Socket } from 'node:net'

import type { Address, Identity } from '../dev-messages.ts'

/** Who takes connections: the process of the application, or whoever stands in for it. */
export type Taker = (listener: Listener, socket: Socket) => void

/** Connections that wait at most; what comes beyond is refused. */
const MOST_WAITING = 10_000

/**
 * A listening socket that outlives the application. Each connection is accepted here, unread; while
 * nobody takes them they wait.
 */
export class Listener {
  readonly id: number
  readonly secure: boolean
  /** Of the server that listens here, over TLS. */
  identity: Identity | undefined
  private readonly server: Server
  private waiting: Socket[] = []
  private taker: Taker | undefined

  constructor(id: number, secure: boolean) {
    this.id = id
    this.secure = secure
    this.server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) =>
      this.enqueue(socket),
    )
  }

  /** Rejects with the error of `listen`. */
  open(address: Address): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen({ ...address }, () => {
        this.server.off('error', reject)
        this.server.on('error', () => {}) // of a single accept, as when descriptors run out
        resolve()
      })
    })
  }

  get address(): Address {
    const address = this.server.address()
    if (typeof address === 'string') return { path: address }
    return address ? { port: address.port, host: address.address } : {}
  }

  /** From now on this one takes what waits and what comes; nobody makes them wait. */
  handTo(taker: Taker | undefined): void {
    this.taker = taker
    if (taker === undefined) return
    const { waiting } = this
    this.waiting = []
    for (const socket of waiting) taker(this, socket)
  }

  /** A paused connection, new or given back. */
  enqueue(socket: Socket): void {
    socket.on('error', () => {})
    if (this.taker) this.taker(this, socket)
    else if (this.waiting.length < MOST_WAITING) this.waiting.push(socket)
    else socket.destroy()
  }

  close(): void {
    this.server.close()
    for (const socket of this.waiting) socket.destroy()
    this.waiting = []
  }
}
