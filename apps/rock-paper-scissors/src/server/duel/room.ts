import type { Channel, ServerWebSocket } from '@tokkyu/core'

import type { DuelEvent, Refusal } from './duel.ts'
import { readMessage } from './messages.ts'
import {
  arrive,
  attend,
  type Clocks,
  type Comer,
  happen,
  messageOf,
  type Presence,
  type RoomState,
} from './room-state.ts'
import type { ClientMessage, Seat, ServerMessage } from './view.ts'

/** What a socket may send: one more closes it. */
const MESSAGES = 40
const PER_MS = 10_000

/** What a room needs of its surroundings. */
export interface RoomOptions {
  /** Names this process among all that have sockets in the room. */
  readonly process: string
  readonly clocks: Clocks
  readonly channel: Channel
  readonly find: () => Promise<RoomState | undefined>
  /** Changes the room, wherever it is kept, and tells everybody. */
  readonly change: (
    change: (room: RoomState, now: number) => RoomState | null,
  ) => Promise<RoomState | undefined>
}

/** The sockets that this process has in a room; the room itself is in the store. */
export class Room {
  readonly #options: RoomOptions
  readonly #sockets = new Map<ServerWebSocket, Seat | null>()

  constructor(options: RoomOptions) {
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#sockets.size === 0
  }

  /** Plays, or watches, until the socket closes. A player who is known gets the former seat. */
  async serve(socket: ServerWebSocket, comer: Comer | undefined): Promise<void> {
    this.#sockets.set(socket, null)
    try {
      const seat = await this.#seat(socket, comer)
      tell(socket, { type: 'seat', seat })
      await this.#options.channel.join(socket)
      await this.tell(socket)
      await this.#listen(socket, seat)
    } finally {
      this.#sockets.delete(socket)
    }
  }

  /** Says who of the room is in this process. */
  async announce(): Promise<void> {
    const { process, clocks, change } = this.#options
    await change((room, now) => attend(room, process, this.#presence(), now, clocks))
  }

  /** Tells one socket, or all of this process, how the duel stands. */
  async tell(...sockets: readonly ServerWebSocket[]): Promise<void> {
    const room = await this.#options.find()
    for (const socket of sockets.length > 0 ? sockets : this.#sockets.keys()) {
      if (room) tell(socket, messageOf(room))
      else socket.close(4004, 'this room is no more')
    }
  }

  async #seat(socket: ServerWebSocket, comer: Comer | undefined): Promise<Seat | null> {
    const { process, clocks, change } = this.#options
    await change((before, now) => {
      const { room, seat } = arrive(before, comer, now, clocks)
      this.#sockets.set(socket, seat)
      return attend(room, process, this.#presence(), now, clocks)
    })
    return this.#sockets.get(socket) ?? null
  }

  async #listen(socket: ServerWebSocket, seat: Seat | null): Promise<void> {
    let began = Date.now()
    let heard = 0
    for await (const text of socket) {
      if (Date.now() - began > PER_MS) [began, heard] = [Date.now(), 0]
      if (++heard > MESSAGES) return socket.close(4008, 'too many messages')
      const message = readMessage(text)
      if (!message) tell(socket, { type: 'refused', reason: 'unreadable' })
      else if (seat === null) tell(socket, { type: 'refused', reason: 'watching' })
      else await this.#take(socket, eventOf(message, seat))
    }
  }

  async #take(socket: ServerWebSocket, event: DuelEvent): Promise<void> {
    const { clocks, change } = this.#options
    let refusal: Refusal | undefined
    await change((room, now) => {
      const next = happen(room, event, now, clocks)
      refusal = typeof next === 'string' ? next : undefined
      return typeof next === 'string' ? room : next
    })
    if (refusal !== undefined) tell(socket, { type: 'refused', reason: refusal })
  }

  #presence(): Presence {
    const seats = [...this.#sockets.values()]
    const at = (seat: Seat | null): number => seats.filter((each) => each === seat).length
    return [at(0), at(1), at(null)]
  }
}

function eventOf(message: ClientMessage, seat: Seat): DuelEvent {
  if (message.type === 'leave') return { type: 'left', seat }
  return { ...message, seat }
}

function tell(socket: ServerWebSocket, message: ServerMessage): void {
  void socket.sendJson(message)
}
