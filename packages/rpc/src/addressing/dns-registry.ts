import { promises as dns } from 'node:dns'

import { checkTime } from '../errors/option-error.ts'
import { checkPort } from './address.ts'
import type { Endpoint, Registry } from './registry.ts'

/** Where names are looked up, and how often. */
export interface DnsRegistryOptions {
  /**
   * The port of servers that are found by their address (A and AAAA). Without it the name is looked up as
   * SRV, which has ports and weights.
   *
   * @default none: looked up as SRV
   */
  readonly port?: number | undefined
  /**
   * Milliseconds between two questions, give or take a tenth so that clients do not ask together.
   *
   * @default 30_000
   */
  readonly interval?: number | undefined
  /**
   * Who is asked.
   *
   * @default node's resolver, `promises` of `node:dns`
   */
  readonly resolver?: Pick<typeof dns, 'resolve4' | 'resolve6' | 'resolveSrv'> | undefined
}

/**
 * Names of the DNS: SRV records, of which those of the first priority are taken, or addresses with one
 * port. While it does not answer the servers that are known stay.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for an interval or a port that cannot be meant.
 *
 * @example connect(shop, '_catalog._tcp.internal', { registry: dnsRegistry() })
 */
export function dnsRegistry(options: DnsRegistryOptions = {}): Registry {
  const { interval = 30_000, port } = options
  checkTime('interval', interval)
  if (port !== undefined) checkPort(port)
  return {
    watch(name, observer) {
      let timer: NodeJS.Timeout | undefined
      let stopped = false
      let known = ''
      const ask = async (): Promise<void> => {
        try {
          const found = await lookUp(name, options)
          const text = JSON.stringify(found)
          if (!stopped && text !== known) observer.changed(found)
          known = text
        } catch (error) {
          if (!stopped) observer.failed(error as Error)
        }
        if (stopped) return
        timer = setTimeout(() => void ask(), interval * (0.9 + Math.random() / 5))
        timer.unref()
      }
      void ask()
      return () => {
        stopped = true
        clearTimeout(timer)
      }
    },
  }
}

async function lookUp(
  name: string,
  { port, resolver = dns }: DnsRegistryOptions,
): Promise<readonly Endpoint[]> {
  if (port === undefined) {
    const records = await resolver.resolveSrv(name)
    const first = Math.min(...records.map(({ priority }) => priority))
    return records
      .filter(({ priority }) => priority === first)
      .map(({ name: host, port: on, weight }) => ({
        address: { host, port: on },
        weight: Math.max(1, weight),
      }))
      .toSorted(byHost)
  }
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  const hosts = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (hosts.length === 0 && answers[0].status === 'rejected') throw answers[0].reason
  return hosts.map((host) => ({ address: { host, port } })).toSorted(byHost)
}

function byHost(a: { address: { host: string } }, b: { address: { host: string } }): number {
  return a.address.host.localeCompare(b.address.host)
}
