// oxlint-disable no-underscore-dangle -- the names of node's own fields
import { EventEmitter } from 'node:events'
import { IncomingMessage, ServerResponse, type Server } from 'node:http'
import type { Http2Server } from 'node:http2'

/*
 * All of node that is not documented and that core reads or changes, in one place: why, and what happens
 * on a Node that has it no more. `test/node-internals.test.ts` asks the running Node for each, and
 * decisions/011 says what stands against the risk. The session package reads `_header` for its gate.
 */

interface Undocumented extends ServerResponse {
  readonly _header?: string | null
  readonly _headerSent?: boolean
  _sent100?: boolean
}

/**
 * The head of an answer as it leaves: null before, undefined for a stand-in that is no response of node's.
 * `headersSent` says whether there is one, and is true earlier while hooks run.
 */
export function headOf(res: ServerResponse): string | null | undefined {
  return (res as Undocumented)._header
}

/** Whether `100 Continue` has yet to be sent. False where a response does not say. */
export function hasYetToContinue(res: ServerResponse): boolean {
  return (res as Undocumented)._sent100 === false
}

/** Says that it has yet to be sent, or has been, for responses of HTTP/2, where node keeps no account. */
export function oweContinue(res: ServerResponse, isOwed = true): void {
  ;(res as Undocumented)._sent100 = !isOwed
}

/** The response that a connection is waiting for. Without it, a closing app waits the whole grace for all. */
export function answerOf(socket: object): ServerResponse | null | undefined {
  return (socket as { readonly _httpMessage?: ServerResponse | null })._httpMessage
}

/**
 * The responses that are under way on a session of HTTP/2. Asked only when an app closes: to keep account
 * of them took 4 µs for each request, a sixth of what node takes. Without it, a closing app cannot tell
 * them, and gives up a silent session although a handler may be at work.
 */
export function answersOf(session: object): ServerResponse[] {
  return streamsOf(session)
    .map(answerOn)
    .filter((answer) => answer !== undefined)
}

/** The response of a stream of HTTP/2. */
export function answerOn(stream: object): ServerResponse | undefined {
  return symbolValues(stream).find((one) => one instanceof ServerResponse)
}

/**
 * Ends a response of HTTP/2 whose stream goes on without it: to whoever holds it, and listens for its end, it is
 * over. Node does so when the stream closes, by a listener that it can be had from.
 */
export function endAnswerOf(res: ServerResponse, stream: EventEmitter): void {
  for (const name of ['writableEnded', 'writableFinished', 'finished'])
    Object.defineProperty(res, name, { value: true, configurable: true })
  const end = stream.listeners('close').find(({ name }) => name === 'onStreamCloseResponse')
  if (end === undefined) return
  stream.off('close', end as () => void)
  process.nextTick(() => void end.call(stream))
}

/** How many streams of a session of HTTP/2 are open. */
export function openStreamsOf(session: object): number {
  return streamsOf(session).length
}

function streamsOf(session: object): object[] {
  return symbolValues(session).flatMap((state) => {
    const { streams } = Object(state) as { readonly streams?: Map<number, object> }
    return typeof streams?.values === 'function' ? [...streams.values()] : []
  })
}

function symbolValues(holder: object): unknown[] {
  return Object.getOwnPropertySymbols(holder).map((key) => Reflect.get(holder, key) as unknown)
}

/** Whether the head of an answer has been handed to its connection, and not only been made. */
export function hasLeft(res: ServerResponse | null | undefined): boolean {
  const asked: Undocumented | null | undefined = res
  return asked?._headerSent === true
}

/** The two constructors that a server builds each request and response with. */
export interface MessageClasses {
  IncomingMessage: typeof IncomingMessage
  ServerResponse: typeof ServerResponse
}

/**
 * Exchanges the classes of a server. Servers of http and https keep theirs in two slots under symbols, read
 * for each request; the slots are found by what is in them, not by name. Where there are none, each request
 * changes its prototype instead, which is slower.
 *
 * @returns whether the server built those that were to be replaced.
 */
