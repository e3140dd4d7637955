import { setTimeout as sleep } from 'node:timers/promises'

import { checkTime, RpcOptionError } from '../errors/option-error.ts'
import { parseAddress } from './address.ts'
import type { Endpoint, Registry } from './registry.ts'

/** A client of node-redis or ioredis, as far as it is used here. */
export type RedisClient =
  | { sendCommand(args: readonly string[]): Promise<unknown> }
  | { call(command: string, ...args: string[]): Promise<unknown> }

/** How servers are found in Redis. */
export interface RedisRegistryOptions {
  /**
   * What its keys begin with.
   *
   * @default 'tokkyu:rpc:'
   */
  readonly prefix?: string | undefined
  /**
   * Milliseconds between two looks, give or take a tenth so that clients do not ask together.
   *
   * @default 1000
   */
  readonly interval?: number | undefined
}

/** How a server is entered. */
export interface RedisLeaseOptions {
  /**
   * How many calls it gets next to others; above 0.
   *
   * @default 1
   */
  readonly weight?: number | undefined
  /**
   * Milliseconds after which a server that has not renewed its lease is gone; it does so three times in
   * that time.
   *
   * @default 10_000
   */
  readonly lease?: number | undefined
}

/** A server's entry in a registry. */
export interface RedisLease {
  /** Takes the server out; before it closes, so that clients go elsewhere. */
  release: () => Promise<void>
}

/** A registry in which servers enter themselves. */
export interface RedisRegistry extends Registry {
  /**
   * Enters a server under a name until it is taken out, or no longer renews its lease. Rejects when Redis
   * does not take it at once; later it is tried again for as long as it fails.
   *
   * @throws {RpcOptionError} `RPC_BAD_OPTION` for an address, a weight or a lease that cannot be meant.
   */
  register: (name: string, address: string, options?: RedisLeaseOptions) => Promise<RedisLease>
}

/** KEYS: the servers of a name. ARGV: an entry, its lease in milliseconds. Redis's clock is the only one. */
const RENEW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last[2]))
return 1`

/** KEYS: the servers of a name. Answers those whose lease lasts. */
const LOOK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf')`

/**
 * Names whose servers enter themselves in Redis, each with a lease: one that is killed is gone when its lease
 * is over. While Redis does not answer the servers that are known stay.
 *
 * @param client - of node-redis or ioredis, connected; it stays the caller's
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for a client or an option that cannot be meant.
 * @example
 * const registry = redisRegistry(await createClient().connect())
 * const lease = await registry.register('catalog', '10.0.0.1:4000') // in the server
 * const catalog = connect(shop, 'catalog', { registry })            // in the client
 */
export function redisRegistry(
  client: RedisClient,
  { prefix = 'tokkyu:rpc:', interval = 1000 }: RedisRegistryOptions = {},
): RedisRegistry {
  checkTime('interval', interval)
  const run = commandsOf(client)
  const look = async (name: string): Promise<Endpoint[]> => {
    const entries = (await run('EVAL', LOOK, '1', prefix + name)) as unknown[]
    return entries.map(String).toSorted().map(endpointOf)
  }
  return {
    watch(name, { changed, failed }) {
      const stopped = new AbortController()
      const { signal } = stopped
      let known: string | undefined
      const watch = async (): Promise<void> => {
        while (!signal.aborted) {
          try {
            const found = await look(name)
            const text = JSON.stringify(found)
            if (!signal.aborted && text !== known) changed(found)
            known = text
          } catch (error) {
            if (!signal.aborted) failed(error as Error)
          }
          await pause(interval * (0.9 + Math.random() / 5), signal)
        }
      }
      void watch()
      return () => stopped.abort()
    },
    async register(name, address, { weight = 1, lease = 10_000 } = {}) {
      parseAddress(address)
      checkTime('lease', lease)
      if (!(weight > 0 && weight < Infinity)) {
        throw new RpcOptionError('weight', `Cannot weigh a server by ${String(weight)}`)
      }
      const key = prefix + name
      const entry = JSON.stringify([address, weight])
      const renew = (): Promise<unknown> => run('EVAL', RENEW, '1', key, entry, String(lease))
      await renew()
      const stopped = new AbortController()
      const renewing = (async () => {
        for (;;) {
          await pause(lease / 3, stopped.signal)
          if (stopped.signal.aborted) return
          // It is tried again soon; if it fails for so long that the lease is over, clients go elsewhere.
          await renew().catch(() => {})
        }
      })()
      return {
        async release() {
          stopped.abort()
          await renewing // or what is under way would enter it once more
          await run('ZREM', key, entry)
        },
      }
    },
  }
}

/** Keeps no process alive, and ends early without an error. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {})
}

function endpointOf(entry: string): Endpoint {
  const [address, weight] = JSON.parse(entry) as [string, number]
  parseAddress(address)
  return { address, weight }
}

function commandsOf(client: RedisClient): (command: string, ...args: string[]) => Promise<unknown> {
  const given = client as Partial<Record<string, unknown>> | undefined
  if ('call' in client && typeof given?.['call'] === 'function') {
    return (command, ...args) => client.call(command, ...args)
  }
  if ('sendCommand' in client && typeof given?.['sendCommand'] === 'function') {
    return (command, ...args) => client.sendCommand([command, ...args])
  }
  throw new RpcOptionError('client', 'Cannot use this as a client of Redis: it sends no commands')
}
