// oxlint-disable no-underscore-dangle -- the names of node's own fields
import { ArgumentError } from '../errors/argument-error.ts'
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'

import { below } from './below.ts'
import { type GivenHead, sendHead, takeBack, takeHead } from './given-head.ts'
import { isUntouched, settleHeaders, writeUntouchedHead } from './implied-headers.ts'

type Hook = () => void | PromiseLike<void>

/** What stands between a response and its socket while hooks run. */
interface Gate {
  state: 'waiting' | 'running' | 'open' | 'dropped'
  readonly hooks: Hook[]
  /** What was asked of the response meanwhile, in order. */
  held: (() => void)[]
  holdsEnd: boolean
  owesDrain: boolean
  /** What `writeHead` has set, when it began the answer. */
  given?: GivenHead
}

const gateOf = Symbol('hooks before the headers')

interface Gated extends ServerResponse {
  _header: string | null
  [gateOf]?: Gate
}

/** Answers with an error in place of the answer that was dropped. */
type Fallback = (res: ServerResponse, error: unknown) => void

/**
 * Gives `response` the method `beforeHeaders`, and a gate in front of the four roads on which the
 * headers leave. A response without hooks pays for one look at a field.
 *
 * The gate is on the prototype, below what middleware patches onto a response itself: compression
 * and loggers see the calls as they were made, and hooks see what those have set.
 */
export function installGate(response: ServerResponse, fallback: Fallback): void {
  const methods: ThisType<Gated> & Record<string, unknown> = {
    beforeHeaders(hook: Hook) {
      addHook(this, hook)
    },
    writeHead(status: number, reason?: never, headers?: never) {
      if (isClear(this) && isUntouched(this) && reason === undefined && headers === undefined) {
        return writeUntouchedHead(this, status)
      }
      settleHeaders(this)
      if (isClear(this)) return native().writeHead.call(this, status, reason, headers)
      return passHead(this, () => takeHead(this, status, reason, headers), fallback)
    },
    write(chunk: unknown, encoding?: never, callback?: never) {
      if (isClear(this)) return native().write.call(this, chunk, encoding as never, callback)
      const went = pass(
        this,
        () => native().write.call(this, chunk, encoding as never, callback),
        HELD,
        fallback,
      )
      return went === HELD ? refuse(this) : went
    },
    end(chunk?: unknown, encoding?: never, callback?: never) {
      if (isClear(this)) return native().end.call(this, chunk, encoding as never, callback)
      const went = pass(
        this,
        () => native().end.call(this, chunk, encoding as never, callback),
        HELD,
        fallback,
      )
      if (went === HELD && this[gateOf]) this[gateOf].holdsEnd = true
      return this
    },
    flushHeaders() {
      if (isClear(this)) native().flushHeaders.call(this)
      else pass(this, () => native().flushHeaders.call(this), undefined, fallback)
    },
  }
  Object.assign(response, methods)
  // To the handler the answer is under way once it was begun, although its headers wait.
  defineGetter(response, 'headersSent', (res) => Boolean(res._header) || isHolding(res))
  defineGetter(
    response,
    'writableEnded',
    (res) => res.finished || (res[gateOf]?.holdsEnd === true && isHolding(res)),
  )
}

type Method = (this: ServerResponse, ...args: unknown[]) => unknown
type Native = Record<'writeHead' | 'write' | 'end' | 'flushHeaders', Method>

const HELD = Symbol('held back')

function addHook(res: Gated, hook: Hook): void {
  if (typeof hook !== 'function') {
    throw new ArgumentError(
      `Cannot run a hook before the headers: ${typeof hook} is not a function`,
    )
  }
  if (res.headersSent) {
    throw new AnswerBegunError('Cannot run a hook before the headers: they have been sent')
  }
  res[gateOf] ??= { state: 'waiting', hooks: [], held: [], holdsEnd: false, owesDrain: false }
  res[gateOf].hooks.push(hook)
}

function isClear(res: Gated): boolean {
  const gate = res[gateOf]
  return gate === undefined || gate.state === 'open' || isReplacing(gate)
}

function isHolding(res: Gated): boolean {
  const gate = res[gateOf]
  return gate?.state === 'running' || (gate?.state === 'dropped' && !isReplacing(gate))
}

/**
 * Who answers in place of an answer that was dropped: error handlers and what they call. Whatever the
 * handler whose answer it was still writes comes from elsewhere, and is swallowed.
 */
const replacing = new AsyncLocalStorage<Gate>()

function isReplacing(gate: Gate): boolean {
  return gate.state === 'dropped' && replacing.getStore() === gate
}

