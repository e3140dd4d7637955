import type { ServerResponse } from 'node:http'
import { clearAnswer } from './clear-answer.ts'
import { HeadersSentError, freezeHeaders } from './freeze-headers.ts'
import { takeHeaders } from './given-headers.ts'
import type { MaybePromise } from './maybe-promise.ts'

/** What is done around an answer. */
export interface AnswerSteps {
  /** Before the headers leave; they wait for it, and are frozen meanwhile. */
  commit(): MaybePromise<void>
  /** Directly before the headers leave: the moment to set the last of them. */
  decorate(): void
  /** Before the last byte leaves, when the headers had left with an earlier one. */
  commitLate(): MaybePromise<void>
  /** Whether the prepared answer must not leave after this error. */
  refuses(error: unknown): boolean
  /** Hands the error on; the answer has left, or was dropped and may be made anew. */
  report(error: unknown): void
}

/**
 * Does the steps on responses of any framework, by standing in front of the four methods with which
 * an answer leaves. Whatever was called while a step is pending is done afterwards, in order.
 */
export function holdAnswer(res: ServerResponse, steps: AnswerSteps): void {
  const held = res as HeldResponse
  held[GATE] = new Gate(held, steps)
  for (const [name, method] of Object.entries(METHODS)) {
    // A response of another kind may know fewer ways to answer.
    if (typeof (held as unknown as Record<string, unknown>)[name] === 'function') {
      Object.assign(held, { [name]: method })
    }
  }
}

const GATE = Symbol('gate in front of the answer')

interface HeldResponse extends ServerResponse {
  [GATE]: Gate
}

type Method = (...args: unknown[]) => unknown
type State = 'closed' | 'pending' | 'open' | 'swallowing'

class Gate {
  state: State = 'closed'
  readonly res: HeldResponse
  readonly steps: AnswerSteps
  /** The methods as they were: other middleware may have patched them before us. */
  readonly writeHead: Method
  readonly write: Method
  readonly end: Method
  readonly flushHeaders: Method
  waiting: (() => void)[] = []
  /** `end` was called: the handler has said all it had to say. */
  isEnded = false
  isLateDone = false
  owesDrain = false
  #unfreeze = nothing

  constructor(res: HeldResponse, steps: AnswerSteps) {
    this.res = res
    this.steps = steps
    const methods = res as unknown as Record<string, Method>
    this.writeHead = methods['writeHead'] as Method
    this.write = methods['write'] as Method
    this.end = methods['end'] as Method
    this.flushHeaders = methods['flushHeaders'] as Method
  }

  /** Lets the first call commit; afterwards says whether the caller may go on at once. */
  passes(): boolean {
    if (this.state === 'open') return true
    if (this.state !== 'closed') return false
    this.state = 'pending'
    let pending: MaybePromise<void>
    try {
      pending = this.steps.commit()
    } catch (error) {
      return this.failed(error)
    }
    if (!(pending instanceof Promise)) return this.committed()
    // What is assigned from now on comes too late, as it would with the headers sent.
    const { statusCode, statusMessage } = this.res
    this.#unfreeze = freezeHeaders(this.res, () => this.isEnded)
    const goOn = (decide: () => boolean) =>
      this.#settled(() => {
        Object.assign(this.res, { statusCode, statusMessage })
        return decide()
      })
    pending.then(
      () => goOn(() => this.committed()),
      (error: unknown) => goOn(() => this.failed(error)),
    )
    return false
  }

  /** For who reads the headers when `writeHead` returns, and waits for nothing. */
  passesAtOnce(): void {
    if (this.state !== 'closed') return
    this.state = 'open'
    const report = (error: unknown): void => {
      setImmediate(() => this.steps.report(error))
    }
    try {
      const pending = this.steps.commit()
      this.steps.decorate()
      if (pending instanceof Promise) pending.catch(report)
    } catch (error) {
      report(error)
    }
  }

  committed(): boolean {
    try {
      this.steps.decorate()
    } catch (error) {
      return this.failed(error)
    }
    this.state = 'open'
    return true
  }

  /** @returns whether the prepared answer goes out all the same. */
  failed(error: unknown): boolean {
    const { res, steps } = this
    if (!steps.refuses(error)) {
      this.state = 'open'
      setImmediate(() => steps.report(error))
      return true
    }
    this.waiting = []
    clearAnswer(res)
    if (this.isEnded) {
      this.state = 'open'
      setImmediate(() => steps.report(error))
      return false
    }
    // The handler still writes, and its writes could not be told from those of an error handler.
    this.state = 'open'
    res.statusCode = statusOf(error)
    this.end.call(res)
    this.state = 'swallowing'
    return false
  }

  /** Before the last byte: true when there is nothing to wait for. */
  isReadyToEnd(): boolean {
    if (this.isLateDone) return true
    this.isLateDone = true
    let pending: MaybePromise<void>
    try {
      pending = this.steps.commitLate()
    } catch (error) {
      setImmediate(() => this.steps.report(error))
      return true
    }
    if (!(pending instanceof Promise)) return true
    this.state = 'pending'
    pending.then(
      () => this.#settled(() => this.#reopen()),
      (error: unknown) => {
        setImmediate(() => this.steps.report(error))
        this.#settled(() => this.#reopen())
      },
    )
    return false
  }

  #reopen(): boolean {
    this.state = 'open'
    return true
  }

  #settled(goOn: () => boolean): void {
    this.#unfreeze()
    this.#unfreeze = nothing
    if (!goOn()) return
    const { waiting, res } = this
    this.waiting = []
    try {
      for (const call of waiting) call()
    } catch (error) {
      // Such as ERR_INVALID_ARG_TYPE, which the caller would have met itself.
      res.destroy?.(error as Error)
      this.steps.report(error)
    }
    if (this.owesDrain && !res.writableNeedDrain && !res.writableEnded) res.emit('drain')
  }
}

