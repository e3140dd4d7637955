import { SessionOptionError } from '../option-error.ts'
import { SessionConflictError } from '../session/errors.ts'
import type { Done, SetOptions, StoredSession, Version } from '../session/session-store.ts'
import { lifeOf } from '../stores/life.ts'
import { PromisedStore } from '../stores/promised-store.ts'
import { Records, beginningOf, cookieFields } from '../stores/record.ts'
import type { Read, Serializer } from '../stores/record.ts'
import { settle } from '../stores/settle.ts'
import { commandsOf } from './client.ts'
import type { IoredisClient, NodeRedisClient, RedisCommands } from './client.ts'
import { failureOf } from './failure.ts'
import { REPLACE, TOUCH } from './scripts.ts'

/** Options of a `RedisStore`. */
export interface RedisStoreOptions {
  /**
   * A client of node-redis or ioredis: of one server, sentinels or a cluster. It stays the app's: connected, listened
   * to for `error`, and closed there.
   */
  readonly client: NodeRedisClient | IoredisClient
  /** How the key of each session begins. @default 'sess:', as in connect-redis */
  readonly prefix?: string | undefined
  /**
   * Milliseconds that a session whose cookie has no expiry outlives its last use; connect-redis counts
   * seconds.
   *
   * @default one day
   */
  readonly ttl?: number | undefined
  /**
   * Turns sessions into text, in place of JSON. Of a list the first writes and all read, and JSON is always
   * read: so a serializer is changed by putting the new one in front.
   *
   * @default JSON
   */
  readonly serializer?: Serializer | readonly Serializer[] | undefined
  /** Keys that Redis looks at in each step of `all`, `length` and `clear`. @default 100 */
  readonly scanCount?: number | undefined
}

/**
 * Keeps sessions in Redis or Valkey, for any number of processes; concurrent requests merge between them.
 *
 * One key for each session: read by one `GET`, removed by one `DEL`, written by one `PSETEX`, or with `ifVersion` by one
 * script; `touch` is one script, and fetches no data. Sessions of connect-redis are read, and connect-redis reads ours.
 *
 * @throws {SessionOptionError} for what is no client, or a bound below 1.
 * @example session({ secret, store: new RedisStore({ client: await createClient().connect() }) })
 */
export class RedisStore extends PromisedStore {
  readonly #redis: RedisCommands
  readonly #records: Records
  readonly #prefix: string
  readonly #ttl: number
  readonly #scanCount: number

  constructor(options: RedisStoreOptions) {
    super()
    const { client, prefix = 'sess:', ttl = 86_400_000, serializer = [], scanCount = 100 } = options
    if (!(ttl > 0)) throw new SessionOptionError('ttl', `ttl option must be above 0 ms, not ${ttl}`)
    if (!(scanCount >= 1)) {
      throw new SessionOptionError(
        'scanCount',
        `scanCount option must be at least 1, not ${scanCount}`,
      )
    }
    this.#redis = commandsOf(client)
    this.#records = new Records([serializer].flat())
    this.#prefix = prefix
    this.#ttl = ttl
    this.#scanCount = scanCount
  }

  /** Gives all sessions by id; one that is written or removed meanwhile may be among them or not. */
  override all(
    callback?: (error?: unknown, sessions?: Record<string, StoredSession>) => void,
  ): unknown {
    return settle(this.#all(), callback)
  }

  /** Counts the sessions under the prefix; one that is written or removed meanwhile may count or not. */
  override length(callback?: (error?: unknown, length?: number) => void): unknown {
    return settle(this.#length(), callback)
  }

  /** Removes all sessions under the prefix; what is written meanwhile may stay. */
  override clear(callback?: Done): unknown {
    return settle(this.#clear(), callback)
  }

  protected override read(id: string): Promise<Read | undefined> {
    return this.#readKey(this.#prefix + id)
  }

  async #readKey(key: string): Promise<Read | undefined> {
    let found: unknown
    try {
      found = await this.#redis.get(key)
    } catch (error) {
      throw failureOf('get', error)
    }
    if (found === null || found === undefined) return undefined
    const text = Buffer.isBuffer(found) ? found.toString() : (found as string)
    return this.#records.read(text)
  }

  protected override async write(
    id: string,
    session: StoredSession,
    { ifVersion, json }: SetOptions = {},
  ): Promise<Version> {
    const key = this.#prefix + id
    const { text, version } = this.#records.write(session, json)
    const life = lifeOf(session, this.#ttl)
    let written: unknown
    try {
      if (ifVersion !== undefined) {
        const args = [beginningOf(ifVersion), text, String(life)]
        written = await this.#redis.run(REPLACE, key, args)
      } else if (life > 0) await this.#redis.set(key, text, life)
      else await this.#redis.remove(key)
    } catch (error) {
      throw failureOf('set', error)
    }
    if (written === 0) throw new SessionConflictError()
    return version
  }

  protected override async moveExpiry(id: string, session: StoredSession): Promise<void> {
    const args = [cookieFields(session), String(lifeOf(session, this.#ttl))]
    try {
      await this.#redis.run(TOUCH, this.#prefix + id, args)
    } catch (error) {
      throw failureOf('touch', error)
    }
  }

  protected override remove(id: string): Promise<void> {
    return this.#removeKey(this.#prefix + id)
  }

  async #removeKey(key: string): Promise<void> {
    try {
      await this.#redis.remove(key)
    } catch (error) {
      throw failureOf('destroy', error)
    }
  }

  async #all(): Promise<Record<string, StoredSession>> {
    const sessions = Object.create(null) as Record<string, StoredSession>
    for await (const keys of this.#keys()) {
      const found = await Promise.all(keys.map((key) => this.#readKey(key)))
      for (const [at, key] of keys.entries()) {
        const read = found[at] // one that ended since its key was seen is none
        if (read !== undefined) sessions[key.slice(this.#prefix.length)] = read.session
      }
    }
    return sessions
  }

  async #length(): Promise<number> {
    const seen = new Set<string>()
    for await (const keys of this.#keys()) for (const key of keys) seen.add(key)
    return seen.size
  }

  async #clear(): Promise<void> {
    for await (const keys of this.#keys())
      await Promise.all(keys.map((key) => this.#removeKey(key)))
  }

  async *#keys(): AsyncGenerator<string[]> {
    try {
      yield* this.#redis.keys(this.#prefix, this.#scanCount)
    } catch (error) {
      throw failureOf('get', error)
    }
  }
}