export function replaceClasses(
  server: Server,
  before: MessageClasses,
  after: MessageClasses,
): boolean {
  const slots = server as Server & Record<symbol, unknown>
  const keys = Object.getOwnPropertySymbols(server)
  const requestSlot = keys.find((key) => slots[key] === before.IncomingMessage)
  const responseSlot = keys.find((key) => slots[key] === before.ServerResponse)
  if (requestSlot === undefined || responseSlot === undefined) return false
  slots[requestSlot] = after.IncomingMessage
  slots[responseSlot] = after.ServerResponse
  return true
}

/** Hands a piece of an answer to the connection; the first one goes with the head. */
export type SendPiece<This> = (
  this: This,
  data: unknown,
  encoding?: unknown,
  callback?: unknown,
  byteLength?: unknown,
) => boolean

interface Sending {
  _send: SendPiece<unknown>
}

/** How the responses of a prototype send a piece. */
export function sendPieceOf(prototype: unknown): SendPiece<unknown> {
  return (prototype as Sending)._send
}

/** Has the responses of a prototype send their pieces in another way. */
export function defineSendPiece<This>(prototype: ServerResponse, value: SendPiece<This>): void {
  Object.defineProperty(prototype, '_send', { configurable: true, writable: true, value })
}

/** Makes the head of an answer of the status line, fields and what node adds, and keeps it until it leaves. */
export type StoreHead<This> = (this: This, firstLine: string, headers: unknown) => void

interface Storing {
  _storeHeader: StoreHead<unknown>
}

/** How the responses of a prototype make their head. */
export function storeHeadOf(prototype: unknown): StoreHead<unknown> {
  return (prototype as Storing)._storeHeader
}

/** Has the responses of a prototype make their head in another way. */
export function defineStoreHead<This>(prototype: ServerResponse, value: StoreHead<This>): void {
  Object.defineProperty(prototype, '_storeHeader', { configurable: true, writable: true, value })
}

/**
 * Whether a head begins with the status line as it was handed over, so that fields may stand behind it: found out
 * by asking. Where it does not, or nobody makes a head by that name, node is handed all fields.
 */
export function firstLineLeads(): boolean {
  const probe = new ServerResponse(new IncomingMessage(undefined as never))
  const first = 'HTTP/1.1 200 OK\r\nX-Probe: asked\r\n'
  storeHeadOf(probe)?.call(probe, first, ['Content-Length', '4'])
  return new RegExp(`^${first}Content-Length: 4\r\n(?:.+\r\n)*\r\n$`).test(headOf(probe) ?? '')
}

/**
 * Tells a response, and those who listen for it, that it is closed, as node does when the connection is or the
 * answer is out and the connection goes on.
 */
export function closeAnswer(res: ServerResponse): void {
  // A connection as far as a response asks: nothing waits there, so the answer counts as finished.
  const ended = Object.assign(new EventEmitter(), { writableLength: 0 })
  res.assignSocket(ended as never)
  ended.emit('close')
  res.detachSocket(ended as never)
}

/** In how many pieces `end(text)` hands an answer over: found out by asking, never by the version. */
export function countPieces(): number {
  let pieces = 0
  const probe = new ServerResponse(new IncomingMessage(undefined as never))
  defineSendPiece(probe, () => {
    pieces++
    return true
  })
  probe.end('text')
  return pieces
}

/**
 * Puts on `target` all that node's class for HTTP/2 has, and covers what its class for HTTP/1 has besides:
 * that works on fields which messages of HTTP/2 lack. A Node with other members has them copied or covered
 * like these; what `base`, which `target` will inherit from, has put in the place of node's stays.
 */
export function coverHttp1(target: object, http1: object, http2: object, base: object): void {
  for (const from of chainOf(http1)) {
    for (const name of Reflect.ownKeys(from)) {
      if (name === 'constructor' || IS_GENERAL.has(name) || Object.hasOwn(target, name)) continue
      if (!isSame(descriptorOf(base, name), descriptorOf(http1, name))) continue
      const descriptor = descriptorOf(http2, name) ?? ABSENT
      Object.defineProperty(target, name, { ...descriptor, configurable: true })
    }
  }
  for (const name of Reflect.ownKeys(http2)) {
    if (name === 'constructor') continue
    Object.defineProperty(target, name, Object.getOwnPropertyDescriptor(http2, name)!)
  }
}

