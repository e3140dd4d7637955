import type { IncomingMessage, ServerResponse } from 'node:http'

import type { EventStream, Follower, ServerEvent } from '../types/events.ts'
import { commentText, eventText } from './event-text.ts'

/** The stream of events that an answer has become. */
export class OpenEventStream implements EventStream, Follower {
  readonly lastEventId: string | undefined
  readonly #res: Flushable
  readonly #maxBuffered: number
  #heartbeat: NodeJS.Timeout | undefined
  #isOpen = false
  #drained: { promise: Promise<boolean>; settle: (isOpen: boolean) => void } | undefined
  #whenOver: (() => void)[] = []
  #controller: AbortController | undefined

  constructor(req: IncomingMessage, res: ServerResponse, maxBuffered: number) {
    this.#res = res
    this.#maxBuffered = maxBuffered
    this.lastEventId = lastEventIdOf(req)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (!this.#isOpen) this.#controller.abort()
    }
    return this.#controller.signal
  }

  send(event: ServerEvent | string): Promise<boolean> {
    return this.write(eventText(event))
  }

  comment(text: string): Promise<boolean> {
    return this.write(`${commentText(text)}\n`)
  }

  end(): void {
    if (!this.#isOpen) return
    this.#close()
    this.#res.end()
  }

  /** Sends text that is an event already; the same text can go to many clients. */
  write(text: string | Buffer): Promise<boolean> {
    if (!this.#isOpen) return OVER
    const res = this.#res
    const isFlowing = res.write(text)
    // Whoever compresses, `no-transform` or not, holds back what is short.
    if (typeof res.flush === 'function') res.flush()
    this.#heartbeat?.refresh()
    if (isFlowing) return FLOWS
    if (res.writableLength > this.#maxBuffered) {
      this.#close()
      res.destroy()
      return OVER
    }
    return this.#untilDrained()
  }

  /** Begins: from now on events are sent, unless the client has gone already. */
  open(first: string, heartbeat: number): void {
    const res = this.#res
    if (res.destroyed || res.closed) return
    this.#isOpen = true
    const over = (): void => this.#close()
    res.on('close', over).on('finish', over)
    // The app is closing: the client shall come back to another process.
    res.on('closing', () => this.end())
    void this.write(first)
    if (heartbeat === 0 || !this.#isOpen) return
    this.#heartbeat = setInterval(() => {
      // Behind what waits already, a sign of life says nothing.
      if (this.#drained === undefined) void this.write(BEAT)
    }, heartbeat)
    this.#heartbeat.unref()
  }

  /** Calls `listener` once, when the stream is over. */
  onOver(listener: () => void): void {
    if (this.#isOpen) this.#whenOver.push(listener)
    else listener()
  }

  #untilDrained(): Promise<boolean> {
    if (this.#drained === undefined) {
      let settle!: (isOpen: boolean) => void
      const promise = new Promise<boolean>((resolve) => {
        settle = resolve
      })
      this.#drained = { promise, settle }
      this.#res.once('drain', () => this.#settleDrained())
    }
    return this.#drained.promise
  }

  #settleDrained(): void {
    const drained = this.#drained
    this.#drained = undefined
    drained?.settle(this.#isOpen)
  }

  #close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    clearInterval(this.#heartbeat)
    this.#settleDrained()
    this.#controller?.abort()
    const listeners = this.#whenOver
    this.#whenOver = []
    for (const listener of listeners) listener()
  }
}

/** Compressing middleware adds a way to send what it holds back. */
interface Flushable extends ServerResponse {
  flush?: unknown
}

const BEAT = ':\n\n'
const FLOWS = Promise.resolve(true)
const OVER = Promise.resolve(false)

/** The field is UTF-8 (HTML Standard), and node reads headers as latin1. */
function lastEventIdOf(req: IncomingMessage): string | undefined {
  const field = req.headers['last-event-id']
  if (typeof field !== 'string' || field === '') return undefined
  return Buffer.from(field, 'latin1').toString('utf8')
}
