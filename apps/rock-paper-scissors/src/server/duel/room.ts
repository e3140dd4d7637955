import type { Channel, ServerWebSocket } from '@tokkyu/core'

import { type Duel, type DuelEvent, newDuel, seatOf, step, viewOf } from './duel.ts'
import { readMessage } from './messages.ts'
import type { ClientMessage, Face, Pair, Seat, ServerMessage } from './view.ts'

/** How long a player may be away, or keep back a move that was committed to. */
export const GRACE_MS = 30_000

/** What a socket may send: one more closes it. */
const MESSAGES = 40
const PER_MS = 10_000

const SEATS = [0, 1] as const

/** Somebody who wants to play. */
export interface Comer {
  readonly id: string
  readonly face: Face
}

/** How a match ended, by the ids of its players. */
export interface MatchResult {
  readonly winner: string
  readonly loser: string
}

/** What a room needs of its surroundings. */
export interface RoomOptions {
  readonly channel: Channel
  /** How long a player may be away, in milliseconds. */
  readonly grace: number
  /** Told of each match that is over, once. */
  readonly ended: (result: MatchResult) => void
}

/** One duel, the sockets of those who play and watch it, and its clocks. */
export class Room {
  duel: Duel
  readonly #channel: Channel
  readonly #grace: number
  readonly #ended: (result: MatchResult) => void
  readonly #faces = new Map<Seat, Face>()
  readonly #sockets = new Map<ServerWebSocket, Seat | null>()
  readonly #absences = new Map<Seat, NodeJS.Timeout>()
  #revealing: NodeJS.Timeout | undefined

  constructor(id: string, { channel, grace, ended }: RoomOptions) {
    this.duel = newDuel(id)
    this.#channel = channel
    this.#grace = grace
    this.#ended = ended
  }

  get isEmpty(): boolean {
    return this.#sockets.size === 0
  }

  /** The names of both players; nothing while one of them has none. */
  names(): Pair<string> | undefined {
    const [first, second] = [this.#faceAt(0)?.name, this.#faceAt(1)?.name]
    return first && second ? [first, second] : undefined
  }

  /** Plays, or watches, until the socket closes. A player who is known gets the former seat. */
  async serve(socket: ServerWebSocket, comer: Comer | undefined): Promise<void> {
    const seat = comer === undefined ? null : this.#seat(comer)
    this.#sockets.set(socket, seat)
    try {
      await this.#channel.join(socket)
      tell(socket, { type: 'seat', seat })
      if (seat !== null) this.#returned(seat)
      this.#tellAll()
      await this.#listen(socket, seat)
    } finally {
      this.#sockets.delete(socket)
      if (seat !== null && ![...this.#sockets.values()].includes(seat)) this.#lost(seat)
      this.#tellAll()
    }
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
      else this.#take(socket, eventOf(message, seat))
    }
  }

  #take(socket: ServerWebSocket, event: DuelEvent): void {
    const refusal = this.#happen(event)
    if (refusal !== undefined) tell(socket, { type: 'refused', reason: refusal })
    else this.#tellAll()
  }

  /** @returns why nothing happened. */
  #happen(event: DuelEvent): string | undefined {
    const next = step(this.duel, event)
    if (typeof next === 'string') return next
    const began = next.phase === 'revealing' && this.duel.phase !== 'revealing'
    const isOver = next.phase === 'over' && this.duel.phase !== 'over'
    this.duel = next
    if (isOver) this.#tellEnded(next)
    if (next.phase !== 'revealing') clearTimeout(this.#revealing)
    else if (began) this.#revealing = this.#later(SEATS.map((seat) => ({ type: 'silent', seat })))
    return undefined
  }

  #tellEnded({ ending, players: [first, second] }: Duel): void {
    if (!ending || first === null || second === null) return
    const [winner, loser] = ending.winner === 0 ? [first, second] : [second, first]
    this.#ended({ winner, loser })
  }

  #seat({ id, face }: Comer): Seat | null {
    this.#happen({ type: 'sit', player: id })
    const seat = seatOf(this.duel, id)
    if (seat !== null) this.#faces.set(seat, face)
    return seat
  }

  #faceAt(seat: Seat): Face | null {
    return this.duel.players[seat] === null ? null : (this.#faces.get(seat) ?? null)
  }

  #returned(seat: Seat): void {
    clearTimeout(this.#absences.get(seat))
    this.#happen({ type: 'back', seat })
  }

  #lost(seat: Seat): void {
    this.#happen({ type: 'away', seat })
    this.#absences.set(seat, this.#later([{ type: 'left', seat }]))
  }

  #later(events: readonly DuelEvent[]): NodeJS.Timeout {
    const clock = setTimeout(() => {
      for (const event of events) this.#happen(event)
      this.#tellAll()
    }, this.#grace)
    return clock.unref()
  }

  #tellAll(): void {
    const watchers = [...this.#sockets.values()].filter((seat) => seat === null).length
    const faces: Pair<Face | null> = [this.#faceAt(0), this.#faceAt(1)]
    const message: ServerMessage = { type: 'duel', duel: viewOf(this.duel), faces, watchers }
    void this.#channel.publishJson(message)
  }
}

function eventOf(message: ClientMessage, seat: Seat): DuelEvent {
  if (message.type === 'leave') return { type: 'left', seat }
  return { ...message, seat }
}

function tell(socket: ServerWebSocket, message: ServerMessage): void {
  void socket.sendJson(message)
}
