import { outcomeOf } from '../game/rules.ts'
import { commitmentTo } from './commitment.ts'
import type { DuelView, Ending, Pair, Reveal, Seat } from './view.ts'

/** Whoever has won so many rounds has won the match: best of three. */
const ROUNDS_TO_WIN = 2

/** A duel with everything that only the server may know. */
export interface Duel extends Omit<DuelView, 'seated' | 'revealed'> {
  /** Who sits there, by the name in their session. */
  readonly players: Pair<string | null>
  /** What one has shown stays here until the other has, too. */
  readonly reveals: Pair<Reveal | null>
}

export type DuelEvent =
  | { readonly type: 'sit'; readonly player: string }
  | { readonly type: 'commit'; readonly seat: Seat; readonly commitment: string }
  | ({ readonly type: 'reveal'; readonly seat: Seat } & Reveal)
  | { readonly type: 'away' | 'back' | 'left' | 'rematch'; readonly seat: Seat }
  /** The time is over in which whoever is asked for a commitment, or for a move, may send it. */
  | { readonly type: 'late' }

/** Why an event changes nothing. */
export type Refusal = 'full' | 'not-now' | 'already'

const NOBODY: Pair<null> = [null, null]

export function newDuel(id: string): Duel {
  return {
    id,
    match: 1,
    round: 1,
    phase: 'waiting',
    players: NOBODY,
    away: [false, false],
    commitments: NOBODY,
    reveals: NOBODY,
    score: [0, 0],
    last: null,
    ending: null,
    rematch: [false, false],
  }
}

/** Gives the duel as it is after an event, or why the event is refused; the one given is left alone. */
export function step(duel: Duel, event: DuelEvent): Duel | Refusal {
  switch (event.type) {
    case 'sit':
      return sit(duel, event.player)
    case 'commit':
      if (duel.phase !== 'choosing') return 'not-now'
      if (duel.commitments[event.seat] !== null) return 'already'
      return commit(duel, event.seat, event.commitment)
    case 'reveal':
      if (duel.phase !== 'revealing') return 'not-now'
      if (duel.reveals[event.seat] !== null) return 'already'
      return reveal(duel, event.seat, { action: event.action, nonce: event.nonce })
    case 'away':
      return {
        ...duel,
        away: withSeat(duel.away, event.seat, true),
        rematch: withSeat(duel.rematch, event.seat, false), // none begins without both
      }
    case 'back':
      return { ...duel, away: withSeat(duel.away, event.seat, false) }
    case 'left':
      // Nobody waits for long for an opponent who opened a room and went.
      if (duel.phase === 'waiting') {
        return { ...duel, players: withSeat<string | null>(duel.players, event.seat, null) }
      }
      if (!isUnderWay(duel)) return 'not-now'
      return end(duel, { reason: 'left', winner: other(event.seat) })
    case 'late':
      if (duel.phase === 'choosing')
        return end(duel, { reason: 'slow', winner: alone(duel.commitments) })
      if (duel.phase !== 'revealing') return 'not-now'
      return end(duel, { reason: 'silent', winner: alone(duel.reveals) })
    default:
      if (duel.phase !== 'over') return 'not-now'
      return askForRematch(duel, event.seat)
  }
}

/** What everybody may see: no names of sessions, and of a move only its hash until both are shown. */
export function viewOf({ players, reveals, ...open }: Duel): DuelView {
  return {
    ...open,
    seated: [players[0] !== null, players[1] !== null],
    revealed: [reveals[0] !== null, reveals[1] !== null],
  }
}

export function seatOf(duel: Duel, player: string): Seat | null {
  if (duel.players[0] === player) return 0
  return duel.players[1] === player ? 1 : null
}

function other(seat: Seat): Seat {
  return seat === 0 ? 1 : 0
}

/** The one who has sent something, where the other has not. */
function alone([first, second]: Pair<unknown>): Seat | null {
  if ((first === null) === (second === null)) return null
  return first === null ? 1 : 0
}

function isUnderWay({ phase }: Duel): boolean {
  return phase === 'choosing' || phase === 'revealing'
}

function sit(duel: Duel, player: string): Duel | Refusal {
  if (seatOf(duel, player) !== null) return 'already'
  const free = duel.players.indexOf(null)
  if (free === -1) return 'full'
  const players = withSeat(duel.players, free === 0 ? 0 : 1, player)
  return { ...duel, players, phase: players.includes(null) ? 'waiting' : 'choosing' }
}

function commit(duel: Duel, seat: Seat, commitment: string): Duel {
  const commitments = withSeat(duel.commitments, seat, commitment)
  return { ...duel, commitments, phase: commitments.includes(null) ? 'choosing' : 'revealing' }
}

function reveal(duel: Duel, seat: Seat, shown: Reveal): Duel {
  if (commitmentTo(shown, { ...duel, seat }) !== duel.commitments[seat]) {
    return end(duel, { reason: 'cheated', winner: other(seat) })
  }
  const [first, second] = withSeat<Reveal | null>(duel.reveals, seat, shown)
  if (first === null || second === null) return { ...duel, reveals: [first, second] }
  return settle(duel, [first, second])
}

function settle(duel: Duel, reveals: Pair<Reveal>): Duel {
  const outcome = outcomeOf(reveals[0].action, reveals[1].action)
  const winner = outcome === 'draw' ? null : outcome === 'win' ? 0 : 1
  const [first, second] = duel.commitments
  const { match, round } = duel
  const settled: Duel = {
    ...duel,
    phase: 'choosing',
    round: round + 1,
    commitments: NOBODY,
    reveals: NOBODY,
    score: [duel.score[0] + Number(winner === 0), duel.score[1] + Number(winner === 1)],
    last: { match, round, commitments: [first ?? '', second ?? ''], reveals, winner },
  }
  if (winner === null || settled.score[winner] < ROUNDS_TO_WIN) return settled
  return end(settled, { reason: 'won', winner })
}

function end(duel: Duel, ending: Ending): Duel {
  return { ...duel, phase: 'over', ending, rematch: [false, false] }
}

function askForRematch(duel: Duel, seat: Seat): Duel {
  const rematch = withSeat(duel.rematch, seat, true)
  if (!rematch.every(Boolean)) return { ...duel, rematch }
  const { id, match, players, away } = duel
  return { ...newDuel(id), match: match + 1, phase: 'choosing', players, away }
}

function withSeat<T>([first, second]: Pair<T>, seat: Seat, value: T): Pair<T> {
  return seat === 0 ? [value, second] : [first, value]
}
