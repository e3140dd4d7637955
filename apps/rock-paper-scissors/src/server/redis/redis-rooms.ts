import type { RedisClientType } from 'redis'

import { type Clocks, dueAt, isShown, type RoomState } from '../duel/room-state.ts'
import type { RoomStore } from '../duel/room-store.ts'
import { PREFIX, RedisRecords } from './redis-records.ts'

/** How many duels there are at a time, in all processes. */
const CAPACITY = 5_000

/** Longer than a busy process may be late, shorter than a player may be away. */
const SILENCE_MS = 10_000

/** All rooms, by when their clocks have something to do. */
const DUE = `${PREFIX}rooms-due`
/** Rooms that everybody may watch, by when they were opened. */
const SHOWN = `${PREFIX}rooms-shown`
/** Processes, by when they last said that they live, on the clock of Redis. */
const PROCESSES = `${PREFIX}processes`

const INDEX = `
  if ARGV[2] == '' then
    redis.call('ZREM', KEYS[2], ARGV[3])
    redis.call('ZREM', KEYS[3], ARGV[3])
  else
    if ARGV[1] == '' and redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[6]) then return 'full' end
    redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
    if ARGV[5] == '' then redis.call('ZREM', KEYS[3], ARGV[3])
    else redis.call('ZADD', KEYS[3], ARGV[5], ARGV[3]) end
  end`

const BEAT = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local last = redis.call('ZSCORE', KEYS[1], ARGV[1])
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  return {last and 1 or 0, redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])}`

/** The rooms of all processes that share a Redis; they outlive each of them. */
export class RedisRooms implements RoomStore {
  readonly isShared = true
  readonly #client: RedisClientType
  readonly #rooms: RedisRecords<RoomState>
  readonly #silence: number

  /** @param silence - after so many milliseconds without a word a process is given up. */
  constructor(client: RedisClientType, clocks: Clocks, silence: number = SILENCE_MS) {
    this.#client = client
    this.#silence = silence
    this.#rooms = new RedisRecords(client, 'room', {
      script: INDEX,
      keysOf: () => [DUE, SHOWN],
      argumentsOf: (room) => [
        room ? score(dueAt(room, clocks)) : '',
        room && isShown(room) ? String(room.openedAt) : '',
        String(CAPACITY),
      ],
    })
  }

  async open(room: RoomState): Promise<boolean> {
    let isFull = false
    const full = (): Error => {
      isFull = true
      return new Error('full')
    }
    await this.#rooms.change(room.duel.id, () => room, full).catch(unless(() => isFull))
    return !isFull
  }

  find(id: string): Promise<RoomState | undefined> {
    return this.#rooms.find(id)
  }

  change(
    id: string,
    change: (room: RoomState) => RoomState | null,
  ): Promise<RoomState | undefined> {
    return this.#rooms.change(id, (room) => room && change(room))
  }

  due(now: number): Promise<readonly string[]> {
    return this.#client.zRangeByScore(DUE, '-inf', now)
  }

  ids(): Promise<readonly string[]> {
    return this.#client.zRange(DUE, 0, -1)
  }

  async shown(count: number): Promise<readonly RoomState[]> {
    return this.#rooms.findAll(await this.#client.zRange(SHOWN, 0, count - 1, { REV: true }))
  }

  async beat(process: string): Promise<{ wasLost: boolean; lost: readonly string[] }> {
    const [isKnown, lost] = (await this.#client.eval(BEAT, {
      keys: [PROCESSES],
      arguments: [process, String(this.#silence)],
    })) as [number, string[]] // as the script gives it
    return { wasLost: isKnown === 0, lost }
  }

  async forget(process: string): Promise<void> {
    await this.#client.zRem(PROCESSES, process)
  }
}

function score(time: number): string {
  return time === Infinity ? '+inf' : String(time)
}

function unless(isExpected: () => boolean): (error: unknown) => void {
  return (error) => {
    if (!isExpected()) throw error
  }
}
