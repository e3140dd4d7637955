import { type ServerResponse, validateHeaderValue } from 'node:http'

/** What a call of `writeHead` has set on a response, and what stood there before. */
export interface GivenHead {
  readonly status: number
  readonly reason: string | undefined
  readonly reasonBefore: string | undefined
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
type WriteHead = (this: ServerResponse, ...args: unknown[]) => unknown

/**
 * Sets what `writeHead(status, reason?, headers?)` was given on the response, where hooks see and
 * change it. A name that comes twice in a list keeps all its values.
 *
 * @param writeHead - the one below.
 * @throws what that throws for a status, a reason or a header that cannot be sent.
 */
export function takeHead(
  res: ServerResponse,
  writeHead: WriteHead,
  [status, first, second]: readonly unknown[],
): GivenHead {
  const reason = typeof first === 'string' ? first : undefined
  const headers = reason === undefined ? (second ?? first) : second
  // What no hook can mend has to be known before they run. Node says it in its own words.
  if (!isStatus(status) || isHalved(headers)) writeHead.call(res, status, headers)
  if (reason !== undefined) validateHeaderValue('statusMessage', reason)
  const pairs = pairsOf(headers)
  const before = pairs.map(([name]) => res.getHeader(name))
  const { sendDate: sendDateBefore } = res
  // Asked only when it counts: a response of HTTP/2 warns whoever asks.
  const reasonBefore = reason === undefined ? undefined : res.statusMessage

  res.statusCode = toInteger(status)
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
export function sendHead(
  res: ServerResponse,
  writeHead: WriteHead,
  { status, reason, reasonBefore }: GivenHead,
): unknown {
  if (reason === undefined) return writeHead.call(res, res.statusCode)
  if (res.statusMessage === reason && res.statusCode !== status) {
    // These are the words of another status.
    res.statusMessage = reasonBefore as string
  }
  // An empty one has to come with the call: node would put its own words in its place.
  return writeHead.call(res, res.statusCode, res.statusMessage)
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

function isStatus(status: unknown): boolean {
  return toInteger(status) >= 100 && toInteger(status) <= 999
}

/** As node reads a status. */
function toInteger(status: unknown): number {
  // oxlint-disable-next-line eslint/no-bitwise -- the same operator
  return (status as number) | 0
}

/** A list of names and values in turn that lacks its last value. */
function isHalved(headers: unknown): boolean {
  return Array.isArray(headers) && !isPaired(headers) && headers.length % 2 !== 0
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
    // `appendHeader` is not known to every response that middleware meets.
    const before = repeats ? res.getHeader(name) : undefined
    res.setHeader(name, before === undefined ? own : ([before, own].flat() as string[]))
  }
}
