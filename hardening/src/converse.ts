import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Attack, Conversation, Step } from './attack.ts'
import { readAnswers } from './read-answers.ts'

/** Where the attacked server listens, and how it is called. */
export interface Target {
  readonly host: string
  readonly port: number
  /** What stands for `a.test` in the attacks: the Host that the server believes to be. */
  readonly authority?: string
  /** What stands for the path `/`. */
  readonly path?: string
}

/** How long a connection that may stay open is listened to after its answer, in milliseconds. */
const SETTLE = 15
/** How long one that has to end may take for it. */
const CLOSING = 500

/**
 * Does what the attack says, on connections of its own.
 *
 * It ends when the server has closed, when everything expected has come, or after `within`.
 *
 * @throws whatever `connect` fails with, when the server takes no connection.
 */
export async function converse(
  target: Target,
  { steps, expect, clients = 1 }: Attack,
  within: number,
): Promise<Conversation[]> {
  return Promise.all(
    Array.from({ length: clients }, () => new Client(target, within).run(steps, expect)),
  )
}

class Client {
  readonly #target: Target
  readonly #began = performance.now()
  readonly #deadline: number
  #socket: Socket | undefined
  #earlier: Conversation['earlier'] = []
  #received = ''
  #all = ''
  #closed = false
  #head = false
  /** How many answers of this connection the steps have waited for. */
  #awaited = 0
  /** Called whenever something has come or the connection has ended. */
  #wake = (): void => {}

  constructor(target: Target, within: number) {
    this.#target = target
    this.#deadline = this.#began + within
  }

  async run(steps: readonly Step[], expect: Attack['expect']): Promise<Conversation> {
    try {
      await this.#open()
      for (const step of steps) await this.#do(step)
      await this.#finish(expect)
      return this.#soFar()
    } finally {
      this.#socket?.destroy()
    }
  }

  async #do(step: Step): Promise<void> {
    if (typeof step === 'string') return this.#send(step)
    if (typeof step === 'function') return this.#send(step(this.#soFar()))
    if ('pause' in step) return sleep(step.pause)
    if (step.waitFor === 'new connection') return this.#reconnect()
    this.#awaited += 1
    return this.#until(() => this.#complete() >= this.#awaited)
  }

  #reconnect(): Promise<void> {
    const { earlier, answers } = this.#soFar()
    this.#earlier = [...earlier, ...answers]
    this.#socket?.destroy()
    return this.#open()
  }

  async #open(): Promise<void> {
    const socket = connect(this.#target.port, this.#target.host)
    this.#received = ''
    this.#closed = false
    this.#awaited = 0
    this.#socket = socket
    await once(socket, 'connect')
    socket.setNoDelay(true).setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.#received += text
      this.#all += text
      this.#wake()
    })
    const ended = (): void => {
      if (socket !== this.#socket) return
      this.#closed = true
      this.#wake()
    }
    socket.on('end', ended).on('close', ended).on('error', ended)
  }

  #send(bytes: string): void {
    if (this.#closed) return
    const { authority, path = '/' } = this.#target
    let sent = authority === undefined ? bytes : bytes.replaceAll('a.test', authority)
    if (path !== '/') sent = sent.replaceAll(/^([A-Z]+ )\/(?= HTTP)/gm, `$1${path}`)
    this.#head = sent.startsWith('HEAD ')
    this.#socket?.write(sent, 'latin1')
  }

  /** Waits for the answer, and for the end of a connection that has to end or is announced to. */
  async #finish({ closed = false, status = [] }: Attack['expect']): Promise<void> {
    if (status.includes('open')) return
    await this.#until(() => this.#complete() > this.#awaited)
    if (this.#complete() === 0) return
    const ends = closed || /^connection: close\r$/im.test(this.#received)
    await this.#until(() => false, ends ? CLOSING : SETTLE)
  }

  /** Waits until `done`, until the connection is closed, or until the time is over, `most` milliseconds. */
  async #until(done: () => boolean, most = Infinity): Promise<void> {
    const left = Math.min(this.#deadline - performance.now(), most)
    if (this.#closed || done() || left <= 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left)
      this.#wake = () => {
        if (!this.#closed && !done()) return
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = () => {}
  }

  #complete(): number {
    return readAnswers(this.#received, this.#head, this.#closed).filter(({ complete }) => complete)
      .length
  }

  #soFar(): Conversation {
    return {
      earlier: this.#earlier,
      answers: readAnswers(this.#received, this.#head, this.#closed),
      received: this.#all,
      closed: this.#closed,
      ms: performance.now() - this.#began,
    }
  }
}
