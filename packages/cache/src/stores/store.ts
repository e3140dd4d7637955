/** What `set` may say about an entry. */
export interface EntryOptions {
  /** How long the entry may be kept, in milliseconds from now; `Infinity` keeps it until room is needed. */
  readonly ttl: number
  /** Names by which entries are forgotten together. @default none */
  readonly tags?: readonly string[] | undefined
  /** What the entry weighs, in bytes. @default measured */
  readonly size?: number | undefined
}

/**
 * The right to fill one key, held by one process at a time, and only for a time.
 *
 * Who was paused past the lease's end may still believe to hold it; `fence` is what tells: it rises with
 * each lease of a key, and `set` in the name of an old one is refused.
 */
export interface Lease {
  /** Larger for each lease of a key than for the one before. */
  readonly fence: number
  /** Stores the entry if no later lease was given out and nothing was deleted since; says whether it did. */
  set(value: unknown, options: EntryOptions): Promise<boolean>
  /** Lets the lease end so many milliseconds from now; says whether it was still held. */
  extend(ttl: number): Promise<boolean>
  /** Gives the lease back; without effect when it is another's by now. */
  release(): Promise<void>
}

/**
 * Where answers are kept. Each method may be answered later (by a server): a store in memory answers at
 * once, and `get` need not be awaited there.
 *
 * A store may forget any entry at any time. What it gives out is shared: it must not be changed.
 */
export interface CacheStore {
  /** The value of a key, or `undefined`, which is why `undefined` itself cannot be kept. */
  get(key: string): unknown
  /** Keeps a value; an entry that is too large for the store is passed over, and the old one is gone. */
  set(key: string, value: unknown, options: EntryOptions): void | Promise<void>
  /** Forgets a key. */
  delete(key: string): void | Promise<void>
  /** Forgets every entry that was stored with this tag. */
  deleteByTag(tag: string): void | Promise<void>
  /** Forgets every entry whose key begins so; the empty prefix means all. */
  deleteByPrefix(prefix: string): void | Promise<void>
  /**
   * Asks for the lease of a key, for so many milliseconds; `undefined` when another holds it.
   *
   * A deletion while the lease is held (by key, tag or prefix) makes its `set` store nothing: what was
   * read before the deletion must not come back after it. For a tag only the store can know, it counts
   * each deletion by tag against every lease under way.
   */
  acquire(key: string, ttl: number): Lease | undefined | Promise<Lease | undefined>
}
