import { ServerResponse } from 'node:http'

import { answerGate } from '@tokkyu/session/http'

import {
  countPieces,
  defineSendPiece,
  defineStoreHead,
  firstLineLeads,
  headOf,
  sendPieceOf,
  storeHeadOf,
} from '../node-internals.ts'

/*
 * A short answer leaves in one piece: its headers as one flat list, and its text in the same write.
 *
 * Headers stand in node's table only once somebody looks: filling it costs about as much as all the
 * rest of a short answer, and most answers are never looked at. So `X-Powered-By` waits here for the
 * first touch, and what nobody touched leaves as a list, which loggers then read in place of the table.
 *
 * On Node 20 and 22 `res.end(text)` sends two pieces, headers with the text and then an empty one
 * that carries the callback, so that the socket is asked for a `writev`. Held back and sent together
 * they are one plain write: 0.93 of the CPU of bare node:http for a short text. Newer lines do this
 * themselves, and there holding back would keep the answer for ever; so the way of this runtime is
 * found out by asking it, and without the method everything works the same, only slower.
 */
const implied = Symbol('headers that are not in the table yet')
const sent = Symbol('headers that left without the table')
const held = Symbol('the first piece of an answer')

/** Name, value, name, value … */
type FlatHeaders = readonly string[]

/** Not holding, about to end with text, or the piece that is held. */
type Held = undefined | 'text' | 'bytes' | { readonly data: string; readonly encoding: string }

interface Lazy extends ServerResponse {
  [implied]?: FlatHeaders | undefined
  [sent]?: FlatHeaders | undefined
  [held]?: Held
  chunkedEncoding: boolean
}

const NONE: FlatHeaders = []

/** Says which headers a response has before anybody touches them. */
export function imply(res: ServerResponse, headers: FlatHeaders = NONE): void {
  const lazy = res as Lazy
  if (headOf(res) === undefined || !isSetHeaderOurs(res)) {
    // A test's stand-in and a response of HTTP/2 have no table of node's: they keep their headers themselves.
    for (let at = 0; at < headers.length; at += 2) res.setHeader(headers[at]!, headers[at + 1]!)
    return
  }
  lazy[implied] = headers
  // What was set before the app got the response is in the table already.
  if (native().getHeaderNames.call(res).length > 0) settleHeaders(res)
}

/** Whether nobody has touched the headers, so that they can leave as a list. */
export function isUntouched(res: ServerResponse): boolean {
  return (res as Lazy)[implied] !== undefined
}

/** Whether nobody has put a `setHeader` of his own before ours, who would miss headers that are implied. */
export function isSetHeaderOurs(res: ServerResponse): boolean {
  return res.setHeader === writers.setHeader
}

/**
 * Adds headers to an untouched response that it does not have yet: well-formed ASCII, since node may not look at
 * them, and none that frames the message but `Content-Length`.
 */
export function implyMore(res: ServerResponse, headers: FlatHeaders): void {
  const lazy = res as Lazy
  const first = lazy[implied] ?? NONE
  lazy[implied] = first.length === 0 ? headers : first.concat(headers)
}

/**
 * Ends the response with text that leaves in one write with the headers.
 *
 * Node writes headers that go with text in the text's encoding, and others in latin1, one byte a character.
 * `as` says which of the two a header beyond ASCII shall leave in.
 */
export function endInOneWrite(res: ServerResponse, text: string, as: 'text' | 'bytes'): void {
  if (text !== '') (res as Lazy)[held] = as
  res.end(text)
}

/**
 * Gives the prototype of responses all of this.
 *
 * The list stands in front of node's table, for those who write headers and those who read them, and in
 * front of the gate, whose hooks see a table.
 */
export function installOnePiece(response: ServerResponse): void {
  own = response
  defineSendPiece<Lazy>(response, sendPiece)
  defineStoreHead<Lazy>(response, storeHead)
  const { writeHead: pastGate } = response as unknown as Native
  define(response, 'writeHead', function writeHead(this: Lazy, status, reason, headers) {
    const isBare = reason === undefined && headers === undefined
    if (isBare && isUntouched(this) && answerGate.isOpen(this)) {
      return writeUntouchedHead(this, status as number)
    }
    settleHeaders(this)
    return pastGate.call(this, status, reason, headers)
  })
  for (const [name, method] of Object.entries({ ...writers, ...readers }))
    define(response, name, method)
}

/**
 * Sends the head of an untouched response.
 *
 * @throws {RangeError} what node throws for a status that cannot be.
 */
function writeUntouchedHead(res: ServerResponse, status: number): ServerResponse {
  const lazy = res as Lazy
  const headers = lazy[implied] ?? NONE
  lazy[implied] = undefined
  lazy[sent] = headers
  try {
    native().writeHead.call(res, status, headers)
  } catch (error) {
    // Whoever answers in its place finds them in the table, and replaces some instead of adding more.
    lazy[sent] = undefined
    lazy[implied] = headers
    settleHeaders(res)
    throw error
  }
  return res
}

const takesLines = firstLineLeads()

/**
 * Makes the head of an answer. Node looks at each field that it is given: whether it is well-formed, and whether
 * it frames the message. Of our own list only the length does; so what comes before it stands behind the status
 * line, and node adds the length, the date and what becomes of the connection. That saves some 2,500 of the 25,900
 * instructions of a JSON answer.
 */
