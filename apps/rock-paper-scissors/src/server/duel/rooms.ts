import { randomBytes } from 'node:crypto'

import type { Channel, ServerWebSocket } from '@tokkyu/core'

import { DuelsFullError } from '../errors.ts'
import { Room } from './room.ts'
import {
  attend,
  type Clocks,
  type Comer,
  type MatchResult,
  messageOf,
  newRoom,
  passTime,
  type RoomState,
} from './room-state.ts'
import type { RoomStore } from './room-store.ts'
import type { Pair } from './view.ts'

export interface RoomsOptions {
  readonly channelOf: (name: string) => Channel
  readonly store: RoomStore
  readonly clocks: Clocks
  /**
   * Told of each match that is over, and again until it resolves. It may hear of a match twice, as a process
   * can die in between.
   */
  readonly ended: (result: MatchResult) => Promise<void>
}

/** A duel under way that everybody may watch. */
export interface LiveDuel {
  readonly url: string
  readonly names: Pair<string>
  readonly score: Pair<number>
}

/** How many duels are shown to watch. */
const SHOWN = 10

/** How often the clocks of all rooms are looked at, in milliseconds; shorter ones more often. */
const TICK_MS = 500

/** The rooms of the game, as this process sees them: its sockets, and the clocks that all look after. */
export class Rooms {
  readonly #process = randomBytes(9).toString('base64url')
  readonly #options: RoomsOptions
  /** Those in which this process has sockets. */
  readonly #here = new Map<string, Room>()
  /** Where a change of who is here could not be written. */
  readonly #unsaid = new Set<string>()
  readonly #counting = new Set<string>()
  #clock: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: RoomsOptions) {
    this.#options = options
    void this.#tick()
  }

  /**
   * Opens a room, under a name that nobody can guess.
   *
   * @throws {DuelsFullError} `DUELS_FULL`, when there are too many in which somebody is.
   */
  async open(): Promise<string> {
    const id = randomBytes(9).toString('base64url')
    if (!(await this.#options.store.open(newRoom(id, Date.now())))) throw new DuelsFullError()
    this.#watchClocks()
    return id
  }

  find(id: string): Promise<RoomState | undefined> {
    return this.#options.store.find(id)
  }

  /** Duels under way, the newest first; only of players who both have chosen a name for others. */
  async live(): Promise<readonly LiveDuel[]> {
    const rooms = await this.#options.store.shown(SHOWN)
    return rooms.map(({ duel: { id, score }, faces: [first, second] }) => ({
      url: `/duels/${id}?watch`,
      names: [first?.name ?? '', second?.name ?? ''],
      score,
    }))
  }

  /** Plays in a room, or watches, until the socket closes. */
  async serve(id: string, socket: ServerWebSocket, comer: Comer | undefined): Promise<void> {
    const room = this.#here.get(id) ?? this.#roomHere(id)
    this.#here.set(id, room)
    this.#watchClocks()
    try {
      await room.serve(socket, comer)
    } finally {
      await this.#announce(id, room)
    }
  }

  /** Tells all sockets of this process how their duels stand: what others said may have been lost. */
  async tellAll(): Promise<void> {
    await Promise.all([...this.#here.values()].map((room) => room.tell()))
  }

  /** Watches no clocks any more, and says so to the processes that go on. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#clock)
    await Promise.all([...this.#here].map(([id, room]) => this.#announce(id, room)))
    if (this.#here.size === 0) await this.#options.store.forget(this.#process)
  }

  #roomHere(id: string): Room {
    const { channelOf, clocks } = this.#options
    return new Room({
      process: this.#process,
      clocks,
      channel: channelOf(`duel:${id}`),
      find: () => this.find(id),
      change: (change) => this.#change(id, change),
    })
  }

  async #change(
    id: string,
    change: (room: RoomState, now: number) => RoomState | null,
  ): Promise<RoomState | undefined> {
    const { store, channelOf } = this.#options
    let isNew = false
    const room = await store.change(id, (before) => {
      const next = change(before, Date.now())
      isNew = next !== null && next !== before
      return isNew && next ? { ...next, version: before.version + 1 } : next
    })
    if (!room || !isNew) return room
    // What does not arrive is read when its process hears again.
    channelOf(`duel:${id}`)
      .publishJson(messageOf(room))
      .catch(() => {})
    if (room.results.length > 0) void this.#count(room)
    return room
  }

  /** Has matches counted; one that cannot be is tried again by whoever looks at the clocks. */
  async #count({ duel: { id }, results }: RoomState): Promise<void> {
    if (this.#counting.has(id)) return
    this.#counting.add(id)
    try {
      for (const result of results) await this.#options.ended(result)
      const counted = new Set(results.map(({ match }) => match))
      await this.#options.store.change(id, (room) => ({
        ...room,
        results: room.results.filter(({ match }) => !counted.has(match)),
      }))
    } catch (error) {
      console.error(error)
    } finally {
      this.#counting.delete(id)
    }
  }

  async #announce(id: string, room: Room): Promise<void> {
    try {
      await room.announce()
      this.#unsaid.delete(id)
      if (room.isEmpty && this.#here.get(id) === room) this.#here.delete(id)
    } catch {
      this.#unsaid.add(id)
    }
  }

  #watchClocks(): void {
    if (this.#clock !== undefined || this.#isClosed) return
    const wait = Math.min(TICK_MS, this.#options.clocks.away / 2)
    this.#clock = setTimeout(() => void this.#tick(), wait).unref()
  }

  async #tick(): Promise<void> {
    const { store } = this.#options
    try {
      const { wasLost, lost } = await store.beat(this.#process)
      for (const process of lost) await this.#clearUpAfter(process)
      for (const [id, room] of this.#here) {
        if (wasLost || this.#unsaid.has(id)) await this.#announce(id, room)
      }
      for (const id of await store.due(Date.now())) await this.#passTime(id)
      this.#clock = undefined
      if (store.isShared || (await store.ids()).length > 0) this.#watchClocks()
    } catch (error) {
      console.error(error)
      this.#clock = undefined
      this.#watchClocks()
    }
  }

  async #passTime(id: string): Promise<void> {
    const { clocks } = this.#options
    const room = await this.#change(id, (before, now) => passTime(before, now, clocks))
    if (room && room.results.length > 0) void this.#count(room)
  }

  /** Whoever was connected to a process that died is away, until they come to another. */
  async #clearUpAfter(process: string): Promise<void> {
    const { store, clocks } = this.#options
    for (const id of await store.ids()) {
      await this.#change(id, (room, now) =>
        Object.hasOwn(room.present, process) ? attend(room, process, [0, 0, 0], now, clocks) : room,
      )
    }
    await store.forget(process)
  }
}