/**
 * Keeps a second answer from changing the first while that waits for its hooks.
 *
 * @throws {Error} `ERR_HTTP_HEADERS_SENT`, as node does once the headers have left.
 */
export function refuseSecondAnswer(res: ServerResponse): void {
  if ((res as Gated)[gateOf]?.state === 'running') {
    throw new AnswerBegunError('Cannot set headers after they are sent to the client')
  }
}

/** The answer has begun, so its head can no longer be changed; node's code for it. */
class AnswerBegunError extends Error {
  override readonly name = 'AnswerBegunError'
  readonly code = 'ERR_HTTP_HEADERS_SENT'
  readonly status = 500
  readonly expose = false
}

/** A head is set on the response before the hooks run, and sent as they have left it. */
function passHead(res: Gated, take: () => GivenHead, fallback: Fallback): ServerResponse {
  const gate = res[gateOf] as Gate
  if (gate.state === 'dropped') return res
  if (res.headersSent)
    throw new AnswerBegunError('Cannot write headers after they are sent to the client')
  const given = (gate.given = take())
  return pass<ServerResponse>(res, () => sendHead(res, given), res, fallback)
}

/** Runs the hooks before the first call, and holds calls back until they have finished. */
function pass<T>(res: Gated, call: () => T, placeholder: T, fallback: Fallback): T {
  const gate = res[gateOf] as Gate
  if (gate.state === 'dropped') return placeholder
  let result = placeholder
  gate.held.push(() => {
    result = call()
  })
  if (gate.state === 'waiting') {
    gate.state = 'running'
    const fail = (error: unknown) => drop(res, gate, error, fallback)
    let pending: PromiseLike<void> | undefined
    try {
      pending = runHooks(gate)
    } catch (error) {
      fail(error)
      return placeholder
    }
    if (pending === undefined) release(res, gate)
    else pending.then(() => release(res, gate)).then(undefined, fail)
  }
  return result
}

/** The hook registered last runs first; a promise is made only once a hook returned one. */
function runHooks(gate: Gate): PromiseLike<void> | undefined {
  for (let hook = gate.hooks.pop(); hook !== undefined; hook = gate.hooks.pop()) {
    const pending = hook()
    if (typeof pending?.then === 'function')
      return Promise.resolve(pending).then(() => runHooks(gate))
  }
  return undefined
}

function release(res: Gated, gate: Gate): void {
  gate.state = 'open'
  const { held } = gate
  gate.held = []
  if (res.destroyed) return
  for (const call of held) call()
  // Whoever was told to wait by `write` waits for an event that node does not owe it.
  if (gate.owesDrain && !res.writableNeedDrain && !res.writableEnded) res.emit('drain')
}

function refuse(res: Gated): false {
  if (res[gateOf]) res[gateOf].owesDrain = true
  return false
}

function drop(res: Gated, gate: Gate, error: unknown, fallback: Fallback): void {
  gate.state = 'dropped'
  gate.held = []
  if (!res._header) {
    if (gate.given) takeBack(res, gate.given)
    for (const name of res.getHeaderNames()) {
      if (DESCRIBES_ANSWER.test(name)) res.removeHeader(name)
    }
    res.statusCode = 200
    res.statusMessage = undefined as unknown as string
  }
  replacing.run(gate, fallback, res, error)
}

/** What belongs to the answer; what guards the page or the origin (CSP, CORS, HSTS) stays. */
const DESCRIBES_ANSWER =
  /^(?:content-(?!security)|etag$|last-modified$|cache-control$|expires$|accept-ranges$|location$|refresh$|set-cookie$|trailer$)/

/**
 * Lets `write` answer a response whose own answer was dropped; whatever the handler still writes
 * before or after is swallowed.
 */
export function answerPastGate(res: ServerResponse, write: () => void): void {
  const gate = (res as Gated)[gateOf]
  if (gate?.state === 'dropped') replacing.run(gate, write)
  else write()
}

/** Whether the headers really left, or wait in the gate as part of an answer that will. */
export function isAnswered(res: ServerResponse): boolean {
  const gate = (res as Gated)[gateOf]
  return gate?.state === 'dropped' ? isSent(res) : res.headersSent
}

function isSent(res: ServerResponse): boolean {
  return Boolean((res as Gated)._header)
}

function defineGetter(response: ServerResponse, name: string, read: (res: Gated) => boolean): void {
  Object.defineProperty(response, name, {
    configurable: true,
    enumerable: true,
    get(this: Gated) {
      return read(this)
    },
  })
}

function native(): Native {
  return below() as Native
}
