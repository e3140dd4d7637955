import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Target } from './converse.ts'

/** Milliseconds between an honest answer and the next honest request. */
const PAUSE = 2

/**
 * An honest client on a connection of its own: it asks again and again while an attack runs, and
 * remembers the longest it had to wait.
 */
export class Probe {
  readonly #target: Target
  readonly #patience: number
  #socket: Socket | undefined
  #running = true
  #worst = 0
  #loop: Promise<void> | undefined

  /** @param patience - milliseconds after which an answer counts as not given. */
  constructor(target: Target, patience: number) {
    this.#target = target
    this.#patience = patience
  }

  start(): void {
    this.#loop = this.#ask()
  }

  /** Asks a last time, so that an attack that ended the server is noticed. @returns the longest wait, in milliseconds. */
  async stop(): Promise<number> {
    this.#running = false
    await this.#loop
    this.#socket?.destroy()
    return this.#worst
  }

  async #ask(): Promise<void> {
    let last: boolean
    do {
      last = !this.#running
      const began = performance.now()
      const answered = await this.#once()
      this.#worst = Math.max(this.#worst, answered ? performance.now() - began : Infinity)
      if (!answered) return
      if (this.#running) await sleep(PAUSE)
    } while (!last)
  }

  /** HEAD, whose answer ends with its head. @returns whether an answer came. */
  #once(): Promise<boolean> {
    const { port, host, path = '/', authority = 'a.test' } = this.#target
    return new Promise((resolve) => {
      const socket = this.#socket ?? connect(port, host).setNoDelay(true)
      this.#socket = socket
      let received = ''
      const timer = setTimeout(() => done(false), this.#patience)
      const ended = (): void => done(false)
      const read = (bytes: Buffer): void => {
        received += bytes.toString('latin1')
        if (received.includes('\r\n\r\n')) done(true)
      }
      const done = (answered: boolean): void => {
        clearTimeout(timer)
        socket.off('data', read).off('close', ended).off('error', ended)
        // A server may close a connection after an answer; the next request then has a new one.
        if (!answered || /^connection: close\r$/im.test(received)) {
          socket.on('error', () => {}).destroy()
          this.#socket = undefined
        }
        resolve(answered)
      }
      socket.on('data', read).once('close', ended).once('error', ended)
      socket.write(`HEAD ${path} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
    })
  }
}
