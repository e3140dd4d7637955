import { type Duel, type DuelEvent, newDuel, type Refusal, seatOf, step, viewOf } from './duel.ts'
import type { Face, Pair, Seat, ServerMessage } from './view.ts'

/** How long a duel waits for its players, in milliseconds. */
export interface Clocks {
  /** For one who is away, and for a sealed move that is kept back. */
  readonly away: number
  /** For a move to be chosen. */
  readonly choose: number
  /** For anybody to come into a room in which nobody is. */
  readonly empty: number
}

export const CLOCKS: Clocks = { away: 30_000, choose: 60_000, empty: 60_000 }

/** The sockets that a process has in a room: of the first seat, of the second, and of watchers. */
export type Presence = readonly [first: number, second: number, watchers: number]

/** How a match ended, by the ids of its players. */
export interface MatchResult {
  /** Names the match among all, so that it counts once however often it is told. */
  readonly match: string
  readonly winner: string
  readonly loser: string
  readonly at: number
}

/** Somebody who wants to play. */
export interface Comer {
  readonly id: string
  readonly face: Face
}

/**
 * Everything about a room, as plain data: whoever reads it can go on with the duel, so that it outlives
 * the process that wrote it. Times are milliseconds since 1970.
 */
export interface RoomState {
  /** Counts changes: of two states the higher one is the newer. */
  readonly version: number
  readonly openedAt: number
  readonly duel: Duel
  readonly faces: Pair<Face | null>
  /** By process. */
  readonly present: Readonly<Record<string, Presence>>
  /** Until when a player who is away may come back. */
  readonly backBy: Pair<number | null>
  /** Until when whoever has to choose, or to show a move, may do so. */
  readonly actBy: number | null
  readonly emptySince: number | null
  /** Matches that are over and not yet counted. */
  readonly results: readonly MatchResult[]
}

const SEATS = [0, 1] as const

/** How long others may take to count a match before it is counted once more. */
const COUNTING_MS = 5_000

/** Nobody watched the clock of a room that is overdue by so much: the game was down. */
const UNWATCHED_MS = 5_000

export function newRoom(id: string, now: number): RoomState {
  return {
    version: 0,
    openedAt: now,
    duel: newDuel(id),
    faces: [null, null],
    present: {},
    backBy: [null, null],
    actBy: null,
    emptySince: now,
    results: [],
  }
}

/** Gives the room after an event of its duel, or why the event is refused. */
export function happen(
  room: RoomState,
  event: DuelEvent,
  now: number,
  clocks: Clocks,
): RoomState | Refusal {
  const { duel: before } = room
  const duel = step(before, event)
  if (typeof duel === 'string') return duel
  const isSame = duel.phase === before.phase && duel.round === before.round
  const isOver = duel.phase === 'over' && before.phase !== 'over'
  return {
    ...room,
    duel,
    actBy: isSame && duel.match === before.match ? room.actBy : actBy(duel, now, clocks),
    results: isOver ? [...room.results, ...resultsOf(duel, now)] : room.results,
  }
}

/** Seats somebody, where a seat is free or was theirs; else they watch. */
export function arrive(
  room: RoomState,
  comer: Comer | undefined,
  now: number,
  clocks: Clocks,
): { readonly room: RoomState; readonly seat: Seat | null } {
  if (comer === undefined) return { room, seat: null }
  const sat = happen(room, { type: 'sit', player: comer.id }, now, clocks)
  const next = typeof sat === 'string' ? room : sat
  const seat = seatOf(next.duel, comer.id)
  if (seat === null) return { room, seat }
  return { room: { ...next, faces: withSeat(next.faces, seat, comer.face) }, seat }
}

/** Says which sockets a process has in the room: who has none anywhere is away. */
export function attend(
  room: RoomState,
  process: string,
  presence: Presence,
  now: number,
  clocks: Clocks,
): RoomState {
  const { [process]: _, ...others } = room.present
  const present = presence.some((count) => count > 0) ? { ...others, [process]: presence } : others
  let next: RoomState = { ...room, present }
  for (const seat of SEATS) next = notice(next, seat, now, clocks)
  const isEmpty = Object.keys(present).length === 0
  return { ...next, emptySince: isEmpty ? (room.emptySince ?? now) : null }
}

