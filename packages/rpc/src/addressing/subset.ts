import { addressText, parseAddress } from './address.ts'
import { fraction } from './hash.ts'
import type { Endpoint } from './registry.ts'

/**
 * Those of many servers that one client calls, so that not every client connects to every server. Each
 * client draws its own by rendezvous hashing: they are spread evenly, and when a server comes or goes a
 * client exchanges one at most.
 *
 * @param client - tells this client from others
 */
export function subsetOf(endpoints: readonly Endpoint[], size: number, client: string): Endpoint[] {
  if (endpoints.length <= size) return [...endpoints]
  return endpoints
    .map((endpoint) => ({ endpoint, score: fraction(`${client}\n${nameOf(endpoint)}`) }))
    .toSorted((one, other) => other.score - one.score)
    .slice(0, size)
    .map(({ endpoint }) => endpoint)
}

function nameOf({ address }: Endpoint): string {
  return addressText(typeof address === 'string' ? parseAddress(address) : address)
}
