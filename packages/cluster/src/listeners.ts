import type { Balance } from './balance.ts'
import { ListenError } from './errors.ts'
import { Listener } from './listener.ts'
import type { Address } from './messages.ts'

/** All listening sockets of a supervisor: opened when a worker first asks, kept until it stops. */
export class Listeners {
  private readonly open = new Map<string, Promise<Listener>>()
  private readonly balance: Balance
  private readonly activated: Promise<Listener[]>
  private nextId = 1

  /** @param descriptors - listening sockets that the service manager has opened. */
  constructor(balance: Balance, descriptors: readonly number[] = []) {
    this.balance = balance
    this.activated = Promise.all(
      descriptors.map(async (fd) => {
        const listener = new Listener(this.nextId++, balance)
        await listener.open({}, fd)
        return listener
      }),
    )
    this.activated.catch(() => {}) // told to each worker that asks
  }

  /** @throws {ListenError} when the address cannot be had. */
  async get(address: Address): Promise<Listener> {
    const activated = await this.activated
    const given =
      activated.find(
        ({ address: { port, path } }) =>
          (port !== undefined && port === address.port) ||
          (path !== undefined && path === address.path),
      ) ?? (activated.length === 1 ? activated[0] : undefined)
    if (given) return given
    const key = JSON.stringify([address.path, address.port, address.host])
    const listener = this.open.get(key) ?? this.openNew(address)
    this.open.set(key, listener)
    try {
      return await listener
    } catch (error) {
      this.open.delete(key)
      throw new ListenError(error instanceof Error ? error.message : String(error))
    }
  }

  private async openNew(address: Address): Promise<Listener> {
    const listener = new Listener(this.nextId++, this.balance)
    await listener.open(address)
    return listener
  }

  async close(): Promise<void> {
    for (const listener of [...this.open.values(), this.activated])
      for (const each of [await listener.catch(() => [])].flat()) each.close()
  }
}
