import { type FileStore, MemoryStore } from '@tokkyu/session'

import { ProfilesFullError } from '../errors.ts'
import { hasPlayed, pointsOf, type Profile, type Span, tallyOf } from './profile.ts'
import type { Place, Profiles } from './profiles.ts'

/** How many players can have a name. */
const CAPACITY = 20_000

/** The store of one process that keeps records by name: a `FileStore`, or in memory a `MemoryStore`. */
export type RecordStore = Pick<FileStore | MemoryStore, 'set' | 'destroy' | 'sessions'>

interface ProfilesOptions {
  /** @default Date.now */
  readonly now?: () => number
  /** How many there can be. @default 20_000 */
  readonly capacity?: number
}

/** Profiles that end with the process. */
export function profilesInMemory(): Profiles {
  return new StoredProfiles(new MemoryStore({ max: CAPACITY, ttl: Number.MAX_SAFE_INTEGER }))
}

/**
 * The profiles of one process: all in memory, each change written to a store before it is answered.
 * What a session store does for sessions is what a profile needs as well, so it is used as it is.
 */
export class StoredProfiles implements Profiles {
  readonly #store: RecordStore
  readonly #now: () => number
  readonly #capacity: number
  readonly #profiles = new Map<string, Profile>()
  /** By id, the change that the next one has to wait for. */
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(store: RecordStore, { now = Date.now, capacity = CAPACITY }: ProfilesOptions = {}) {
    this.#store = store
    this.#now = now
    this.#capacity = capacity
    for (const [id, record] of Object.entries(store.sessions)) {
      this.#profiles.set(id, record['profile'] as Profile) // as #write put it there
    }
  }

  async find(id: string): Promise<Profile | undefined> {
    return this.#profiles.get(id)
  }

  async change(
    id: string,
    change: (profile: Profile | undefined) => Profile | undefined,
  ): Promise<Profile | undefined> {
    const before = this.#underWay.get(id)
    const done = (async () => {
      await before?.catch(() => {}) // which its own caller is told
      return this.#write(id, change(this.#profiles.get(id)))
    })()
    this.#underWay.set(id, done)
    try {
      return await done
    } finally {
      if (this.#underWay.get(id) === done) this.#underWay.delete(id)
    }
  }

  async top(span: Span, count: number): Promise<readonly Profile[]> {
    const now = this.#now()
    // Not sorted as a whole: of many thousands a few are asked for.
    const best: { readonly profile: Profile; readonly points: number }[] = []
    for (const profile of this.#profiles.values()) {
      const points = pointsOf(tallyOf(profile, span, now))
      if (points === 0) continue
      const isBehind = (other: (typeof best)[number]): boolean =>
        other.points < points || (other.points === points && other.profile.since > profile.since)
      const place = best.findIndex(isBehind)
      if (place !== -1) best.splice(place, 0, { profile, points })
      else if (best.length < count) best.push({ profile, points })
      if (best.length > count) best.pop()
    }
    return best.map(({ profile }) => profile)
  }

  async placeOf(id: string, span: Span): Promise<Place | undefined> {
    const now = this.#now()
    const profile = this.#profiles.get(id)
    const points = profile ? pointsOf(tallyOf(profile, span, now)) : 0
    if (points === 0) return undefined
    let rank = 1
    for (const other of this.#profiles.values()) {
      if (pointsOf(tallyOf(other, span, now)) > points) rank += 1
    }
    return { rank, points }
  }

  /**
   * Who has never played makes room, the first first; nobody else's name is given away.
   *
   * @throws {ProfilesFullError} `PROFILES_FULL`
   */
  async #makeRoom(): Promise<void> {
    if (this.#profiles.size < this.#capacity) return
    const idle = [...this.#profiles.values()].find((profile) => !hasPlayed(profile))
    if (!idle) throw new ProfilesFullError()
    this.#profiles.delete(idle.id)
    await this.#store.destroy(idle.id)
  }

  async #write(id: string, profile: Profile | undefined): Promise<Profile | undefined> {
    if (!profile) return undefined
    if (!this.#profiles.has(id)) await this.#makeRoom()
    await this.#store.set(id, { cookie: NO_COOKIE, profile })
    this.#profiles.set(id, profile)
    return profile
  }
}

/** A record belongs to no browser, and ends when its store says so. */
const NO_COOKIE = { originalMaxAge: null }