function storeHead(this: Lazy, firstLine: string, headers: unknown): void {
  const store = storeHeadOf(below())
  const list = this[sent]
  if (list === undefined || headers !== list || !takesLines) {
    store.call(this, firstLine, headers)
    return
  }
  let lines = firstLine
  let at = 0
  for (; at < list.length && list[at] !== 'Content-Length'; at += 2)
    lines += `${list[at]!}: ${list[at + 1]!}\r\n`
  store.call(this, lines, list.slice(at))
}

/** Whether the headers left as a list: those are ours, and ASCII. */
export function leftAsList(res: ServerResponse): boolean {
  return (res as Lazy)[sent] !== undefined
}

/** Puts what was implied into node's table: from now on the table is the truth. */
function settleHeaders(res: ServerResponse): void {
  const lazy = res as Lazy
  const headers = lazy[implied]
  if (headers === undefined) return
  lazy[implied] = undefined
  for (let at = 0; at < headers.length; at += 2) {
    native().setHeader.call(res, headers[at], headers[at + 1])
  }
}

const endsInTwoPieces = countPieces() === 2

/** Hands a piece to the connection, or holds it back for the one that follows. */
function sendPiece(
  this: Lazy,
  data: unknown,
  encoding?: unknown,
  callback?: unknown,
  byteLength?: unknown,
): boolean {
  const before = this[held]
  const pass = sendPieceOf(below())
  if (before === undefined) return pass.call(this, data, encoding, callback, byteLength)
  this[held] = undefined
  if (typeof before === 'object') {
    // The second piece: empty, it goes with the first; anything else goes behind it.
    if (data === '') return pass.call(this, before.data, before.encoding, callback)
    pass.call(this, before.data, before.encoding)
  } else if (typeof data === 'string' && data !== '') {
    if (before === 'bytes' && !leftAsList(this) && !isAscii(headOf(this) ?? ''))
      return pass.call(this, Buffer.from(data, encoding as BufferEncoding), undefined, callback)
    if (endsInTwoPieces && !this.chunkedEncoding) {
      this[held] = { data, encoding: encoding as string }
      return true
    }
  }
  return pass.call(this, data, encoding, callback, byteLength)
}

/** Beyond ASCII each character takes more bytes than it is units. For a head of 1 KiB 0.1 µs; a RegExp took 0.6. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

/*
 * Each written out, with its own arguments: helmet, cors and their like set a dozen headers for each request. By
 * one function for all, by name and with `apply`, 25 calls took 0.6 µs more than node's own; so it is 0.1 to 0.2.
 */
const writers = {
  setHeader(this: Lazy, name: unknown, value: unknown): unknown {
    settleHeaders(this)
    return native().setHeader.call(this, name, value)
  },
  appendHeader(this: Lazy, name: unknown, value: unknown): unknown {
    settleHeaders(this)
    return native().appendHeader.call(this, name, value)
  },
  removeHeader(this: Lazy, name: unknown): unknown {
    settleHeaders(this)
    return native().removeHeader.call(this, name)
  },
}

const readers = {
  getHeader(this: Lazy, name: unknown): unknown {
    const list = this[sent] ?? this[implied]
    if (list !== undefined) return valueOf(list, String(name))
    settleHeaders(this)
    return native().getHeader.call(this, name)
  },
  hasHeader(this: Lazy, name: unknown): unknown {
    const list = this[sent] ?? this[implied]
    if (list !== undefined) return valueOf(list, String(name)) !== undefined
    settleHeaders(this)
    return native().hasHeader.call(this, name)
  },
  getHeaderNames(this: Lazy): unknown {
    const list = this[sent]
    if (list !== undefined) return namesOf(list)
    settleHeaders(this)
    return native().getHeaderNames.call(this)
  },
  getHeaders(this: Lazy): unknown {
    const list = this[sent]
    if (list !== undefined) return headersOf(list)
    settleHeaders(this)
    return native().getHeaders.call(this)
  },
}

/** What node's readers answer, from a list of single values. */
function headersOf(list: FlatHeaders): Record<string, string | undefined> {
  const headers = Object.create(null) as Record<string, string | undefined>
  for (const name of namesOf(list)) headers[name] = valueOf(list, name)
  return headers
}

function namesOf(list: FlatHeaders): string[] {
  return list.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
}

function valueOf(list: FlatHeaders, name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (let at = 0; at < list.length; at += 2) {
    if (list[at]!.toLowerCase() === wanted) return list[at + 1]
  }
  return undefined
}

type Method = (this: ServerResponse, ...args: unknown[]) => unknown

type Native = Record<'writeHead' | keyof typeof writers | keyof typeof readers, Method> & {
  getHeaderNames(): string[]
}

function define(
  response: ServerResponse,
  name: string,
  value: (this: Lazy, ...args: unknown[]) => unknown,
): void {
  Object.defineProperty(response, name, {
    configurable: true,
    enumerable: true,
    writable: true,
    value,
  })
}

function native(): Native {
  return below() as Native
}

/** The object that carries our methods of a response; node's prototype until there is one. */
let own: object = { __proto__: ServerResponse.prototype }

/**
 * What stands below our methods: node's, or whoever has put himself between, as test doubles and
 * in-process clients do. Looked up at each call, since they come late, and tracers replace methods.
 */
function below(): unknown {
  return Object.getPrototypeOf(own)
}
