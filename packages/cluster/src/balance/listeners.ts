import type { Balance } from './balance.ts'
import { Listener } from './listener.ts'
import type { Address } from '../wire/messages.ts'

/** A socket that the service manager has opened, and who has it: the first that asked for it. */
interface Activated {
  readonly fd: number
  readonly listener: Listener
  claimedBy?: string
}

/** All listening sockets of a supervisor: opened when a worker first asks, kept until it stops. */
export class Listeners {
  private readonly open = new Map<string, Promise<Listener>>()
  private readonly balance: Balance
  private readonly activated: Promise<Activated[]>
  private nextId = 1

  /** @param descriptors - listening sockets that the service manager has opened. */
  constructor(balance: Balance, descriptors: readonly number[] = []) {
    this.balance = balance
    this.activated = Promise.all(
      descriptors.map(async (fd) => ({ fd, listener: await this.openNew({ fd }) })),
    )
    this.activated.catch(() => {}) // told to each worker that asks
  }

  /**
   * The socket at `address`; with a larger `index` a further one, for the worker that listens twice.
   *
   * Rejects with the error of `listen`.
   */
  async get(address: Address, index = 0): Promise<Listener> {
    const key = JSON.stringify([address, index])
    const given = pickActivated(await this.activated, address, key)
    if (given) return given
    const listener = this.open.get(key) ?? this.openNew(address)
    this.open.set(key, listener)
    listener.catch(() => this.open.delete(key))
    return listener
  }

  /** Each accepts no more, see there. */
  async stopAccepting(patience: number): Promise<void> {
    await Promise.all((await this.all()).map((each) => each.stopAccepting(patience)))
  }

  /** Each ends the connections that nobody has taken. */
  async close(): Promise<void> {
    for (const each of await this.all()) each.close()
  }

  private async all(): Promise<Listener[]> {
    const opened = await Promise.allSettled(this.open.values())
    const given = await this.activated.catch(() => [])
    return [
      ...opened.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])),
      ...given.map(({ listener }) => listener),
    ]
  }

  private async openNew(address: Address): Promise<Listener> {
    const listener = new Listener(this.nextId++, this.balance)
    await listener.open(address)
    return listener
  }
}

/** The one with that number, port or path; a single one is for whoever asks first, whatever it says. */
function pickActivated(
  all: readonly Activated[],
  wanted: Address,
  key: string,
): Listener | undefined {
  const fits = all.find(({ fd, listener: { address } }) =>
    wanted.fd === undefined
      ? (wanted.port !== undefined && wanted.port === address.port) ||
        (wanted.path !== undefined && wanted.path === address.path)
      : wanted.fd === fd,
  )
  const [only] = all
  const found = fits ?? (all.length === 1 ? only : undefined)
  if (!found || (found.claimedBy ?? key) !== key) return undefined
  found.claimedBy = key
  return found.listener
}
