import { SessionOptionError } from '../option-error.ts'
import { SessionConflictError, SessionError, StoreUnavailableError } from '../session/errors.ts'
import type { SetOptions, StoredSession, Version } from '../session/session-store.ts'
import { lifeOf } from '../stores/life.ts'
import { PromisedStore } from '../stores/promised-store.ts'
import { Records, isForeign, versionOf, withCookie } from '../stores/record.ts'
import type { Read, Serializer } from '../stores/record.ts'
import { commandsOf } from './client.ts'
import type { Cas, Found, MemcachedCommands } from './commands.ts'
import { expiryAfter } from './expiry.ts'
import { keysOf } from './key.ts'
import type { MemcachedClient } from './memcached-client.ts'
import type { MemjsClient } from './memjs.ts'
import { SessionTooLargeError } from './too-large-error.ts'

/** Options of a `MemcachedStore`. */
export interface MemcachedStoreOptions {
  /** A client of `memcached` or `memjs`. It stays the app's, and is closed there. */
  readonly client: MemcachedClient | MemjsClient
  /** How the key of each session begins. @default 'sess:' */
  readonly prefix?: string | undefined
  /** Milliseconds that a session whose cookie has no expiry outlives its last use. @default one day */
  readonly ttl?: number | undefined
  /**
   * Most bytes of one session, its cookie included; a larger one is refused as `SESSION_TOO_LARGE`. The server's
   * own limit (`-I`, 1 MiB) counts what it keeps beside the value.
   *
   * @default 1_048_000
   */
  readonly maxBytes?: number | undefined
  /**
   * Turns sessions into text, in place of JSON. Of a list the first writes and all read, and JSON is always
   * read: so a serializer is changed by putting the new one in front.
   *
   * @default JSON
   */
  readonly serializer?: Serializer | readonly Serializer[] | undefined
}

/**
 * Keeps sessions in Memcached, for any number of processes; concurrent requests merge between them.
 *
 * A session is read by one `gets`, and written by one `set`, or with `ifVersion` by `cas`; `touch` is `gets` and `cas`.
 * Memcached forgets: what it evicts to make room, or had when it was restarted, is gone, and its bearer gets
 * a new session. It cannot list its keys, so there is no `all`, `length` or `clear`.
 *
 * @throws {SessionOptionError} for what is no client, or options that cannot work.
 * @example session({ secret, store: new MemcachedStore({ client: new Memcached('localhost:11211') }) })
 */
export class MemcachedStore extends PromisedStore {
  readonly #memcached: MemcachedCommands
  readonly #records: Records
  readonly #keyOf: (id: string) => string
  readonly #ttl: number
  readonly #maxBytes: number
  /** By what each state that was read lately can be exchanged, which spares its writer another reading. */
  readonly #exchangeable = new Map<Version, Cas>()

  constructor(options: MemcachedStoreOptions) {
    super()
    const { client, prefix = 'sess:', ttl = 86_400_000, maxBytes = 1_048_000 } = options
    if (!(ttl > 0)) throw new SessionOptionError('ttl', `ttl option must be above 0 ms, not ${ttl}`)
    if (!(maxBytes >= 1)) {
      throw new SessionOptionError(
        'maxBytes',
        `maxBytes option must be at least 1, not ${maxBytes}`,
      )
    }
    this.#memcached = commandsOf(client)
    this.#records = new Records([options.serializer ?? []].flat())
    this.#keyOf = keysOf(prefix, this.#memcached.namespaceSize)
    this.#ttl = ttl
    this.#maxBytes = maxBytes
  }

  protected override async read(id: string): Promise<Read | undefined> {
    const found = await this.#find('get', this.#keyOf(id))
    if (found === undefined) return undefined
    const read = await this.#records.read(found.text)
    // Memcached counts in seconds, and may be some behind. What another store has touched says an old end.
    if (!isForeign(read.version) && lifeOf(read.session, this.#ttl) <= 0) return undefined
    this.#remember(read.version, found.cas)
    return read
  }

  protected override async write(
    id: string,
    session: StoredSession,
    { ifVersion, json }: SetOptions = {},
  ): Promise<Version> {
    const key = this.#keyOf(id)
    const { text, version } = this.#records.write(session, json)
    const size = Buffer.byteLength(text)
    // The server would take away what it has, for a value too large to replace it.
    if (size > this.#maxBytes) throw new SessionTooLargeError(size, this.#maxBytes)
    const expiry = expiryAfter(lifeOf(session, this.#ttl))
    if (ifVersion === undefined) {
      if (!(await asked('set', this.#memcached.set(key, text, expiry)))) throw refused('set')
      return version
    }
    const cas = this.#exchangeable.get(ifVersion)
    this.#exchangeable.delete(ifVersion)
    if (cas && (await asked('set', this.#memcached.exchange(key, text, expiry, cas))))
      return version
    const last = await this.#exchange('set', key, expiry, (now) =>
      versionOf(now) === ifVersion ? text : undefined,
    )
    // A client that lost its connection may send a write twice: one that has arrived has not lost.
    if (last !== ifVersion && last !== version) throw new SessionConflictError()
    return version
  }

  protected override async moveExpiry(id: string, session: StoredSession): Promise<void> {
    const expiry = expiryAfter(lifeOf(session, this.#ttl))
    await this.#exchange('touch', this.#keyOf(id), expiry, (now) => withCookie(now, session))
  }

  protected override async remove(id: string): Promise<void> {
    await asked('destroy', this.#memcached.remove(this.#keyOf(id)))
  }

  /**
   * Replaces what is stored by what is made of it, and begins again when another came in between.
   *
   * @param change - gives nothing to leave it as it is.
   * @returns the version that was found last; none where there was no session.
   */
  async #exchange(
    operation: string,
    key: string,
    expiry: number,
    change: (text: string) => string | undefined,
  ): Promise<string | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = await this.#find(operation, key)
      if (found === undefined) return undefined
      const text = change(found.text)
      const isDone =
        text === undefined ||
        (await asked(operation, this.#memcached.exchange(key, text, expiry, found.cas)))
      if (isDone) return versionOf(found.text)
    }
    throw refused(operation)
  }

  async #find(operation: string, key: string): Promise<Found | undefined> {
    const found = await asked(operation, this.#memcached.get(key))
    if (found && isNone(found.cas)) throw refused(operation, 'runs without CAS (-C)')
    return found
  }

  #remember(version: Version, cas: Cas): void {
    this.#exchangeable.delete(version)
    this.#exchangeable.set(version, cas)
    if (this.#exchangeable.size <= MOST_REMEMBERED) return
    for (const oldest of this.#exchangeable.keys()) {
      this.#exchangeable.delete(oldest)
      break
    }
  }
}

/** Touches are what comes in between; a server that refuses looks the same. */
const MOST_TRIES = 20

/** Sessions that are read and not yet written; about a hundred bytes each. */
const MOST_REMEMBERED = 10_000

/** A failed command means that the server is away, whatever the client calls it. */
async function asked<T>(operation: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof SessionError || error instanceof TypeError) throw error
    throw new StoreUnavailableError(operation, 'cannot be reached', { cause: error })
  }
}

function refused(operation: string, reason = 'refused'): Error {
  return new StoreUnavailableError(operation, reason)
}

/** A server that compares nothing gives 0: every exchange would succeed, and lose what others wrote. */
function isNone(cas: Cas): boolean {
  return typeof cas === 'string' ? cas === '0' : cas.every((byte) => byte === 0)
}
