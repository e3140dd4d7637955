import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'

/** A request that does not say clearly which host it is for. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code = 'HOST_INVALID'
  readonly status = 400
  readonly expose = true
  /** What cannot be told whether the next request starts where it should: the connection ends. */
  readonly headers = { Connection: 'close' }

  constructor(reason: string) {
    super(`Cannot tell the host of this request: ${reason}`)
  }
}

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
  const withoutPort = scheme.toLowerCase() === 'http' ? /:(?:80)?$/ : /:(?:443)?$/
  const named = (text: string) => text.toLowerCase().replace(withoutPort, '')
  if (host !== undefined && named(host) !== named(authority)) {
    throw new HostError(`its target names ${authority}, its Host field ${host}`)
  }
}
