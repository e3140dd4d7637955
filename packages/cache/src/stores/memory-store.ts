import { LRUCache } from 'lru-cache'

import { CacheOptionError } from '../errors/option-error.ts'
import { countOption, timeOption } from '../option-values.ts'
import { Leases } from './leases.ts'
import type { CacheStore, EntryOptions, Lease } from './store.ts'
import { TagIndex } from './tag-index.ts'
import { weightOf } from './weight.ts'

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /**
   * How much the entries may weigh together; the least recently used go first.
   *
   * - Unit: bytes, as `size` of an entry says or as they are estimated.
   *
   * @default 67_108_864 (64 MiB)
   */
  readonly maxBytes?: number | undefined
  /**
   * How much one entry may weigh; a larger one is not kept.
   *
   * - Unit: bytes.
   *
   * @default an eighth of `maxBytes`
   */
  readonly maxEntryBytes?: number | undefined
}

interface Entry {
  readonly value: unknown
  /** By the clock, so that a copy that slept with its machine is old when it wakes. */
  readonly expires: number
}

/** A store in the memory of this process. Each method answers at once. */
export interface MemoryStore extends CacheStore {
  /** Keeps a value; one heavier than `maxEntryBytes` is passed over, and the old one is gone. */
  set(key: string, value: unknown, options: EntryOptions): void
  /** Forgets a key. */
  delete(key: string): void
  /** Forgets every entry that was stored with this tag. */
  deleteByTag(tag: string): void
  /** Forgets every entry whose key begins so; it looks at all keys. */
  deleteByPrefix(prefix: string): void
  /** Asks for the lease of a key, for `ttl` milliseconds; `undefined` while another holds it. */
  acquire(key: string, ttl: number): Lease | undefined
  /** What the entries weigh together, in bytes. */
  readonly bytes: number
  /** How many entries are held, those included that have run out and were not asked for since. */
  readonly size: number
}

/**
 * Makes a store in memory that is bounded in bytes.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 *
 * @example
 * const store = memoryStore({ maxBytes: 256 * 2 ** 20 })
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const maxBytes = bytesOption('maxBytes', options.maxBytes, 2 ** 26)
  const maxEntryBytes = bytesOption('maxEntryBytes', options.maxEntryBytes, maxBytes / 8)
  return new LruStore(maxBytes, Math.min(Math.ceil(maxEntryBytes), maxBytes))
}

class LruStore implements MemoryStore {
  readonly #tags = new TagIndex()
  readonly #leases = new Leases()
  readonly #entries: LRUCache<string, Entry>

  constructor(maxBytes: number, maxEntryBytes: number) {
    this.#entries = new LRUCache<string, Entry>({
      maxSize: maxBytes,
      maxEntrySize: maxEntryBytes,
      dispose: (_entry, key) => this.#tags.remove(key),
    })
  }

  get(key: string): unknown {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expires > Date.now()) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, value: unknown, options: EntryOptions): void {
    const ttl = timeOption('ttl', options.ttl, Infinity)
    // What cannot be kept takes the old one with it: it would be older than what was just learnt.
    this.#entries.delete(key)
    if (value === undefined || ttl === 0) return
    const size = countOption('size', options.size, Math.ceil(weightOf(key, value)))
    if (size > this.#entries.maxEntrySize) return
    this.#entries.set(key, { value, expires: Date.now() + ttl }, { size })
    this.#tags.add(key, options.tags ?? [])
  }

  delete(key: string): void {
    this.#leases.break((each) => each === key)
    this.#entries.delete(key)
  }

  deleteByTag(tag: string): void {
    // A lease says only when it stores which tags its entry will have.
    this.#leases.break(() => true)
    for (const key of this.#tags.keysOf(tag)) this.#entries.delete(key)
  }

  deleteByPrefix(prefix: string): void {
    this.#leases.break((key) => key.startsWith(prefix))
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix))
    for (const key of keys) this.#entries.delete(key)
  }

  acquire(key: string, ttl: number): Lease | undefined {
    const fence = this.#leases.take(key, ttl)
    if (fence === undefined) return undefined
    return {
      fence,
      set: async (value, options) => {
        if (!this.#leases.holds(key, fence)) return false
        this.set(key, value, options)
        return true
      },
      extend: async (longer) => this.#leases.extend(key, fence, longer),
      release: async () => this.#leases.give(key, fence),
    }
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  get size(): number {
    return this.#entries.size
  }
}

function bytesOption(name: string, value: number | undefined, otherwise: number): number {
  const bytes = countOption(name, value, otherwise)
  if (bytes === Infinity) throw new CacheOptionError(name, 'a number of bytes', value)
  return bytes
}
