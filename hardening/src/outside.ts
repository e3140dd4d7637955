import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { BlockList, connect } from 'node:net'

import type { Attack } from './attack.ts'
import type { Target } from './converse.ts'
import { corpus } from './corpus/index.ts'

/** What can be judged without knowing the app. */
export const fromOutside: readonly Attack[] = corpus.filter(({ anywhere }) => anywhere)

/** A server that may not be attacked. */
class ForeignHostError extends Error {
  override readonly name = 'ForeignHostError'
  readonly code = 'HARDENING_FOREIGN_HOST'
  readonly host: string

  constructor(host: string, address: string) {
    super(
      `Cannot attack ${host} (${address}): it is not this machine; allowed is loopback, or any host that is yours with --i-own-this-host`,
    )
    this.host = host
  }
}

/** A server that is not spoken to in plain HTTP. */
class ProtocolError extends TypeError {
  override readonly name = 'ProtocolError'
  readonly code = 'HARDENING_PROTOCOL'

  constructor(url: string) {
    super(`Cannot attack ${url}: only http: is spoken; ask the server behind TLS`)
  }
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * Finds the server behind a URL. What is connected to later is the address that was judged here.
 *
 * @param url - `http:`; a path is asked for instead of `/`.
 * @param owned - whether the caller says that the host is his, which lets any host through.
 * @throws {ForeignHostError} for an address that is not loopback, unless owned.
 * @throws {ProtocolError} for anything but `http:`; node's errors for what is no URL, or nobody listens at.
 */
export async function targetOf(url: string, owned: boolean): Promise<Target> {
  const { protocol, hostname, host, port, pathname, search } = new URL(url)
  if (protocol !== 'http:') throw new ProtocolError(url)
  const { address, family } = await lookup(hostname.replaceAll(/^\[|\]$/g, ''))
  if (!owned && !loopback.check(address, family === 6 ? 'ipv6' : 'ipv4'))
    throw new ForeignHostError(hostname, address)
  const target = {
    host: address,
    port: Number(port || 80),
    authority: host,
    path: pathname + search,
  }
  const socket = connect(target.port, target.host)
  await once(socket, 'connect')
  socket.destroy()
  return target
}
