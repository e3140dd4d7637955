import { randomBytes } from 'node:crypto'

import type { Channel } from '@tokkyu/core'

import { DuelsFullError } from '../errors.ts'
import type { Pair } from './view.ts'
import { GRACE_MS, Room, type RoomOptions } from './room.ts'

/** How many duels there are at a time. */
const CAPACITY = 500

/** How long a room stays in which nobody is. */
const EMPTY_MS = 60_000

export interface RoomsOptions {
  readonly channelOf: (name: string) => Channel
  readonly ended: RoomOptions['ended']
  /** How long a player may be away, in milliseconds. @default 30_000 */
  readonly grace?: number | undefined
}

/** A duel under way that everybody may watch. */
export interface LiveDuel {
  readonly url: string
  readonly names: Pair<string>
  readonly score: Pair<number>
}

/** How many duels are shown to watch. */
const SHOWN = 10

/** The duels of this process. */
export class Rooms {
  readonly #rooms = new Map<string, { room: Room; emptySince: number }>()
  readonly #options: RoomsOptions

  constructor(options: RoomsOptions) {
    this.#options = options
  }

  /**
   * Opens a room, under a name that nobody can guess.
   *
   * @throws {DuelsFullError} `DUELS_FULL`, when there are too many in which somebody is.
   */
  open(): string {
    this.#sweep()
    if (this.#rooms.size >= CAPACITY) throw new DuelsFullError()
    const id = randomBytes(9).toString('base64url')
    const { channelOf, grace = GRACE_MS, ended } = this.#options
    const room = new Room(id, { channel: channelOf(`duel:${id}`), grace, ended })
    this.#rooms.set(id, { room, emptySince: Date.now() })
    return id
  }

  /** Duels under way, the newest first; only of players who both have chosen a name for others. */
  async live(): Promise<readonly LiveDuel[]> {
    const shown: LiveDuel[] = []
    for (const { room } of [...this.#rooms.values()].toReversed()) {
      const { id, phase, score } = room.duel
      const names = room.names()
      if ((phase === 'choosing' || phase === 'revealing') && names) {
        shown.push({ url: `/duels/${id}?watch`, names, score })
      }
      if (shown.length === SHOWN) break
    }
    return shown
  }

  find(id: string): Room | undefined {
    return this.#rooms.get(id)?.room
  }

  #sweep(): void {
    const now = Date.now()
    for (const [id, entry] of this.#rooms) {
      if (!entry.room.isEmpty) entry.emptySince = now
      else if (now - entry.emptySince > EMPTY_MS) this.#rooms.delete(id)
    }
  }
}
