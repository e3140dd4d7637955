import { randomBytes } from 'node:crypto'

import type { Channel } from '@tokkyu/core'

import { DuelsFullError } from '../errors.ts'
import { GRACE_MS, Room } from './room.ts'

/** How many duels there are at a time. */
const CAPACITY = 500

/** How long a room stays in which nobody is. */
const EMPTY_MS = 60_000

/** The duels of this process. */
export class Rooms {
  readonly #rooms = new Map<string, { room: Room; emptySince: number }>()
  readonly #channelOf: (name: string) => Channel
  readonly #grace: number

  /** @param grace - milliseconds a player may be away. @default 30_000 */
  constructor(channelOf: (name: string) => Channel, grace: number = GRACE_MS) {
    this.#channelOf = channelOf
    this.#grace = grace
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
    const room = new Room(id, this.#channelOf(`duel:${id}`), this.#grace)
    this.#rooms.set(id, { room, emptySince: Date.now() })
    return id
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
