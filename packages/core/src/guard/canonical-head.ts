import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIPv6 } from 'node:net'

import { canonicalPath } from './canonical-path.ts'
import {
  FramingError,
  HostError,
  TargetError,
  TooManyHeadersError,
  VersionError,
} from './errors.ts'

/*
 * One meaning for the head of a request, before any layer sees it: one end, one host, and one spelling
 * of its target. Where there is more than one, it is refused.
 */

/**
 * Refuses the head of a request that node's parser lets through, and RFC 9112 does not.
 *
 * @throws {TooManyHeadersError | VersionError | FramingError | HostError}
 */
export function checkHead(req: IncomingMessage, res: ServerResponse): void {
  if ('stream' in req && req.httpVersionMajor >= 2) return checkAuthority(req)
  checkFraming(req, res)
  checkHost(req)
}

/**
 * The same for HTTP/2, whose frames say where everything ends: `:authority` is held to what Host is, and a
 * Host beside it has to name the same (RFC 9113 §8.3.1).
 *
 * @throws {HostError}
 */
function checkAuthority(req: IncomingMessage): void {
  const host = onlyHost(req)
  const authority = req.headers[':authority'] ?? host
  if (typeof authority !== 'string' || authority === '') throw new HostError('it names none')
  if (authority !== lastGood) {
    if (!isHost(authority)) throw new HostError(`${JSON.stringify(authority)} is no host`)
    lastGood = authority
  }
  if (host !== undefined) compareHosts(String(req.headers[':scheme']), authority, host)
}

/**
 * Refuses what node's parser lets through although where it ends, or what it says, cannot be told:
 *
 * - more header fields than are kept: Host, Transfer-Encoding or Cookie may stand in the rest;
 * - a request line without a version (HTTP/0.9), which no grammar of RFC 9112 §3 has;
 * - every transfer coding but `chunked`, as RFC 9112 §6.1 asks. Node's parser takes `xchunked` for it,
 *   which a proxy in front does not: to the two of them, the body ends in different places.
 *
 * The connection of an HTTP/1.0 request with any coding ends with its answer, as the same section asks.
 *
 * @throws {TooManyHeadersError | VersionError | FramingError}
 */
function checkFraming(req: IncomingMessage, res: ServerResponse): void {
  checkFieldCount(req)
  if (req.httpVersionMajor === 0) throw new VersionError()
  const coding = req.headers?.['transfer-encoding']
  if (coding === undefined) return
  // An HTTP/1.0 hop in front may not have known the coding: what follows is no request to trust.
  if (req.httpVersionMajor === 1 && req.httpVersionMinor === 0) res.shouldKeepAlive = false
  if (coding.trim().toLowerCase() !== 'chunked') throw new FramingError(coding)
}

/** Node up to 20 drops the fields beyond its limit without a word; later lines answer 431 themselves. */
function checkFieldCount(req: IncomingMessage): void {
  const kept = req.rawHeaders?.length ?? 0
  const { maxHeadersCount } = (req.socket as { server?: Limited } | undefined)?.server ?? {}
  // What node makes of the setting: names and values are counted, a whole number of pairs.
  const limit = typeof maxHeadersCount === 'number' ? maxHeadersCount << 1 : DEFAULT_LIMIT
  if (limit <= 0 || kept < limit) return
  // Where the limit falls between two batches of the parser, what is over it leaves no trace.
  if (kept > limit || limit % BATCH === 0) throw new TooManyHeadersError(limit / 2)
}

interface Limited {
  maxHeadersCount?: number | null
}

/** Names and values that node keeps when the server does not say: of 1,000 fields. */
const DEFAULT_LIMIT = 2000

/** Names and values that node's parser hands over at a time: of 31 fields. */
const BATCH = 62

/**
 * Refuses what RFC 9112 §3.2 wants answered 400 and node:http lets through: several Host fields, a
 * value that is no host, and an absolute-form target that names another.
 *
 * @throws {HostError}
 */
export function checkHost(req: IncomingMessage): void {
  const host = onlyHost(req)
  const target = req.url ?? ''
  if (host !== undefined && host !== lastGood) {
    if (isHost(host)) lastGood = host
    else if (IS_ORIGIN.test(host)) delete req.headers.host
    else throw new HostError(`${JSON.stringify(host)} is no host`)
  }
  if (!target.startsWith('/') && target.includes('://')) compareAuthority(target, host)
}

/**
 * Some clients put the whole origin into the field. What they mean is not in doubt, but whoever
 * reads up to the colon or the slash sees another host: they are served, and not believed.
 */
const IS_ORIGIN = /^https?:\/\/[\w.~-]+(?::\d+)?$/i

