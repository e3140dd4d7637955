import type { ServerResponse } from 'node:http'
import { Gate, HeadersSentError, isSent } from './gate.ts'
import type { AnswerCalls, Failed, HeadHook } from './gate.ts'

const GATE = Symbol('gate before the head')
const GATES = Symbol('what the gates of these responses are made of')

interface Gated extends ServerResponse {
  [GATE]?: Gate
  /** On a prototype. */
  readonly [GATES]?: {
    readonly below: () => AnswerCalls
    readonly failed: Failed
    readonly add: AddHeaders
  }
}

type AddHeaders = (res: ServerResponse, headers: readonly string[]) => boolean

/**
 * The one gate before the head of an answer leaves: for all responses of a framework, by their prototype,
 * or for one response.
 *
 * Hooks run once, whichever of `writeHead`, `write`, `end` and `flushHeaders` begins the answer; what is
 * written while they run is held back, in order. A response without hooks costs a look at a field.
 *
 * @example app.use((req, res, next) => (answerGate.addHook(res, () => res.removeHeader('X-Debug')), next()))
 */
export const answerGate = {
  /**
   * Puts the gate on a prototype of responses, below what middleware patches onto a response itself:
   * compression and loggers see the calls as they were made, and hooks see what those have set.
   *
   * @param answer - answers with an error in place of an answer whose hooks failed.
   * @param add - adds headers of this package, names and values in turn, that a response does not have yet,
   *   in a cheaper way than by `setHeader`; `false` where there is none.
   */
  install(
    prototype: ServerResponse,
    answer: (res: ServerResponse, error: unknown) => void,
    add: AddHeaders = () => false,
  ): void {
    const below = () => Object.getPrototypeOf(prototype) as AnswerCalls
    const failed: Failed = (gate, error) => gate.replace(() => answer(gate.res, error))
    Object.assign(prototype, { [GATES]: { below, failed, add } }, callsThrough(gateOf, below))
    // To the handler the answer is under way once it was begun, although its head waits.
    defineGetter(prototype, 'headersSent', (res) => isSent(res) || res[GATE]?.isHolding === true)
    defineGetter(
      prototype,
      'writableEnded',
      (res) => res.finished || (res[GATE]?.holdsEnd === true && res[GATE].isHolding),
    )
  },

  /**
   * Runs `hook` before the head of a response leaves; the one added last runs first. On a response whose
   * framework has no gate (Express, Connect, `node:http`) it stands in front of the methods as they are now.
   *
   * @param failed - there, answers in place of the handler when the hook fails; what the handler still
   *   writes is swallowed. The one given first counts for a response; where a framework has installed the
   *   gate, that answers. Default: the status of the error, or 500, without a body.
   * @throws {HeadersSentError} `ERR_HTTP_HEADERS_SENT` when the answer has begun.
   * @example answerGate.addHook(res, async () => res.setHeader('ETag', await tag()), next)
   */
  addHook(res: ServerResponse, hook: HeadHook, failed?: (error: unknown) => void): void {
    if (res.headersSent) {
      throw new HeadersSentError('Cannot run a hook before the headers: they have been sent')
    }
    const gated = res as Gated
    const gates = gated[GATES]
    gated[GATE] ??= gates ? new Gate(res, gates.below, gates.failed) : ownGate(res, failed)
    gated[GATE].hooks.push(hook)
  },

  /** Whether no hook stands in the way of the head. */
  isOpen(res: ServerResponse): boolean {
    return gateOf(res)?.isOpen !== false
  },

  /**
   * Keeps a second answer from changing the first while that waits for its hooks.
   *
   * @throws {HeadersSentError} `ERR_HTTP_HEADERS_SENT`, as node does once the headers have left.
   */
  refuseSecond(res: ServerResponse): void {
    if (gateOf(res)?.state === 'running') {
      throw new HeadersSentError('Cannot set headers after they are sent to the client')
    }
  },

  /** Whether the head really left, or waits in the gate as part of an answer that will. */
  isAnswered(res: ServerResponse): boolean {
    return gateOf(res)?.state === 'dropped' ? isSent(res) : res.headersSent
  },

  /** Lets `write` answer, also where the answer of the handler was dropped, and what it writes swallowed. */
  replace(res: ServerResponse, write: () => void): void {
    const gate = gateOf(res)
    if (gate === undefined) write()
    else gate.runReplacement(write)
  },
}

/**
 * Adds headers that a response does not have yet.
 *
 * @param headers - names and values in turn; constants, as a framework may send them without a look.
 */
export function addHeaders(res: ServerResponse, headers: readonly string[]): void {
  if ((res as Gated)[GATES]?.add(res, headers)) return
  for (let at = 0; at < headers.length; at += 2)
    res.setHeader(headers[at] as string, headers[at + 1] as string)
}

function gateOf(res: ServerResponse): Gate | undefined {
  return (res as Gated)[GATE]
}

/** A gate that hooks share, and by which the answer counts as under way while they run. */
function ownGate(res: ServerResponse, answer?: (error: unknown) => void): Gate {
  const gate = gateOn(res, (_gate, error) =>
    gate.replace(answer ? () => answer(error) : () => endWithStatus(gate, error)),
  )
  const beneath = Object.getPrototypeOf(res) as ServerResponse
  const isBeneath = (name: string): boolean => Boolean(Reflect.get(beneath, name, res))
  defineGetter(res, 'headersSent', () => gate.isHolding || isBeneath('headersSent'))
  defineGetter(
    res,
    'writableEnded',
    () => (gate.holdsEnd && gate.isHolding) || isBeneath('writableEnded'),
  )
  return gate
}

/** Answers by the status of an error alone. */
export function endWithStatus(gate: Gate, error: unknown): void {
  const status = Number((error as { status?: unknown } | undefined)?.status)
  gate.res.statusCode = status >= 400 && status < 600 ? status : 500
  gate.below().end.call(gate.res)
}

/** Puts a gate in front of one response of any framework; its methods as they were stand below. */
export function gateOn(res: ServerResponse, failed: Failed): Gate {
  // Their overloads do not matter here: what they are given is handed on as it came.
  const calls = res as unknown as AnswerCalls
  const { writeHead, write, end, flushHeaders } = calls
  const below = { writeHead, write, end, flushHeaders }
  const gate = new Gate(res, () => below, failed)
  const gated = callsThrough(
    () => gate,
    () => below,
  )
  for (const name of ['writeHead', 'write', 'end', 'flushHeaders'] as const) {
    // A response of another kind may know fewer ways to answer.
    if (typeof below[name] === 'function') calls[name] = gated[name]
  }
  return gate
}

/** The four calls with the gate in front, if there is one. */
function callsThrough(
  find: (res: ServerResponse) => Gate | undefined,
  below: () => AnswerCalls,
): AnswerCalls {
  return {
    writeHead(...args) {
      const gate = find(this)
      if (gate === undefined || gate.isOpen) return below().writeHead.apply(this, args)
      return gate.writeHead(args)
    },
    write(...args) {
      const gate = find(this)
      if (gate === undefined || gate.isOpen) return below().write.apply(this, args)
      return gate.write(args)
    },
    end(...args) {
      const gate = find(this)
      return gate === undefined ? below().end.apply(this, args) : gate.end(args)
    },
    flushHeaders() {
      const gate = find(this)
      if (gate === undefined || gate.isOpen) below().flushHeaders.call(this)
      else gate.flushHeaders()
    },
  }
}

function defineGetter(target: ServerResponse, name: string, read: (res: Gated) => boolean): void {
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get(this: Gated) {
      return read(this)
    },
  })
}
