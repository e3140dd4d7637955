// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { onDemand } from '../on-demand.ts'
import { isHost } from '../guard/canonical-head.ts'
import type { DispatchedRequest } from '../types/dispatched.ts'

/** `http` or `https`; behind a trusted proxy, what `X-Forwarded-Proto` says. */
export function protocol(this: DispatchedRequest): string {
  const own = (this.socket as TLSSocket).encrypted ? 'https' : 'http'
  if (!isFromTrustedProxy(this)) return own
  return firstOfList(this.get('X-Forwarded-Proto') || own).trim()
}

export function secure(this: DispatchedRequest): boolean {
  return this.protocol === 'https'
}

/** The address of the client: the nearest one that `trust proxy` does not vouch for. */
export function ip(this: DispatchedRequest): string | undefined {
  return onDemand.proxyAddr(this, this.app.get('trust proxy fn'))
}

/** The trusted addresses from the client inward, without the socket's own. */
export function ips(this: DispatchedRequest): string[] {
  return onDemand.proxyAddr.all(this, this.app.get('trust proxy fn')).toReversed().slice(0, -1)
}

/**
 * The host with its port; behind a trusted proxy, what `X-Forwarded-Host` says, unless that is no
 * host and the host policy is on: then it is as untrue as it would be in `Host`.
 */
export function host(this: DispatchedRequest): string | undefined {
  const forwarded = this.get('X-Forwarded-Host')
  if (forwarded && isFromTrustedProxy(this)) {
    const first = firstOfList(forwarded).trimEnd()
    if (isHost(first) || !this.app.enabled('host policy')) return first || undefined
  }
  return this.get('Host') || undefined
}

/** The host without its port. The brackets of an IPv6 address stay, as Express keeps them. */
export function hostname(this: DispatchedRequest): string | undefined {
  const name = this.host
  if (!name) return undefined
  const colon = name.indexOf(':', name.startsWith('[') ? name.indexOf(']') + 1 : 0)
  return colon === -1 ? name : name.slice(0, colon)
}

/** The labels before the registered domain, nearest first; how many belong to it is a setting. */
export function subdomains(this: DispatchedRequest): string[] {
  const name = this.hostname
  if (!name) return []
  const labels = isIP(name) ? [name] : name.split('.').toReversed()
  return labels.slice(this.app.get('subdomain offset'))
}

function isFromTrustedProxy(req: DispatchedRequest): boolean {
  return req.app.get('trust proxy fn')(req.socket.remoteAddress, 0)
}

/** A proxy that appends leaves a list; its first entry is the farthest hop, the client's. */
function firstOfList(value: string): string {
  const comma = value.indexOf(',')
  return comma === -1 ? value : value.slice(0, comma)
}
