import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { FileStore, MemoryStore } from '@tokkyu/session'
import { describe, expect, it } from 'vitest'

import {
  countDuel,
  countRound,
  newProfile,
  tallyOf,
  weekOf,
} from '../src/server/profiles/profile.ts'
import type { Profile } from '../src/server/profiles/profile.ts'
import { type RecordStore, StoredProfiles } from '../src/server/profiles/stored-profiles.ts'

const NOW = Date.UTC(2026, 10, 26)
const WEEK = 7 * 24 * 60 * 60 * 1000

/** Profiles of players with so many points, each by a name of one letter. */
async function players(
  points: Record<string, number>,
  store: RecordStore = new MemoryStore(),
): Promise<StoredProfiles> {
  const profiles = new StoredProfiles(store, { now: () => NOW })
  for (const [id, wins] of Object.entries(points)) {
    // oxlint-disable-next-line no-await-in-loop -- in this order
    await profiles.change(id, () => withWins(newProfile(id, id, null, NOW), wins))
  }
  return profiles
}

function withWins(profile: Profile, wins: number): Profile {
  return Array.from({ length: wins }).reduce<Profile>(
    (before) => countRound(before, 'win', 1, NOW),
    profile,
  )
}

describe('a week', () => {
  it('goes from Monday to Sunday, in UTC', () => {
    const days = ['2026-11-22T23:59:59Z', '2026-11-23', '2026-11-29T23:59:59Z', '2026-11-30']
    const first = weekOf(NOW)
    expect(days.map((day) => weekOf(Date.parse(day)) - first)).toEqual([-1, 0, 0, 1])
  })

  it('begins with nothing, and leaves what was ever', () => {
    const profile = countRound(newProfile('a', 'A', null, NOW), 'win', 1, NOW)
    expect(tallyOf(profile, 'week', NOW).wins).toBe(1)
    expect(tallyOf(profile, 'week', NOW + WEEK).wins).toBe(0)
    const next = countRound(profile, 'win', 2, NOW + WEEK)
    expect(tallyOf(next, 'week', NOW + WEEK).wins).toBe(1)
    expect(next.ever.wins).toBe(2)
  })
})

describe('a live duel', () => {
  it('counts once, however often it is told', () => {
    const once = countDuel(newProfile('a', 'A', null, NOW), 'room:1', true, NOW)
    expect(countDuel(once, 'room:1', true, NOW)).toBe(once)
    const both = countDuel(once, 'room:2', false, NOW)
    expect(both.ever).toMatchObject({ duels: 2, duelWins: 1 })
  })

  it('is remembered by name among the last few alone', () => {
    const names = Array.from({ length: 20 }, (_, number) => `room:${number}`)
    const played = names.reduce<Profile>(
      (profile, name) => countDuel(profile, name, true, NOW),
      newProfile('a', 'A', null, NOW),
    )
    expect(played.matches).toEqual(names.slice(-8))
    expect(played.ever.duels).toBe(20)
  })
})

describe('profiles', () => {
  it('are ordered by points, the earlier first of as many', async () => {
    const profiles = await players({ a: 1, b: 3, c: 3, d: 0 })
    const top = await profiles.top('ever', 10)
    expect(top.map(({ id }) => id)).toEqual(['b', 'c', 'a'])
    expect(await profiles.top('ever', 1)).toHaveLength(1)
  })

  it('say who stands where; as many points share a place', async () => {
    const profiles = await players({ a: 1, b: 3, c: 3, d: 0 })
    expect(await profiles.placeOf('b', 'week')).toEqual({ rank: 1, points: 3 })
    expect(await profiles.placeOf('c', 'week')).toEqual({ rank: 1, points: 3 })
    expect(await profiles.placeOf('a', 'week')).toEqual({ rank: 3, points: 1 })
    expect(await profiles.placeOf('d', 'week')).toBeUndefined()
    expect(await profiles.placeOf('nobody', 'ever')).toBeUndefined()
  })

  it('count a duel that was won as five points', async () => {
    const profiles = await players({ a: 4 })
    await profiles.change('b', () => countDuel(newProfile('b', 'b', null, NOW), 'd:1', true, NOW))
    expect((await profiles.top('ever', 2)).map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('are found again by whoever opens the same store', async () => {
    const store = new MemoryStore()
    await players({ a: 2 }, store)
    const later = new StoredProfiles(store, { now: () => NOW })
    expect(await later.placeOf('a', 'ever')).toEqual({ rank: 1, points: 2 })
  })

  it('are there after a crash in the middle of writing, but for what was cut', async () => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'profiles-')), 'profiles.log')
    const store = new FileStore({ path: file, ttl: 1e12 })
    await players({ a: 2, b: 1 }, store)
    await store.close()
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, -10)) // the last record is the change that made b
    const again = new FileStore({ path: file, ttl: 1e12 })
    const profiles = new StoredProfiles(again, { now: () => NOW })
    expect((await profiles.top('ever', 9)).map(({ id }) => id)).toEqual(['a'])
    await profiles.change('c', () => newProfile('c', 'c', null, NOW))
    await again.close()
    await rm(path.dirname(file), { recursive: true })
  })

  it('make room for another by who has never played, and by nobody else', async () => {
    const profiles = new StoredProfiles(new MemoryStore(), { now: () => NOW, capacity: 2 })
    const choose = (id: string, wins: number): Promise<unknown> =>
      profiles.change(id, () => withWins(newProfile(id, id, null, NOW), wins))
    await choose('played', 1)
    await choose('idle', 0)
    await choose('next', 1)
    expect(await profiles.find('idle')).toBeUndefined()
    await expect(choose('another', 1)).rejects.toMatchObject({ code: 'PROFILES_FULL' })
    await choose('next', 2) // who has one may change it
    expect((await profiles.top('ever', 9)).map(({ id }) => id)).toEqual(['next', 'played'])
  })

  it('lose no change while another to the same one is being written', async () => {
    const store = new MemoryStore()
    const profiles = await players({ a: 0 }, store)
    const set = store.set.bind(store)
    let release: (() => void) | undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    store.set = async (id, record) => {
      await held
      return set(id, record)
    }
    const win = (): Promise<unknown> =>
      profiles.change('a', (profile) => profile && countRound(profile, 'win', 1, NOW))
    const both = Promise.all([win(), win()])
    release?.()
    await both
    expect((await profiles.find('a'))?.ever.wins).toBe(2)
  })

  it('are as they were when a change cannot be written, and the next one can be', async () => {
    const store = new MemoryStore()
    const profiles = await players({ a: 1 }, store)
    const set = store.set.bind(store)
    store.set = async () => {
      throw new Error('disk full')
    }
    const lost = profiles.change('a', (profile) => profile && { ...profile, name: 'lost' })
    await expect(lost).rejects.toThrow('disk full')
    store.set = set
    expect((await profiles.find('a'))?.name).toBe('a')
    await profiles.change('a', (profile) => profile && { ...profile, name: 'kept' })
    expect((await profiles.find('a'))?.name).toBe('kept')
  })
})