function heldWriteHead(this: HeldResponse, ...given: unknown[]): unknown {
  const gate = this[GATE]
  if (given.length === 0 && !isStream(this)) {
    gate.passesAtOnce()
    return gate.writeHead.call(this)
  }
  const [status = this.statusCode, ...rest] = given
  if (gate.state !== 'closed') {
    if (gate.state === 'open') return gate.writeHead.call(this, status, ...rest)
    if (gate.state === 'pending') throw new HeadersSentError('write')
    return this
  }
  // Set them now, as the commit looks at headers and adds to `Set-Cookie`.
  const args = [status, ...takeHeaders(this, rest)]
  if (!isStatus(status)) return gate.writeHead.call(this, ...args)
  const call = () => gate.writeHead.call(this, ...args)
  if (gate.passes()) return call()
  gate.waiting.push(call)
  return this
}

function heldWrite(this: HeldResponse, ...args: unknown[]): unknown {
  const gate = this[GATE]
  if (gate.passes()) return gate.write.apply(this, args)
  if (gate.state === 'swallowing') return true
  gate.waiting.push(() => gate.write.apply(this, args))
  gate.owesDrain = true
  return false
}

function heldEnd(this: HeldResponse, ...args: unknown[]): unknown {
  const gate = this[GATE]
  if (gate.state === 'open') {
    if (gate.isReadyToEnd()) return gate.end.apply(this, args)
    gate.isEnded = true
    gate.waiting.push(() => gate.end.apply(this, args))
    return this
  }
  const isFirst = !gate.isEnded
  gate.isEnded = true
  const wasClosed = gate.state === 'closed'
  if (gate.passes()) {
    gate.isLateDone = true
    return gate.end.apply(this, args)
  }
  if (gate.state === 'pending' && isFirst) {
    gate.isLateDone = wasClosed
    gate.waiting.push(() => heldEnd.apply(this, args))
  }
  return this
}

function heldFlushHeaders(this: HeldResponse): void {
  const gate = this[GATE]
  if (gate.passes()) gate.flushHeaders.call(this)
  else if (gate.state === 'pending') gate.waiting.push(() => gate.flushHeaders.call(this))
}

const METHODS = {
  writeHead: heldWriteHead,
  write: heldWrite,
  end: heldEnd,
  flushHeaders: heldFlushHeaders,
}

/** A stand-in for a response, as servers of WebSockets give it to middleware, takes headers only. */
function isStream(res: ServerResponse): boolean {
  return typeof res.on === 'function'
}

function nothing(): void {}

function isStatus(status: unknown): boolean {
  return Number.isInteger(Number(status)) && Number(status) >= 100 && Number(status) <= 999
}

function statusOf(error: unknown): number {
  const status = Number((error as { status?: unknown } | undefined)?.status)
  return status >= 400 && status < 600 ? status : 500
}
