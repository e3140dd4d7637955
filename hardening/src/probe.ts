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

  /** Over the connection of before; one that the server has ended meanwhile is no missing answer. */
  async #once(): Promise<boolean> {
    if (this.#socket && (await this.#exchange(this.#socket))) return true
    if (this.#socket) return false
    const socket = connect(this.#target.port, this.#target.host).setNoDelay(true)
    return this.#exchange(socket.on('error', () => {}))
  }

  /** HEAD, whose answer ends with its head. @returns whether it came; the socket is kept while it is good. */
  #exchange(socket: Socket): Promise<boolean> {
    const { path = '/', authority = 'a.test' } = this.#target
    this.#socket = socket
    return new Promise((resolve) => {
      let received = ''
      const timer = setTimeout(() => done(false), this.#patience)
      const ended = (): void => {
        this.#socket = undefined
        done(false)
      }
      const read = (bytes: Buffer): void => {
        received += bytes.toString('latin1')
        if (received.includes('\r\n\r\n')) done(true)
      }
      const done = (answered: boolean): void => {
        clearTimeout(timer)
        socket.off('data', read).off('close', ended).off('error', ended)
        if (/^HTTP\/1\.0 |^connection: close\r$/im.test(received)) this.#socket = undefined
        if (this.#socket === undefined) socket.destroy()
        resolve(answered)
      }
      socket.on('data', read).once('close', ended).once('error', ended)
      socket.write(`HEAD ${path} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
    })
  }
}
