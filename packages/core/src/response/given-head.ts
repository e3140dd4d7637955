import { type ServerResponse, validateHeaderValue } from 'node:http'

import { below } from './below.ts'

/** What a call of `writeHead` has set on a response, and what stood there before. */
export interface GivenHead {
  readonly status: number
  readonly reason: string | undefined
  readonly reasonBefore: string
  readonly sendDateBefore: boolean
  readonly headers: readonly GivenHeader[]
}

interface GivenHeader {
  readonly name: string
  readonly before: Value | undefined
  readonly value: Value | undefined
}

type Value = number | string | string[]
type Pair = readonly [name: string, value: Value]

/**
 * Sets what `writeHead(status, reason?, headers?)` was given on the response, where hooks see and
 * change it. A name that comes twice in a list keeps all its values.
 *
 * @throws what node throws for a status, a reason or a header that cannot be sent.
 */
export function takeHead(
  res: ServerResponse,
  status: number,
  first: unknown,
  second: unknown,
): GivenHead {
  const reason = typeof first === 'string' ? first : undefined
  const headers = reason === undefined ? (second ?? first) : second
  refuse(res, status, reason, headers)
  const pairs = pairsOf(headers)
  const before = pairs.map(([name]) => res.getHeader(name))
  const { statusMessage: reasonBefore, sendDate: sendDateBefore } = res

  // oxlint-disable-next-line eslint/no-bitwise -- as node reads it
  res.statusCode = status | 0
  if (reason !== undefined) res.statusMessage = reason
  setAll(res, pairs, Array.isArray(headers))
  return {
    status: res.statusCode,
    reason,
    reasonBefore,
    sendDateBefore,
    headers: pairs.map(([name], at) => ({ name, before: before[at], value: res.getHeader(name) })),
  }
}

/** Sends the head that hooks have made of the given one. */
export function sendHead(res: ServerResponse, given: GivenHead): ServerResponse {
  const { status, reason, reasonBefore } = given
  if (reason !== undefined && res.statusMessage === reason && res.statusCode !== status) {
    // These are the words of another status.
    res.statusMessage = reasonBefore
  }
  // Node would put its own words in place of an empty reason that does not come with the call.
  const isEmpty = reason === '' && res.statusMessage === ''
  return native().writeHead.call(res, res.statusCode, isEmpty ? '' : undefined)
}

/** Puts back what stood there before a head that is not sent, except where a hook has replaced it. */
export function takeBack(res: ServerResponse, { headers, sendDateBefore }: GivenHead): void {
  for (const { name, before, value } of headers) {
    if (res.getHeader(name) !== value) continue
    if (before === undefined) res.removeHeader(name)
    else res.setHeader(name, before)
  }
  // Node no longer dates an answer from which a date was removed; RFC 9110 §6.6.1 asks for one.
  res.sendDate = sendDateBefore
}

/** What no hook can mend has to be known before they run. Node says it in its own words. */
function refuse(
  res: ServerResponse,
  status: number,
  reason: string | undefined,
  headers: unknown,
): void {
  // oxlint-disable-next-line eslint/no-bitwise -- as node reads it
  const isStatus = (status | 0) >= 100 && (status | 0) <= 999
  const isHalved = Array.isArray(headers) && !isPaired(headers) && headers.length % 2 !== 0
  if (!isStatus || isHalved) native().writeHead.call(res, status, headers)
  if (reason !== undefined) validateHeaderValue('statusMessage', reason)
}

/** Of an object, of names and values in turn, or of pairs; a nameless one is left out, as by node. */
function pairsOf(headers: unknown): readonly Pair[] {
  if (!headers) return []
  const pairs = !Array.isArray(headers)
    ? Object.entries(headers)
    : isPaired(headers)
      ? (headers as Pair[])
      : headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]] as Pair] : []))
  return pairs.filter(([name]) => name)
}

function isPaired(headers: readonly unknown[]): boolean {
  return Array.isArray(headers[0])
}

function setAll(res: ServerResponse, pairs: readonly Pair[], repeats: boolean): void {
  if (repeats) for (const [name] of pairs) res.removeHeader(name)
  for (const [name, value] of pairs) {
    // A copy, as hooks add to the list in the table, and this one may be a constant of the app's.
    const own = Array.isArray(value) ? [...value] : value
    if (repeats) res.appendHeader(name, own as string | string[])
    else res.setHeader(name, own)
  }
}

interface Native {
  writeHead(this: ServerResponse, ...args: unknown[]): ServerResponse
}

function native(): Native {
  return below() as Native
}
