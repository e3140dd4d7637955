import type { Round } from './game/match.ts'
import type { Messages } from './messages.ts'

/** A round with the words for it in one language: what pages, JSON and plain text all show. */
export interface ToldRound extends Round {
  /** The outcome, as in "You win". */
  readonly message: string
  /** Why, as in "Rock blunts scissors". */
  readonly reason: string
}

export function tellRound(round: Round, t: Messages): ToldRound {
  return { ...round, message: t.outcomes[round.outcome], reason: reasonFor(round, t) }
}

function reasonFor({ player, computer, outcome }: Round, t: Messages): string {
  if (outcome === 'draw') return t.tie(t.actions[player])
  return t.victories[outcome === 'win' ? player : computer]
}
