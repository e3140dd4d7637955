import type { AppSocket } from './app-socket.ts'
import type { ResolvedOptions } from './options.ts'

/** Pings the sockets of a route, all with one timer, and cuts those whose clients say nothing any more. */
export class Heartbeat {
  readonly #interval: number
  readonly #timeout: number
  readonly #sockets = new Set<AppSocket>()
  #isBeating = false

  constructor({ pingInterval, pongTimeout }: ResolvedOptions) {
    this.#interval = pingInterval
    this.#timeout = pongTimeout
  }

  add(socket: AppSocket): void {
    if (this.#interval === 0) return
    this.#sockets.add(socket)
    if (this.#isBeating) return
    this.#isBeating = true
    this.#pingAfter(this.#interval)
  }

  delete(socket: AppSocket): void {
    this.#sockets.delete(socket)
  }

  #pingAfter(ms: number): void {
    setTimeout(() => this.#ping(), ms).unref()
  }

  #ping(): void {
    this.#isBeating = this.#sockets.size > 0
    if (!this.#isBeating) return
    for (const socket of this.#sockets) {
      // While we do not read, a pong may well be there.
      if (socket.isPaused || socket.readyState !== socket.OPEN) continue
      socket.readAtPing = socket.connection.bytesRead
      socket.ping()
    }
    // In a process that was busy for long, pongs wait to be read: what has come is read first.
    setTimeout(() => setImmediate(() => this.#cutSilent()), this.#timeout).unref()
  }

  /** Any byte is a sign of life: behind a large message a pong has to wait. */
  #cutSilent(): void {
    for (const socket of this.#sockets) {
      const { readAtPing } = socket
      socket.readAtPing = undefined
      if (readAtPing === socket.connection.bytesRead && !socket.isPaused) socket.terminate()
    }
    this.#pingAfter(this.#interval - this.#timeout)
  }
}
