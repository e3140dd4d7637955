import type { RedisClientType } from 'redis'

import { ProfilesFullError } from '../errors.ts'
import {
  hasPlayed,
  pointsOf,
  type Profile,
  type Span,
  tallyOf,
  weekOf,
} from '../profiles/profile.ts'
import type { Place, Profiles } from '../profiles/profiles.ts'
import { PREFIX, RedisRecords } from './redis-records.ts'

/** How many players can have a name. */
const CAPACITY = 200_000

/** A board of a week is kept until nobody asks for it any more. */
const WEEK_KEPT_MS = 15 * 24 * 60 * 60 * 1000

/** Who has a name and has never played, by when it was chosen: the first makes room for others. */
const IDLE = `${PREFIX}profiles-idle`
const COUNT = `${PREFIX}profiles-count`

const INDEX = `
  if ARGV[1] == '' then
    if tonumber(redis.call('GET', KEYS[5]) or '0') >= tonumber(ARGV[8]) then
      local idle = redis.call('ZPOPMIN', KEYS[4])
      if #idle == 0 then return 'full' end
      redis.call('DEL', ARGV[9] .. idle[1])
    else
      redis.call('INCR', KEYS[5])
    end
  end
  if ARGV[4] == '' then redis.call('ZREM', KEYS[4], ARGV[3])
  else redis.call('ZADD', KEYS[4], ARGV[4], ARGV[3]) end
  if ARGV[5] ~= '' then redis.call('ZADD', KEYS[2], ARGV[5], ARGV[3]) end
  if ARGV[6] ~= '' then
    redis.call('ZADD', KEYS[3], ARGV[6], ARGV[3])
    redis.call('PEXPIRE', KEYS[3], ARGV[7])
  end`

/**
 * Profiles that all processes share, with their order: a sorted set for all time, and one for each week.
 * A profile and its places are written in one moment.
 */
export class RedisProfiles implements Profiles {
  readonly #client: RedisClientType
  readonly #profiles: RedisRecords<Profile>
  readonly #now: () => number

  constructor(
    client: RedisClientType,
    { now = Date.now, capacity = CAPACITY }: { now?: () => number; capacity?: number } = {},
  ) {
    this.#client = client
    this.#now = now
    this.#profiles = new RedisRecords<Profile>(client, 'profile', {
      script: INDEX,
      keysOf: (profile) => [boardOf('ever'), boardOf(profile?.week.number ?? 0), IDLE, COUNT],
      argumentsOf: (profile) => [
        ...(profile ? placesOf(profile) : ['', '', '']),
        String(WEEK_KEPT_MS),
        String(capacity),
        `${PREFIX}profile:`,
      ],
    })
  }

  find(id: string): Promise<Profile | undefined> {
    return this.#profiles.find(id)
  }

  change(
    id: string,
    change: (profile: Profile | undefined) => Profile | undefined,
  ): Promise<Profile | undefined> {
    return this.#profiles.change(id, change, (reason) =>
      reason === 'full' ? new ProfilesFullError() : new Error(`Cannot keep a profile: ${reason}`),
    )
  }

  async top(span: Span, count: number): Promise<readonly Profile[]> {
    const ids = await this.#client.zRange(this.#board(span), 0, count - 1, { REV: true })
    return this.#profiles.findAll(ids)
  }

  async placeOf(id: string, span: Span): Promise<Place | undefined> {
    const profile = await this.find(id)
    const points = profile ? pointsOf(tallyOf(profile, span, this.#now())) : 0
    if (points === 0) return undefined
    const better = await this.#client.zCount(this.#board(span), (points + 1) * RANGE, '+inf')
    return { rank: better + 1, points }
  }

  #board(span: Span): string {
    return boardOf(span === 'ever' ? span : weekOf(this.#now()))
  }
}

function boardOf(span: 'ever' | number): string {
  return `${PREFIX}board:${span}`
}

/** When the profile stood idle, and its scores on both boards; '' where it has no place. */
function placesOf(profile: Profile): string[] {
  const { ever, week, since } = profile
  const score = (points: number): string => (points === 0 ? '' : scoreOf(points, since))
  return [
    hasPlayed(profile) ? '' : String(since),
    score(pointsOf(ever)),
    score(pointsOf(week.tally)),
  ]
}

/** Seconds from 2026 for 34 years; beside them a score has 23 bits for points. */
const RANGE = 2 ** 30
const BEGIN_S = Date.UTC(2026, 0) / 1000

/** Among as many points who came first stands first. */
function scoreOf(points: number, since: number): string {
  const seconds = Math.floor(since / 1000) - BEGIN_S
  return String(points * RANGE + RANGE - 1 - Math.min(Math.max(seconds, 0), RANGE - 1))
}
