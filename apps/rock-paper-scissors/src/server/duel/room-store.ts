import { type Clocks, dueAt, isShown, type RoomState } from './room-state.ts'

/** Keeps the rooms of all processes of the game. */
export interface RoomStore {
  /** Whether other processes may be at work on the same rooms. */
  readonly isShared: boolean

  /** Takes a new room; `false` when there are too many. */
  open(room: RoomState): Promise<boolean>

  find(id: string): Promise<RoomState | undefined>

  /**
   * Makes a room what `change` makes of it; resolves once that is kept, with what is there then. Changes
   * come one after the other, whoever makes them, so that none is lost.
   *
   * @param change - may be called again with a newer room; what gives the same room changes nothing,
   * and `null` removes it.
   */
  change(id: string, change: (room: RoomState) => RoomState | null): Promise<RoomState | undefined>

  /** The rooms in which the clock has something to do by now. */
  due(now: number): Promise<readonly string[]>

  ids(): Promise<readonly string[]>

  /** Rooms that everybody may watch, the newest first. */
  shown(count: number): Promise<readonly RoomState[]>

  /**
   * Says that a process lives. Gives whether the others had given it up, and who has been silent for
   * so long that it is given up: until `forget` somebody has to clear up after it.
   */
  beat(process: string): Promise<{ readonly wasLost: boolean; readonly lost: readonly string[] }>

  forget(process: string): Promise<void>
}

/** How many duels there are at a time. */
const CAPACITY = 500

/** The rooms of one process, which end with it. */
export class RoomsInMemory implements RoomStore {
  readonly isShared = false
  readonly #rooms = new Map<string, RoomState>()
  readonly #clocks: Clocks

  constructor(clocks: Clocks) {
    this.#clocks = clocks
  }

  async open(room: RoomState): Promise<boolean> {
    if (this.#rooms.size >= CAPACITY) return false
    this.#rooms.set(room.duel.id, room)
    return true
  }

  async find(id: string): Promise<RoomState | undefined> {
    return this.#rooms.get(id)
  }

  async change(
    id: string,
    change: (room: RoomState) => RoomState | null,
  ): Promise<RoomState | undefined> {
    const room = this.#rooms.get(id)
    if (!room) return undefined
    const next = change(room)
    if (next === null) this.#rooms.delete(id)
    else this.#rooms.set(id, next)
    return next ?? undefined
  }

  async due(now: number): Promise<readonly string[]> {
    return (await this.ids()).filter((id) => {
      const room = this.#rooms.get(id)
      return room && dueAt(room, this.#clocks) <= now
    })
  }

  async ids(): Promise<readonly string[]> {
    return [...this.#rooms.keys()]
  }

  async shown(count: number): Promise<readonly RoomState[]> {
    return [...this.#rooms.values()].filter(isShown).toReversed().slice(0, count)
  }

  async beat(): Promise<{ wasLost: boolean; lost: readonly string[] }> {
    return { wasLost: false, lost: [] }
  }

  async forget(): Promise<void> {}
}
