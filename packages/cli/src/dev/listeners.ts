import type { Address, ListenFailure } from '../dev-messages.ts'
import { Listener, type Taker } from './listener.ts'

/** All listening sockets of the application, opened when it first asks and kept while it restarts. */
export class Listeners {
  private readonly open = new Map<string, Promise<Listener>>()
  private readonly byId = new Map<number, Listener>()
  private lastId = 0

  /** Rejects with the error of `listen`. */
  get(address: Address, index: number, secure: boolean): Promise<Listener> {
    const key = JSON.stringify([address, index, secure])
    const known = this.open.get(key)
    if (known) return known
    const opened = this.openNew(address, secure)
    this.open.set(key, opened)
    opened.catch(() => this.open.delete(key))
    return opened
  }

  byNumber(id: number): Listener | undefined {
    return this.byId.get(id)
  }

  handTo(taker: Taker | undefined): void {
    for (const listener of this.byId.values()) listener.handTo(taker)
  }

  /** Closes all but these. */
  async keep(ids: ReadonlySet<number>): Promise<void> {
    for (const [key, opened] of this.open) {
      const listener = await opened.catch(() => undefined)
      if (listener === undefined || ids.has(listener.id)) continue
      this.open.delete(key)
      this.byId.delete(listener.id)
      listener.close()
    }
  }

  private async openNew(address: Address, secure: boolean): Promise<Listener> {
    const listener = new Listener(++this.lastId, secure)
    await listener.open(address)
    this.byId.set(listener.id, listener)
    return listener
  }
}

/** An error of `listen`, as far as it can be sent. */
export function listenFailure(error: NodeJS.ErrnoException & ListenFailure): ListenFailure {
  const { message, code, errno, syscall, address, port } = error
  return JSON.parse(
    JSON.stringify({ message, code, errno, syscall, address, port }),
  ) as ListenFailure
}
