// oxlint-disable no-underscore-dangle -- the names of node's own fields
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import { sendHead, takeBack, takeHead } from './given-head.ts'
import type { GivenHead } from './given-head.ts'

/** Runs before the head of an answer leaves; what it returns is waited for. */
export type HeadHook = () => unknown

type EndHook = () => void | PromiseLike<void>

type Call = (this: ServerResponse, ...args: unknown[]) => unknown

/** The calls on which the head of an answer leaves, as they are below the gate. */
export type AnswerCalls = Record<'writeHead' | 'write' | 'end' | 'flushHeaders', Call>

/** Decides what becomes of an answer whose hooks failed, or whose held calls did (then it is open). */
export type Failed = (gate: Gate, error: unknown) => void

/** Says that a call was held back, or swallowed. */
const HELD = Symbol('held back')

/**
 * Who answers in place of an answer that was dropped: error handlers and what they call. Whatever the
 * handler whose answer it was still writes comes from elsewhere, and is swallowed.
 */
const replacing = new AsyncLocalStorage<Gate>()

/** What stands between one response and its socket: holds what is asked of it while hooks run. */
export class Gate {
  state: 'waiting' | 'running' | 'open' | 'dropped' = 'waiting'
  readonly res: ServerResponse
  readonly hooks: HeadHook[] = []
  /** Runs before the last byte leaves, when the head had left with an earlier one; it never fails. */
  beforeEnd: EndHook | undefined
  /** `end` was called: the handler has said all it had to say. */
  holdsEnd = false
  /** What was asked of the response meanwhile, in order. */
  #held: (() => void)[] = []
  #owesDrain = false
  /** What `writeHead` has set, when it began the answer. */
  #given: GivenHead | undefined
  /** The calls as they are without the gate; looked up each time, as tracers replace methods. */
  readonly below: () => AnswerCalls
  readonly #failed: Failed

  constructor(res: ServerResponse, below: () => AnswerCalls, failed: Failed) {
    this.res = res
    this.below = below
    this.#failed = failed
  }

  /** Whether calls pass: the hooks have run, or who calls answers in place of what was dropped. */
  get isOpen(): boolean {
    return this.state === 'open' || this.#isReplacing
  }

  /** To the handler the answer is under way once it was begun, although its head waits. */
  get isHolding(): boolean {
    return this.state === 'running' || (this.state === 'dropped' && !this.#isReplacing)
  }

  get #isReplacing(): boolean {
    return this.state === 'dropped' && replacing.getStore() === this
  }

