import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import type { Channel } from '@tokkyu/core'
import { redisChannels } from '@tokkyu/session/redis'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { comeTo, openRoom, Player } from '../load/player.ts'
import { createApp, createGame } from '../src/server/app.ts'
import { arrive, attend, CLOCKS, newRoom, type RoomState } from '../src/server/duel/room-state.ts'
import { Rooms } from '../src/server/duel/rooms.ts'
import { countRound, newProfile, type Profile } from '../src/server/profiles/profile.ts'
import type { Profiles } from '../src/server/profiles/profiles.ts'
import { profilesInMemory } from '../src/server/profiles/stored-profiles.ts'
import { connectRedis, type Redis } from '../src/server/redis/connect.ts'
import { RedisProfiles } from '../src/server/redis/redis-profiles.ts'
import { RedisRateLimits } from '../src/server/redis/redis-rate-limits.ts'
import { RedisRooms } from '../src/server/redis/redis-rooms.ts'
import { mayTestRedis, RedisServer } from './redis-server.ts'

const NOW = Date.now()

describe.skipIf(!mayTestRedis)('in Redis', () => {
  const server = new RedisServer()
  let redis: Redis
  beforeAll(async () => {
    await server.start()
    redis = await connectRedis(server.url)
  })
  afterAll(async () => {
    await redis?.close()
    await server.end()
  })
  beforeEach(() => redis.client.flushDb())

  describe('profiles', () => {
    it('are found, ordered and placed as those in memory are', async () => {
      const points = { a: 1, b: 3, c: 3, d: 0, e: 2, f: 7 }
      const [inRedis, inMemory] = [new RedisProfiles(redis.client), profilesInMemory()]
      for (const profiles of [inRedis, inMemory]) {
        for (const [index, [id, wins]] of Object.entries(points).entries()) {
          // oxlint-disable-next-line no-await-in-loop -- in this order
          await profiles.change(id, () => withWins(id, wins, NOW + index * 1000))
        }
      }
      for (const span of ['week', 'ever'] as const) {
        expect(await idsOf(inRedis, span)).toEqual(['f', 'b', 'c', 'e', 'a'])
        expect(await idsOf(inMemory, span)).toEqual(['f', 'b', 'c', 'e', 'a'])
        for (const id of [...Object.keys(points), 'nobody']) {
          expect(await inRedis.placeOf(id, span)).toEqual(await inMemory.placeOf(id, span))
          expect(await inRedis.find(id)).toEqual(await inMemory.find(id))
        }
      }
    })

    it('begin each week with nothing, and remember what was ever', async () => {
      const later = new RedisProfiles(redis.client, { now: () => NOW + 8 * 24 * 3_600_000 })
      await later.change('a', () => withWins('a', 2, NOW))
      expect(await later.top('week', 10)).toEqual([])
      expect(await later.placeOf('a', 'week')).toBeUndefined()
      expect(await later.placeOf('a', 'ever')).toEqual({ rank: 1, points: 2 })
    })

    it('lose no change, whoever makes it at the same time', async () => {
      const both = [new RedisProfiles(redis.client), new RedisProfiles(redis.client)] as const
      await both[0].change('a', () => newProfile('a', 'A', null, NOW))
      await Promise.all(Array.from({ length: 20 }, (_, index) => both[index % 2]!.change('a', win)))
      expect((await both[0].find('a'))?.ever.wins).toBe(20)
      expect(await both[0].placeOf('a', 'ever')).toEqual({ rank: 1, points: 20 })
    })

    it('make room by who has never played, the first first, and else take nobody in', async () => {
      const few = new RedisProfiles(redis.client, { capacity: 2 })
      await few.change('a', () => withWins('a', 1, NOW))
      await few.change('b', () => newProfile('b', 'B', null, NOW))
      await few.change('c', () => withWins('c', 1, NOW))
      expect(await few.find('b')).toBeUndefined()
      const sent = few.change('d', () => newProfile('d', 'D', null, NOW))
      await expect(sent).rejects.toMatchObject({ code: 'PROFILES_FULL', status: 503 })
      expect(await few.find('d')).toBeUndefined()
    })
  })

  describe('a room', () => {
    it('is changed by one process after the other, and refuses nobody', async () => {
      const [one, other] = [
        new RedisRooms(redis.client, CLOCKS),
        new RedisRooms(redis.client, CLOCKS),
      ]
      await one.open(newRoom('d', NOW))
      const comers = ['ada', 'bob', 'eve', 'joe']
      const seats = new Map<string, unknown>()
      await Promise.all(
        comers.map((id, index) =>
          (index % 2 ? one : other).change('d', (before) => {
            const face = { name: id, avatar: null, profile: null }
            const { room, seat } = arrive(before, { id, face }, NOW, CLOCKS)
            seats.set(id, seat)
            return attend(room, id, [Number(seat === 0), Number(seat === 1), 0], NOW, CLOCKS)
          }),
        ),
      )
      expect(new Set(seats.values())).toEqual(new Set([0, 1, null]))
      expect([...seats.values()].filter((seat) => seat === null)).toHaveLength(2)
      const room = await one.find('d')
      expect(room?.duel.phase).toBe('choosing')
      expect(Object.keys(room?.present ?? {})).toHaveLength(2)
      expect((await other.shown(10)).map(({ duel }) => duel.id)).toEqual(['d'])
    })

    it('is due when its clock says so, and gone when it is removed', async () => {
      const rooms = new RedisRooms(redis.client, CLOCKS)
      await rooms.open(newRoom('d', NOW))
      expect(await rooms.due(NOW)).toEqual([])
      expect(await rooms.due(NOW + CLOCKS.empty)).toEqual(['d'])
      await rooms.change('d', () => null)
      expect(await rooms.ids()).toEqual([])
      expect(await rooms.find('d')).toBeUndefined()
      expect(await rooms.change('d', (room) => room)).toBeUndefined()
    })

    it('has its matches counted by whoever looks, where the process that saw the end died', async () => {
      const store = new RedisRooms(redis.client, CLOCKS)
      const result = { match: 'd:1', winner: 'ada', loser: 'bob', at: Date.now() - 60_000 }
      await store.open({ ...newRoom('d', Date.now()), results: [result] })
      const ended = vi.fn<() => Promise<void>>(async () => {})
      const rooms = new Rooms({ store, clocks: CLOCKS, ended, channelOf: anyChannel })
      await vi.waitFor(async () => expect((await store.find('d'))?.results).toEqual([]))
      expect(ended).toHaveBeenCalledWith(result)
      await rooms.close()
    })
  })

  describe('a process', () => {
    it('that says nothing any more has nobody in its rooms', async () => {
      const store = new RedisRooms(redis.client, CLOCKS, 50)
      await store.beat('the dead one')
      await store.open(attend(seated(), 'the dead one', [1, 0, 0], NOW, CLOCKS))
      const rooms = new Rooms({ store, clocks: CLOCKS, ended: nothing, channelOf: anyChannel })
      await vi.waitFor(
        async () => {
          const room = await store.find('d')
          expect(room).toMatchObject({ present: {}, duel: { away: [true, false] } })
          expect(room?.backBy[0]).toBeGreaterThan(NOW)
        },
        { timeout: 20_000 },
      )
      await rooms.close()
    })

    it('that was given up while it lived says again who is there', async () => {
      const { store, player, end } = await playIn(redis)
      const [mine] = Object.keys((await store.find(player.duel?.id ?? ''))?.present ?? {})
      const version = await store.change(player.duel?.id ?? '', (room) =>
        attend({ ...room, version: room.version + 1 }, mine ?? '', [0, 0, 0], NOW, CLOCKS),
      )
      expect(version?.duel.away).toEqual([true, false])
      await store.forget(mine ?? '')
      await vi.waitFor(async () => {
        expect(await store.find(player.duel?.id ?? '')).toMatchObject({
          present: { [mine ?? '']: [1, 0, 0] },
          backBy: [null, null],
        })
      })
      await end()
    })

    it('that could not hear for a moment reads what it has missed', async () => {
      const { store, player, end } = await playIn(redis)
      const id = player.duel?.id ?? ''
      await redis.client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub'])
      await store.change(id, (room) => {
        const face = { name: 'Bob', avatar: null, profile: null }
        const { room: next } = arrive(room, { id: 'bob', face }, NOW, CLOCKS)
        return { ...next, version: room.version + 1 } // and nobody is told
      })
      const duel = await player.until(({ seated: [, second] }) => second)
      expect(duel.phase).toBe('choosing')
      await end()
    })
  })

  it('what an address has asked of one process counts in all', async () => {
    const options = {
      rateLimits: { play: 3, names: 3, rooms: 3, uploads: 3 },
      limitStoreOf: (name: string) => new RedisRateLimits(redis.client, name),
    }
    const [one, other] = [createApp(options), createApp(options)]
    for (const app of [one, other, one]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await request(app).post('/duels').expect(303)
    }
    await request(other).post('/duels').expect(429)
    await request(other).get('/game?action=rock').expect(200)
  })

  it('what is asked while it is away fails, and goes on when it is back', async () => {
    const profiles = new RedisProfiles(redis.client)
    await profiles.change('a', () => withWins('a', 1, NOW))
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    await server.stop()
    await expect(profiles.find('a')).rejects.toThrow(/closed|offline/)
    await server.start()
    await vi.waitFor(() => profiles.find('a'), { timeout: 20_000, interval: 50 })
    log.mockRestore()
  })
})

