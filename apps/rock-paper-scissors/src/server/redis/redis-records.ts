import type { RedisClientType } from 'redis'

/** All keys of the game are in one slot of a cluster, so that a script may touch several. */
export const PREFIX = '{rock-paper-scissors}:'

/** What is written with each record, in the same moment. */
export interface RedisIndex<T> {
  /**
   * Lua that is run before the record is written. `KEYS` from 2 and `ARGV` from 4 are those below,
   * `ARGV[1]` is the former record, `ARGV[2]` the new one ('' for none), `ARGV[3]` its id. What it returns, if
   * it does, is why the record is not written.
   */
  readonly script: string
  readonly keysOf: (record: T | null) => readonly string[]
  readonly argumentsOf: (record: T | null) => readonly string[]
}

/** Why a record could not be written. */
export type RedisRefusal = (reason: string) => Error

/** How often another process may be faster. */
const ATTEMPTS = 100

/** Records in Redis, as JSON, that several processes change: who changes what has changed tries again. */
export class RedisRecords<T extends object> {
  readonly #client: RedisClientType
  readonly #prefix: string
  readonly #index: RedisIndex<T>
  readonly #script: string

  /** @param kind - names them among the records of the game. */
  constructor(client: RedisClientType, kind: string, index: RedisIndex<T>) {
    this.#client = client
    this.#prefix = `${PREFIX}${kind}:`
    this.#index = index
    this.#script = `
      if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 'changed' end
      ${index.script}
      if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
      return 'written'`
  }

  async find(id: string): Promise<T | undefined> {
    const text = await this.#client.get(this.#prefix + id)
    return text === null ? undefined : (JSON.parse(text) as T)
  }

  /** Those that are there, in this order. */
  async findAll(ids: readonly string[]): Promise<T[]> {
    if (ids.length === 0) return []
    const texts = await this.#client.mGet(ids.map((id) => this.#prefix + id))
    return texts.filter((text) => text !== null).map((text) => JSON.parse(text) as T)
  }

  /**
   * Makes one record what `change` makes of it, and gives it.
   *
   * @param change - pure, may be called again. What gives nothing, or the same, changes nothing; `null`
   * removes the record.
   * @param refusal - what to throw for what the script of the index returns.
   */
  async change(
    id: string,
    change: (record: T | undefined) => T | null | undefined,
    refusal: RedisRefusal = (reason) => new Error(`Cannot write ${this.#prefix}${id}: ${reason}`),
  ): Promise<T | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // oxlint-disable-next-line no-await-in-loop -- each attempt begins with what the last one met
      const text = await this.#client.get(this.#prefix + id)
      const record = text === null ? undefined : (JSON.parse(text) as T)
      const next = change(record)
      if (next === undefined || next === record) return record
      // oxlint-disable-next-line no-await-in-loop
      const answer = await this.#write(id, text ?? '', next)
      if (answer === 'written') return next ?? undefined
      if (answer !== 'changed') throw refusal(answer)
    }
    throw refusal('others were faster each time')
  }

  async #write(id: string, former: string, next: T | null): Promise<string> {
    const answer = await this.#client.eval(this.#script, {
      keys: [this.#prefix + id, ...this.#index.keysOf(next)],
      arguments: [
        former,
        next === null ? '' : JSON.stringify(next),
        id,
        ...this.#index.argumentsOf(next),
      ],
    })
    return answer as string // as the script gives it
  }
}