/**
 * Lets `OutgoingMessage.prototype.setHeader.call(res, …)` set a header of `target`, a prototype of responses
 * that are none of HTTP/1: so does the package `cookies`, and all that is built on it. Node then writes
 * name and value into a table of its own; where its table is none of this kind, nothing changes.
 */
export function takeFromTable(target: ServerResponse): void {
  const probe = new ServerResponse(new IncomingMessage(undefined as never))
  const before = Object.getOwnPropertySymbols(probe).filter(
    (key) => Reflect.get(probe, key) === null,
  )
  probe.setHeader('X-Probe', 'set')
  const table = before.find((key) => Reflect.get(probe, key) !== null)
  if (table === undefined) return
  Object.defineProperty(target, table, {
    configurable: true,
    get(this: ServerResponse) {
      const set = (_table: object, _key: PropertyKey, [name, value]: [string, string]): boolean => {
        this.setHeader(name, value)
        return true
      }
      return new Proxy({}, { set })
    },
  })
}

/**
 * The listener by which a server of HTTP/2 makes a request and a response of each stream.
 *
 * @returns undefined where it is not the only one, or no longer called what it is.
 */
export function requestBuilderOf(server: Http2Server): ((...given: unknown[]) => void) | undefined {
  const [builder, ...others] = server.listeners('stream')
  const isKnown = builder?.name === 'bound onServerStream' && others.length === 0
  return isKnown ? (builder as (...given: unknown[]) => void) : undefined
}

/**
 * Has responses of HTTP/2 hand their head to the stream in another way. Where node's own class has no such
 * method, it keeps its way, which is to wait for trailers in any case.
 */
export function defineBeginSend(
  target: ServerResponse,
  http2: object,
  value: (this: ServerResponse) => void,
): void {
  const key = Object.getOwnPropertySymbols(http2).find(
    ({ description }) => description === 'begin-send',
  )
  if (key) Object.defineProperty(target, key, { configurable: true, writable: true, value })
}

function isSame(
  one: PropertyDescriptor | undefined,
  other: PropertyDescriptor | undefined,
): boolean {
  return one?.get === other?.get && Object.is(one?.value, other?.value)
}

const ABSENT: PropertyDescriptor = { value: undefined, writable: true, enumerable: false }

/** Written by node so that they work on any message that has headers. */
const IS_GENERAL = new Set<PropertyKey>([
  'headersDistinct',
  'trailersDistinct',
  '_addHeaderLineDistinct',
  '_isLenientHeaderValidation', // Node 26
  'setHeaders',
])

/** The prototypes that HTTP/1 has to itself: down to what is a stream. */
function* chainOf(prototype: object): Generator<object> {
  for (let one = prototype; !IS_STREAM.has(one.constructor.name); one = Object.getPrototypeOf(one))
    yield one
}

const IS_STREAM = new Set(['Readable', 'Stream'])

function descriptorOf(prototype: object, name: PropertyKey): PropertyDescriptor | undefined {
  for (let one: object | null = prototype; one !== null; one = Object.getPrototypeOf(one)) {
    const descriptor = Object.getOwnPropertyDescriptor(one, name)
    if (descriptor !== undefined) return descriptor
  }
  return undefined
}

/**
 * Narrows which requests a server hands to its listeners for `upgrade`: Node from 24.9 on asks a function that
 * `createServer` takes as an option and keeps under its name. On others nothing happens, and each comes.
 */
export function limitUpgrades(server: Server, wants: (req: IncomingMessage) => boolean): void {
  const asking = server as Server & { shouldUpgradeCallback?: (req: IncomingMessage) => unknown }
  const before = asking.shouldUpgradeCallback
  if (typeof before !== 'function') return
  asking.shouldUpgradeCallback = (req) => Boolean(before.call(server, req)) && wants(req)
}
