import { createServer, type Server, type Socket } from 'node:net'
import { setImmediate as afterAccepting, setTimeout as pause } from 'node:timers/promises'

import { type Balance, pickFree, pickSticky, stickyKey } from './balance.ts'
import type { Member } from '../crew/member.ts'
import type { Address } from '../wire/messages.ts'
import { readHead } from './read-head.ts'

interface Waiting {
  readonly id: number
  readonly socket: Socket
  readonly key: string | undefined
  readonly head: Buffer | undefined
}

/** Connections that wait for a worker at most; what comes beyond is refused. */
const mostWaiting = 10_000
const lookEvery = 20

/** One row of numbers for all listeners: a worker has one list of what it has taken. */
let lastConnection = 0

/**
 * A listening socket that outlives all workers. Each connection is accepted here, unread, and handed
 * to a worker; until the worker says it has it, it is kept, so that no death loses it.
 */
export class Listener {
  readonly id: number
  readonly members = new Set<Member>()
  private readonly server: Server
  private readonly balance: Balance
  private waiting: Waiting[] = []
  private lastSlot = -1

  constructor(id: number, balance: Balance) {
    this.id = id
    this.balance = balance
    this.server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) =>
      this.receive(socket),
    )
  }

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

  join(member: Member): void {
    this.members.add(member)
    member.on('ready', () => this.share())
    member.on('message', (message) => {
      if (message.type === 'unlisten' && message.listener === this.id) this.members.delete(member)
      else if (message.type === 'took') this.share()
    })
    member.once('exit', () => {
      this.members.delete(member)
      this.share()
    })
    this.share()
  }

  /**
   * Accepts no more: who comes now is refused, and may try elsewhere. Settles when those who stood in
   * the queue are with a worker; or nobody takes them within `patience` ms.
   */
  async stopAccepting(patience: number): Promise<void> {
    await afterAccepting()
    this.server.close()
    const until = performance.now() + patience
    const somebody = (): boolean => [...this.members].some(({ state }) => state === 'ready')
    while (this.waiting.length > 0 && somebody() && performance.now() < until)
      await pause(lookEvery)
  }

  /** Ends the connections that nobody has taken. */
  close(): void {
    for (const { socket } of this.waiting) socket.destroy()
    this.waiting = []
  }

  private receive(socket: Socket): void {
    socket.on('error', () => {})
    if (this.waiting.length >= mostWaiting) {
      socket.destroy()
      return
    }
    const byAddress = socket.remoteAddress ?? ''
    if (typeof this.balance === 'string') this.enqueue(socket, undefined)
    else if (this.balance.sticky === 'address') this.enqueue(socket, byAddress)
    else
      readHead(socket, (head) => {
        const key = stickyKey(head.toString('latin1'), this.balance)
        this.enqueue(socket, key ?? byAddress, head)
      })
  }

  private enqueue(socket: Socket, key: string | undefined, head?: Buffer): void {
    this.waiting.push({ id: ++lastConnection, socket, key, head })
    this.share()
  }

  /** Hands out what waits, as far as there is somebody free for it. */
  private share(): void {
    if (this.waiting.length === 0) return
    const ready = [...this.members].filter(({ state }) => state === 'ready')
    if (ready.length === 0) return
    const left: Waiting[] = []
    for (const [at, each] of this.waiting.entries()) {
      const member =
        each.key === undefined
          ? pickFree(ready, this.balance, this.lastSlot)
          : pickSticky(ready, each.key)
      if (member?.free) this.hand(member, each)
      else if (each.key === undefined) {
        left.push(...this.waiting.slice(at))
        break
      } else left.push(each)
    }
    this.waiting = left
  }

  private hand(member: Member, each: Waiting): void {
    this.lastSlot = member.slot
    member.connections++
    const settle = (accepted: boolean): void => {
      member.handed.delete(each.id)
      member.off('exit', died)
      if (accepted) each.socket.destroy() // our descriptor; the connection lives in the worker's
      else this.waiting.unshift(each)
    }
    const died = (): void => settle(false)
    member.prependOnceListener('exit', died)
    member.handed.set(each.id, settle)
    member.send(
      {
        type: 'connection',
        id: each.id,
        listener: this.id,
        ...(each.head && { head: each.head.toString('base64') }),
      },
      handleOf(each.socket),
    )
  }
}

/** What a process can give to another; nothing when the client has left already. */
function handleOf(socket: Socket): object | null {
  return (socket as unknown as Record<'_handle', object | null>)['_handle']
}