/** The value most requests repeat. A true comparison: it answers for no other value. */
let lastGood = ''

/** Reads the raw list: looking at `req.headers` would parse every field for this one. */
function onlyHost(req: IncomingMessage): string | undefined {
  const fields = req.rawHeaders as string[] | undefined
  if (fields === undefined) return req.headers?.host
  let host: string | undefined
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] as string
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue
    if (host !== undefined) throw new HostError('it has more than one Host field')
    host = fields[at + 1]
  }
  return host
}

/**
 * Whether `text` is a host with an optional port, or empty, which RFC 9112 §3.2 allows.
 *
 * A registered name is held to letters, digits, `-`, `.`, `_` and `~`: more is legal in RFC 3986, but
 * in no name a client can have looked up, and a comma or a quote does harm further on.
 */
export function isHost(text: string): boolean {
  const parts = /^(?:([\w.~-]*)|\[([0-9a-f:.]+)\])(?::(\d{0,5}))?$/i.exec(text)
  if (parts === null) return false
  const [, name, address, port] = parts
  if (address !== undefined && !isIPv6(address)) return false
  if (name === '' && port !== undefined) return false
  return port === undefined || Number(port) <= 65_535
}

/** RFC 9112 §3.2.2: the target wins over Host, so a client that sends two must mean the same. */
function compareAuthority(target: string, host: string | undefined): void {
  const parts = /^(https?):\/\/([^/?#]*)/i.exec(target)
  if (parts === null) return
  const [, scheme = '', authority = ''] = parts
  if (!isHost(authority)) throw new HostError(`${JSON.stringify(authority)} is no host`)
  if (host !== undefined) compareHosts(scheme, authority, host)
}

function compareHosts(scheme: string, authority: string, host: string): void {
  const withoutPort = scheme.toLowerCase() === 'http' ? /:(?:80)?$/ : /:(?:443)?$/
  const named = (text: string) => text.toLowerCase().replace(withoutPort, '')
  if (named(host) !== named(authority)) {
    throw new HostError(`its target names ${authority}, its Host field ${host}`)
  }
}

/**
 * The one spelling of a request target that router, middleware and static all see.
 *
 * Percent-encoded characters that may stand in a path as they are (RFC 3986's `pchar`) are decoded,
 * all other encodings get upper-case digits, characters that may not stand there are encoded, dot
 * segments are resolved and empty segments collapsed. The scheme and authority of an absolute-form
 * target and a fragment go; the query stays as it came. A `..` above the root is kept, for static
 * to refuse: clamping it would give one file two names.
 *
 * @throws {TargetError} when the path holds a control character or a backslash, raw or encoded, or
 * when an absolute-form target is not http or has no authority.
 * @example canonicalTarget('/x/../%61dmin//?a=%61') // '/admin/?a=%61'
 */
export function canonicalTarget(target: string): string {
  return NEEDS_WORK.test(target) ? rewrite(target) : target
}

/** Also true for a `%` in a query, which then only costs the slow road. */
const NEEDS_WORK = /[^!$-;=?-Z_a-z~@]|%|\/[/.]|^[^/]/

function rewrite(target: string): string {
  const fragment = target.indexOf('#')
  const whole = fragment === -1 ? target : target.slice(0, fragment)
  const mark = whole.indexOf('?')
  const place = mark === -1 ? whole : whole.slice(0, mark)
  const query = mark === -1 ? '' : whole.slice(mark)
  const path = withoutAuthority(place, target)
  // Often the `%` stood in the query.
  if (!NEEDS_WORK.test(path)) return path + query
  // `*` (OPTIONS) and what a program made up itself are no paths.
  if (!path.startsWith('/')) return path + query
  if (FORBIDDEN.test(path)) {
    throw new TargetError(target, 'control characters and backslashes are not allowed in its path')
  }
  return canonicalPath(path) + query
}

/** RFC 9112 §3.2.2: the absolute form means what its path means; Host has been compared already. */
function withoutAuthority(place: string, target: string): string {
  const scheme = SCHEME.exec(place)
  if (scheme === null) return place
  if (!/^https?:/i.test(place))
    throw new TargetError(target, 'its scheme is neither http nor https')
  const authority = scheme[0].length
  const slash = place.indexOf('/', authority)
  if (slash === authority || place.length === authority) {
    throw new TargetError(target, 'its authority is empty') // RFC 9110 §4.2.1
  }
  return slash === -1 ? '/' : place.slice(slash)
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i

// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const FORBIDDEN = /[\0-\x1f\x7f\\]|%(?:[01][0-9a-f]|7f|5c)/i
