import { CacheOptionError } from '../errors/option-error.ts'
import { timeOption } from '../option-values.ts'
import {
  commandsOf,
  type IoredisClient,
  type NodeRedisClient,
  type RedisCommand,
} from './redis-client.ts'
import { ACQUIRE, DELETE_BY_TAG, EXTEND, RELEASE, SET } from './redis-scripts.ts'
import { decodeValue, encodeValue } from './redis-value.ts'
import type { CacheStore, EntryOptions, Lease } from './store.ts'

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /**
   * How every key in Redis begins. The braces keep all of them in one slot of a cluster, which the
   * scripts need.
   *
   * @default '{cache}:'
   */
  readonly prefix?: string | undefined
  /**
   * Compresses (gzip) what is larger than so many bytes; what does not shrink is left as it is. Stores with
   * and without it read what the other wrote.
   *
   * - Unit: bytes of the whole value, from 0.
   *
   * @default nothing is compressed
   */
  readonly compress?: { readonly above: number } | undefined
}

/** How many keys one step of a deletion by prefix looks at. */
const SCAN_COUNT = '1000'

/**
 * Makes a store in Redis, of a client of node-redis or ioredis. The client stays the caller's: it
 * is to be connected, to have its `error` listener, and to be closed there.
 *
 * Values are written in V8's format (buffers, dates, maps; no functions, no classes), so only those who may
 * run code here may write to that Redis.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for what is no client, and for options that cannot
 *   be meant.
 *
 * @example
 * const store = redisStore(await createClient().on('error', log).connect())
 */
export function redisStore(
  client: NodeRedisClient | IoredisClient,
  options: RedisStoreOptions = {},
): CacheStore {
  const above = options.compress?.above ?? Infinity
  if (typeof above !== 'number' || !(above >= 0))
    throw new CacheOptionError('compress.above', 'bytes from 0 up', above)
  return new RedisStore(commandsOf(client), options.prefix ?? '{cache}:', above)
}

class RedisStore implements CacheStore {
  readonly #command: RedisCommand
  readonly #prefix: string
  readonly #compressAbove: number

  constructor(command: RedisCommand, prefix: string, compressAbove: number) {
    this.#command = command
    this.#prefix = prefix
    this.#compressAbove = compressAbove
  }

  get(key: string): Promise<unknown> {
    return this.#command('HGET', this.#name('e', key), 'v').then((value) =>
      Buffer.isBuffer(value) ? decodeValue(value) : undefined,
    )
  }

  async set(key: string, value: unknown, options: EntryOptions): Promise<void> {
    await this.#set(key, value, options, '', '')
  }

  async delete(key: string): Promise<void> {
    await this.#command('DEL', this.#name('e', key), this.#name('l', key))
  }

  async deleteByTag(tag: string): Promise<void> {
    await this.#run(DELETE_BY_TAG, [this.#name('t', tag), this.#name('epoch')], [tag])
  }

  async deleteByPrefix(prefix: string): Promise<void> {
    // Leases first: an entry that is stored after they were looked at needs one that is gone.
    for (const kind of ['l', 'e']) {
      const pattern = `${asPattern(this.#name(kind, prefix))}*`
      let cursor = '0'
      do {
        const [next, keys] = (await this.#command(
          'SCAN',
          cursor,
          'MATCH',
          pattern,
          'COUNT',
          SCAN_COUNT,
        )) as [Buffer, Buffer[]]
        if (keys.length > 0) await this.#command('DEL', ...keys)
        cursor = next.toString()
      } while (cursor !== '0')
    }
  }

  async acquire(key: string, ttl: number): Promise<Lease | undefined> {
    const lease = this.#name('l', key)
    const keys = [lease, this.#name('fence'), this.#name('epoch')]
    const reply = await this.#run(ACQUIRE, keys, [String(Math.ceil(ttl))])
    if (!Array.isArray(reply)) return undefined
    const [fence, epoch] = reply.map(Number) as [number, number]
    return {
      fence,
      set: (value, options) => this.#set(key, value, options, String(fence), String(epoch)),
      extend: async (longer) =>
        Number(await this.#run(EXTEND, [lease], [String(fence), String(Math.ceil(longer))])) === 1,
      release: async () => void (await this.#run(RELEASE, [lease], [String(fence)])),
    }
  }

  async #set(
    key: string,
    value: unknown,
    options: EntryOptions,
    fence: string,
    epoch: string,
  ): Promise<boolean> {
    const ttl = timeOption('ttl', options.ttl, Infinity)
    const time = value === undefined ? 0 : ttl === Infinity ? -1 : Math.ceil(ttl)
    const tags = options.tags ?? []
    const keys = [
      this.#name('e', key),
      this.#name('l', key),
      this.#name('epoch'),
      ...tags.map((tag) => this.#name('t', tag)),
    ]
    const encoded = time === 0 ? '' : await encodeValue(value, this.#compressAbove)
    const args = [fence, epoch, encoded, String(time), ...tags]
    return Number(await this.#run(SET, keys, args)) === 1
  }

  #run(script: string, keys: string[], args: (string | Buffer)[]): Promise<unknown> {
    return this.#command('EVAL', script, String(keys.length), ...keys, ...args)
  }

  #name(kind: string, key?: string): string {
    return key === undefined ? this.#prefix + kind : `${this.#prefix}${kind}:${key}`
  }
}

/** Takes each character of a pattern of Redis's as itself. */
function asPattern(text: string): string {
  return text.replaceAll(/[\\*?[\]^-]/g, '\\$&')
}