/** What the clock does to the room; nothing is left of one that stood empty. */
export function passTime(room: RoomState, now: number, clocks: Clocks): RoomState | null {
  const due = deadlineOf(room, clocks)
  if (due > now) return room
  if (now - due > UNWATCHED_MS) return restarted(room, now, clocks)
  if (isPast(room.emptySince, clocks.empty, now) && room.results.length === 0) return null
  let next = room
  if (isPast(next.actBy, 0, now)) next = unlessRefused(next, { type: 'late' }, now, clocks)
  for (const seat of SEATS) {
    if (!isPast(next.backBy[seat], 0, now)) continue
    const left = unlessRefused(next, { type: 'left', seat }, now, clocks)
    next = { ...left, backBy: withSeat(left.backBy, seat, null) }
  }
  return { ...next, actBy: isPast(next.actBy, 0, now) ? null : next.actBy }
}

/** When the clock has something to do in the room next. */
export function dueAt(room: RoomState, clocks: Clocks): number {
  const counting = room.results.map(({ at }) => at + COUNTING_MS)
  return Math.min(deadlineOf(room, clocks), ...counting)
}

/** Whether two players of a match under way have both chosen a name, so that others may see it. */
export function isShown({ duel: { phase }, faces: [first, second] }: RoomState): boolean {
  return (phase === 'choosing' || phase === 'revealing') && !!first?.name && !!second?.name
}

/** What everybody in the room is told. */
export function messageOf(room: RoomState): ServerMessage {
  const { version, duel } = room
  const [first, second] = room.faces
  const faces: Pair<Face | null> = [
    duel.players[0] === null ? null : first,
    duel.players[1] === null ? null : second,
  ]
  return { type: 'duel', version, duel: viewOf(duel), faces, watchers: presentAt(room, 2) }
}

function presentAt({ present }: RoomState, place: Seat | 2): number {
  return Object.values(present).reduce((sum, counts) => sum + counts[place], 0)
}

function notice(room: RoomState, seat: Seat, now: number, clocks: Clocks): RoomState {
  if (room.duel.players[seat] === null) return room
  const isThere = presentAt(room, seat) > 0
  if (isThere !== room.duel.away[seat]) return room
  const next = unlessRefused(room, { type: isThere ? 'back' : 'away', seat }, now, clocks)
  const until = isThere ? null : now + clocks.away
  return { ...next, backBy: withSeat(next.backBy, seat, until) }
}

function unlessRefused(room: RoomState, event: DuelEvent, now: number, clocks: Clocks): RoomState {
  const next = happen(room, event, now, clocks)
  return typeof next === 'string' ? room : next
}

function actBy({ phase }: Duel, now: number, clocks: Clocks): number | null {
  if (phase === 'choosing') return now + clocks.choose
  return phase === 'revealing' ? now + clocks.away : null
}

function resultsOf(
  { id, match, ending, players: [first, second] }: Duel,
  at: number,
): MatchResult[] {
  if (!ending || ending.winner === null || first === null || second === null) return []
  const [winner, loser] = ending.winner === 0 ? [first, second] : [second, first]
  return [{ match: `${id}:${match}`, winner, loser, at }]
}

function deadlineOf({ actBy: act, backBy, emptySince }: RoomState, { empty }: Clocks): number {
  const gone = emptySince === null ? Infinity : emptySince + empty
  return Math.min(act ?? Infinity, backBy[0] ?? Infinity, backBy[1] ?? Infinity, gone)
}

/** Nobody loses by a time in which nobody could play. */
function restarted(room: RoomState, now: number, clocks: Clocks): RoomState {
  const again = (time: number | null): number | null => time && now + clocks.away
  return {
    ...room,
    actBy: room.actBy && actBy(room.duel, now, clocks),
    backBy: [again(room.backBy[0]), again(room.backBy[1])],
    emptySince: room.emptySince && now,
  }
}

function isPast(time: number | null, wait: number, now: number): boolean {
  return time !== null && time + wait <= now
}

function withSeat<T>([first, second]: Pair<T>, seat: Seat, value: T): Pair<T> {
  return seat === 0 ? [value, second] : [first, value]
}
