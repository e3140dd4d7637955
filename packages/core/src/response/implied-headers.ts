import type { ServerResponse } from 'node:http'

import { answerGate } from '@tokkyu/session'

import { headOf } from '../node-internals.ts'
import { below } from './below.ts'

/**
 * Headers that stand in node's table only once somebody looks.
 *
 * Filling the table costs about as much as all the rest of a short answer, and most answers are
 * never looked at. So `X-Powered-By` waits here for the first touch, and an answer whose headers
 * nobody touched leaves as one flat list, which loggers then read in place of the table.
 */
const implied = Symbol('headers that are not in the table yet')
const sent = Symbol('headers that left without the table')

/** Name, value, name, value … */
type FlatHeaders = readonly string[]

interface Lazy extends ServerResponse {
  [implied]?: FlatHeaders | undefined
  [sent]?: FlatHeaders | undefined
}

const NONE: FlatHeaders = []

/** Says which headers a response has before anybody touches them. */
export function imply(res: ServerResponse, headers: FlatHeaders = NONE): void {
  const lazy = res as Lazy
  if (headOf(res) === undefined) {
    // A stand-in that a test made: it has no table of node's, and keeps its headers itself.
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

/** Adds headers to an untouched response that it does not have yet. */
export function implyMore(res: ServerResponse, headers: FlatHeaders): void {
  const lazy = res as Lazy
  const first = lazy[implied] ?? NONE
  lazy[implied] = first.length === 0 ? headers : [...first, ...headers]
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
  try {
    native().writeHead.call(res, status, headers)
  } catch (error) {
    // Whoever answers in its place finds them in the table, and replaces some instead of adding more.
    lazy[implied] = headers
    settleHeaders(res)
    throw error
  }
  lazy[sent] = headers
  return res
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

/**
 * Puts the list in front of node's table, for those who write headers and those who read them, and in
 * front of the gate, whose hooks see a table.
 */
export function installImpliedHeaders(response: ServerResponse): void {
  const { writeHead: pastGate } = response as unknown as Native
  define(response, 'writeHead', function writeHead(this: Lazy, status, reason, headers) {
    const isBare = reason === undefined && headers === undefined
    if (isBare && isUntouched(this) && answerGate.isOpen(this)) {
      return writeUntouchedHead(this, status as number)
    }
    settleHeaders(this)
    return pastGate.call(this, status, reason, headers)
  })
  for (const [name, write] of Object.entries(writers)) define(response, name, write)
  for (const [name, readList] of Object.entries(listReaders)) {
    define(response, name, function read(this: Lazy, ...args) {
      const list = this[sent]
      if (list !== undefined) return readList(list, String(args[0]))
      settleHeaders(this)
      return native()[name as keyof typeof listReaders].apply(this, args)
    })
  }
}

const writers = {
  setHeader: writer('setHeader'),
  appendHeader: writer('appendHeader'),
  removeHeader: writer('removeHeader'),
}

function writer(name: 'setHeader' | 'appendHeader' | 'removeHeader') {
  return function write(this: Lazy, ...args: unknown[]): unknown {
    settleHeaders(this)
    return native()[name].apply(this, args)
  }
}

/** What node's readers answer, from a list of single values. */
const listReaders = {
  getHeader: valueOf,
  hasHeader: (list: FlatHeaders, name: string) => valueOf(list, name) !== undefined,
  getHeaderNames: (list: FlatHeaders) => namesOf(list),
  getHeaders: (list: FlatHeaders) => {
    const headers = Object.create(null) as Record<string, string | undefined>
    for (const name of namesOf(list)) headers[name] = valueOf(list, name)
    return headers
  },
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

type Native = Record<
  'setHeader' | 'appendHeader' | 'removeHeader' | 'writeHead' | keyof typeof listReaders,
  Method
> & { getHeaderNames(): string[] }

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
