import { isIPv6 } from 'node:net'

import type { Application } from '../types/application.ts'
import type { AppSocket } from './app-socket.ts'
import { SocketsExhaustedError } from './errors.ts'
import type { ResolvedOptions } from './options.ts'

/** The open sockets of an app, and those that are being opened. */
export class OpenSockets {
  readonly #sockets = new Set<AppSocket>()
  readonly #byAddress = new Map<string, number>()
  #count = 0
  #isClosing = false
  #isGraceOver = false
  #whenEmpty: (() => void) | undefined

  /**
   * Counts a socket that is about to be opened. Who is refused may come again: nobody who is there is cut
   * for a newcomer, since all would then come again.
   *
   * @throws {SocketsExhaustedError} 503
   */
  reserve(address: string, options: ResolvedOptions): void {
    const { maxConnections, maxConnectionsPerAddress } = options
    if (this.#isClosing) throw new SocketsExhaustedError('the app closes its sockets')
    if (this.#count >= maxConnections) {
      throw new SocketsExhaustedError(`there are ${this.#count}, as many as maxConnections allows`)
    }
    const ofAddress = this.#byAddress.get(address) ?? 0
    if (ofAddress >= maxConnectionsPerAddress) {
      throw new SocketsExhaustedError(
        `${address} has ${ofAddress}, as many as maxConnectionsPerAddress allows`,
      )
    }
    this.#count++
    this.#byAddress.set(address, ofAddress + 1)
  }

  /** Gives up what was reserved. */
  release(address: string): void {
    this.#count--
    const ofAddress = this.#byAddress.get(address)! - 1
    if (ofAddress === 0) this.#byAddress.delete(address)
    else this.#byAddress.set(address, ofAddress)
    this.#tellIfEmpty()
  }

  /** When the grace is over, handshakes that something still holds are not waited for. */
  #tellIfEmpty(): void {
    if (this.#count === 0 || (this.#isGraceOver && this.#sockets.size === 0)) this.#whenEmpty?.()
  }

  opened(socket: AppSocket): void {
    this.#sockets.add(socket)
    if (this.#isClosing) socket.close(GOING_AWAY)
  }

  closed(socket: AppSocket): void {
    this.#sockets.delete(socket)
    this.release(socket.address)
  }

  /**
   * Tells every client that the server goes away, waits until they have agreed, and cuts those that have not.
   *
   * @param grace - how long they may take, in milliseconds.
   */
  async close(grace: number): Promise<void> {
    this.#isClosing = true
    for (const socket of this.#sockets) socket.close(GOING_AWAY)
    if (this.#count > 0) {
      const timer = setTimeout(() => this.#cut(), Math.min(grace, 2 ** 31 - 1))
      await new Promise<void>((resolve) => (this.#whenEmpty = resolve))
      clearTimeout(timer)
    }
    this.#whenEmpty = undefined
  }

  /** Takes sockets again. */
  reopen(): void {
    this.#isClosing = false
    this.#isGraceOver = false
  }

  #cut(): void {
    this.#isGraceOver = true
    for (const socket of this.#sockets) socket.terminate()
    this.#tellIfEmpty()
  }
}

/** RFC 6455 §7.4.1 */
const GOING_AWAY = 1001

const openSockets = new WeakMap<Application, OpenSockets>()

/** The open sockets of an app. */
export function openSocketsOf(app: Application): OpenSockets {
  const known = openSockets.get(app) ?? new OpenSockets()
  openSockets.set(app, known)
  return known
}

/** Closes the sockets of an app, which takes none until it listens or is attached again. */
export function closeSockets(app: Application, grace: number): Promise<void> {
  return openSocketsOf(app).close(grace)
}

/** Has an app that was closed take sockets again. */
export function reopenSockets(app: Application): void {
  openSockets.get(app)?.reopen()
}

/** What counts as one client: of IPv6, the network that one customer is given (RFC 6177). */
export function addressGroup(ip: string | undefined): string {
  if (!ip?.includes(':') || ip.includes('.') || !isIPv6(ip)) return ip ?? ''
  const [start = '', end] = ip.split('%')[0]!.split('::')
  const before = start === '' ? [] : start.split(':')
  const after = end === undefined || end === '' ? [] : end.split(':')
  const zeros = end === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