  /** A head is set on the response before the hooks run, and sent as they have left it. */
  writeHead(args: readonly unknown[]): unknown {
    const { res } = this
    if (this.state === 'dropped') return res
    if (this.state === 'running')
      throw new HeadersSentError('Cannot write headers after they are sent to the client')
    const head = args.length === 0 ? [res.statusCode] : args
    const given = (this.#given = takeHead(res, this.below().writeHead, head))
    const went = this.#pass(() => sendHead(res, this.below().writeHead, given))
    return went === HELD ? res : went
  }

  write(args: unknown[]): unknown {
    const went = this.#pass(() => this.below().write.apply(this.res, args))
    if (went !== HELD) return went
    this.#owesDrain = true
    return false
  }

  end(args: unknown[]): unknown {
    const { res } = this
    const end = () => this.below().end.apply(res, args)
    if (this.isOpen) return this.#endAfterHook(end)
    if (this.holdsEnd) return res
    this.holdsEnd = true
    // The hooks before the head see all there is of an answer that begins with its last byte.
    if (this.state === 'waiting') this.beforeEnd = undefined
    const went = this.#pass(() => this.#endAfterHook(end))
    return went === HELD ? res : went
  }

  flushHeaders(): void {
    this.#pass(() => this.below().flushHeaders.call(this.res))
  }

  /** Lets calls pass from now on; what was held is forgotten. */
  open(): void {
    this.state = 'open'
    this.#held = []
  }

  /** Takes the answer back, so that another can be given; nothing of it is held any more. */
  discard(): void {
    this.open()
    const { res } = this
    if (isSent(res)) return
    if (this.#given) takeBack(res, this.#given)
    // A response of another kind may not know which headers it has.
    for (const name of res.getHeaderNames?.() ?? []) {
      if (DESCRIBES_ANSWER.test(name)) res.removeHeader(name)
    }
    Object.assign(res, { statusCode: 200, statusMessage: undefined })
  }

  /** The same, where the handler still writes: that is swallowed, and only what `answer` does passes. */
  replace(answer: () => void): void {
    this.discard()
    this.state = 'dropped'
    replacing.run(this, answer)
  }

  /** Runs what answers now, also where the handler's own answer was dropped. */
  runReplacement(write: () => void): void {
    if (this.state === 'dropped') replacing.run(this, write)
    else write()
  }

  /**
   * Runs the hooks before the first call, and holds calls back until they have finished.
   *
   * @returns what the first call gave, where nothing was waited for.
   */
  #pass(call: () => unknown): unknown {
    if (this.state === 'dropped') return HELD
    if (this.state === 'running') {
      this.#held.push(call)
      return HELD
    }
    this.state = 'running'
    let pending: PromiseLike<void> | undefined
    try {
      pending = this.#runHooks()
    } catch (error) {
      this.#failed(this, error)
      return HELD
    }
    if (pending === undefined) return this.#release(call)
    // What the hooks themselves have asked for comes behind it.
    this.#held.unshift(call)
    this.#releaseAfter(pending)
    return HELD
  }

  /** The hook registered last runs first; a promise is made only once a hook returned one. */
  #runHooks(): PromiseLike<void> | undefined {
    for (let hook = this.hooks.pop(); hook !== undefined; hook = this.hooks.pop()) {
      // What it returns is its own affair, unless it is a promise.
      const pending = hook() as Partial<PromiseLike<unknown>> | null | undefined
      if (typeof pending?.then === 'function')
        return Promise.resolve(pending).then(() => this.#runHooks())
    }
    return undefined
  }

  #releaseAfter(pending: PromiseLike<void>): void {
    pending
      .then(() => this.#release())
      .then(undefined, (error: unknown) => this.#failed(this, error))
  }

  /** @param first - the call that began the answer, where it was not held; what it gave is returned. */
  #release(first?: () => unknown): unknown {
    const held = this.#held
    this.open()
    const given = first?.()
    for (const call of held) call()
    // Whoever was told to wait by `write` waits for an event that node does not owe it.
    const { res } = this
    if (this.#owesDrain && !res.writableNeedDrain && !res.writableEnded) res.emit('drain')
    return given
  }

  #endAfterHook(end: () => unknown): unknown {
    const pending = this.#takeBeforeEnd()?.()
    if (typeof pending?.then !== 'function') return end()
    this.state = 'running'
    this.holdsEnd = true
    this.#held.push(end)
    this.#releaseAfter(pending)
    return this.res
  }

  #takeBeforeEnd(): EndHook | undefined {
    const { beforeEnd } = this
    this.beforeEnd = undefined
    return beforeEnd
  }
}

/** What belongs to the answer; what guards the page or the origin (CSP, CORS, HSTS) stays. */
const DESCRIBES_ANSWER =
  /^(?:content-(?!security)|etag$|last-modified$|cache-control$|expires$|accept-ranges$|location$|refresh$|set-cookie$|trailer$|transfer-encoding$)/

/** Whether the head has really left. */
export function isSent(res: ServerResponse): boolean {
  return Boolean((res as { _header?: string | null })._header)
}

/** The answer has begun, so its head can no longer be changed; node's code and words for it. */
export class HeadersSentError extends Error {
  override readonly name = 'HeadersSentError'
  readonly code = 'ERR_HTTP_HEADERS_SENT'
  readonly status = 500
  readonly expose = false
}