describe('a Redis that is not there', () => {
  it('is said in one error that names the variable', async () => {
    await expect(connectRedis('redis://127.0.0.1:1')).rejects.toThrow(/^Cannot use REDIS_URL: /)
  })
})

function seated(): RoomState {
  let room = newRoom('d', NOW)
  for (const id of ['ada', 'bob']) {
    const face = { name: id, avatar: null, profile: null }
    room = arrive(room, { id, face }, NOW, CLOCKS).room
  }
  return attend(room, 'another', [0, 1, 0], NOW, CLOCKS)
}

async function nothing(): Promise<void> {}

/** A game in this process with one player in a room. */
async function playIn({ client, subscriber }: Redis): Promise<{
  readonly store: RedisRooms
  readonly player: Player
  readonly end: () => Promise<void>
}> {
  const store = new RedisRooms(client, CLOCKS)
  const { app, rooms } = createGame({
    roomStore: store,
    channelAdapter: (onReconnect) => redisChannels({ client, subscriber, onReconnect }),
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const room = await openRoom(url)
  const player = new Player({ way: () => ({ url }), room, cookie: await comeTo(url, room) })
  await player.until(({ seated: [first] }) => first)
  const end = async (): Promise<void> => {
    player.leave()
    await app.close()
    await rooms.close()
  }
  return { store, player, end }
}

function win(profile: Profile | undefined): Profile | undefined {
  return profile && countRound(profile, 'win', 1, NOW)
}

function anyChannel(): Channel {
  return createApp().channel('any')
}

function withWins(id: string, wins: number, since: number): Profile {
  return Array.from({ length: wins }).reduce<Profile>(
    (before) => countRound(before, 'win', 1, NOW),
    newProfile(id, id, null, since),
  )
}

async function idsOf(profiles: Profiles, span: 'week' | 'ever'): Promise<string[]> {
  return (await profiles.top(span, 10)).map(({ id }) => id)
}
