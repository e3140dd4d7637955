import type { ServerResponse } from 'node:http'
import { HeadersSentError } from './gate.ts'
import type { Gate } from './gate.ts'
import { endWithStatus, gateOn } from './answer-gate.ts'

type MaybePromise = void | Promise<void>

/** What is done around an answer. */
export interface AnswerSteps {
  /** Before the head leaves; it waits for it, and is frozen meanwhile. */
  commit(): MaybePromise
  /** Directly before the head leaves: the moment to set the last headers. */
  decorate(): void
  /** Before the last byte leaves, when the head had left with an earlier one. */
  commitLate(): MaybePromise
  /** Whether the prepared answer must not leave after this error. */
  refuses(error: unknown): boolean
  /** Hands the error on; the answer has left, or was dropped and may be made anew. */
  report(error: unknown): void
}

/** Does the steps on a response of any framework, by a gate of its own. */
export function holdAnswer(res: ServerResponse, steps: AnswerSteps): void {
  const gate = gateOn(res, (_gate, error) => answerInstead(gate, steps, error))
  gate.hooks.push(() => commitBeforeHead(gate, steps))
  gate.beforeEnd = () => commitBeforeEnd(steps)
  if (!isStream(res) && typeof res.writeHead === 'function') commitOnWriteHead(gate, steps)
}

function commitBeforeHead(gate: Gate, steps: AnswerSteps): MaybePromise {
  const failed = (error: unknown): void => {
    if (steps.refuses(error)) throw error
    reportLater(steps, error)
  }
  try {
    const pending = steps.commit()
    if (!(pending instanceof Promise)) return steps.decorate()
    const unfreeze = freezeHead(gate)
    return pending
      .finally(unfreeze)
      .then(() => steps.decorate())
      .catch(failed)
  } catch (error) {
    return failed(error)
  }
}

function commitBeforeEnd(steps: AnswerSteps): MaybePromise {
  try {
    return steps.commitLate()?.catch((error: unknown) => reportLater(steps, error))
  } catch (error) {
    return reportLater(steps, error)
  }
}

/** A stand-in for a response, as servers of WebSockets give it to middleware, takes headers only. */
function isStream(res: ServerResponse): boolean {
  return typeof res.on === 'function'
}

/** For who reads the headers when `writeHead()` returns, and waits for nothing. */
function commitOnWriteHead(gate: Gate, steps: AnswerSteps): void {
  const { res } = gate
  const { writeHead } = res as { writeHead: (...args: unknown[]) => unknown }
  const writeAtOnce = (...args: unknown[]): unknown => {
    if (args.length === 0 && gate.state === 'waiting') {
      gate.open()
      try {
        const pending = steps.commit()
        steps.decorate()
        if (pending instanceof Promise) pending.catch((error: unknown) => reportLater(steps, error))
      } catch (error) {
        reportLater(steps, error)
      }
    }
    return writeHead.apply(res, args)
  }
  Object.assign(res, { writeHead: writeAtOnce })
}

function answerInstead(gate: Gate, steps: AnswerSteps, error: unknown): void {
  const { res } = gate
  if (gate.isOpen) {
    // A call that was held: such as ERR_INVALID_ARG_TYPE, which the caller would have met itself.
    res.destroy?.(error as Error)
    steps.report(error)
  } else if (gate.holdsEnd) {
    gate.discard()
    reportLater(steps, error)
  } else {
    // The handler still writes, and its writes could not be told from those of every error handler.
    gate.replace(() => endWithStatus(gate, error))
  }
}

function reportLater(steps: AnswerSteps, error: unknown): void {
  setImmediate(() => steps.report(error))
}

/**
 * To the handler an answer that was begun is under way, so its head cannot change any more.
 *
 * @returns what lets the response speak for itself again, with what others had put on it before.
 */
function freezeHead(gate: Gate): () => void {
  const { res } = gate
  const { statusCode, statusMessage } = res
  const before = FROZEN.map((name) => [name, Object.getOwnPropertyDescriptor(res, name)] as const)
  const define = (name: string, how: PropertyDescriptor) =>
    Object.defineProperty(res, name, { configurable: true, ...how })
  for (const [name, verb] of Object.entries(WRITERS)) {
    const refuse = (): never => {
      throw new HeadersSentError(`Cannot ${verb} headers after they are sent to the client`)
    }
    define(name, { writable: true, value: refuse })
  }
  define('headersSent', { get: () => true })
  define('writableEnded', { get: () => gate.holdsEnd })
  return () => {
    for (const [name, own] of before) {
      if (own) Object.defineProperty(res, name, own)
      else Reflect.deleteProperty(res, name)
    }
    // What was assigned meanwhile came too late, as it would with the headers sent.
    Object.assign(res, { statusCode, statusMessage })
  }
}

/** The methods that are refused meanwhile, with the verb of node's message. */
const WRITERS = { setHeader: 'set', appendHeader: 'append', removeHeader: 'remove' }
const FROZEN = [...Object.keys(WRITERS), 'headersSent', 'writableEnded']
