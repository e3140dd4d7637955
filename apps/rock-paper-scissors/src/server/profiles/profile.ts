import type { Outcome } from '../game/rules.ts'

/** What a player has done in some time. */
export interface Tally {
  /** Rounds against the computer. */
  readonly rounds: number
  readonly wins: number
  /** Live duels, each a match of best of three. */
  readonly duels: number
  readonly duelWins: number
}

/** What everybody may know of a player who has chosen a name. */
export interface Profile {
  readonly id: string
  readonly name: string
  /** The name under which the gallery holds the avatar. */
  readonly avatar: string | null
  /** When the name was first chosen, in milliseconds since 1970. */
  readonly since: number
  readonly bestStreak: number
  readonly ever: Tally
  /** The week of the last result; an older one counts no more. */
  readonly week: { readonly number: number; readonly tally: Tally }
  /** The last matches that were counted, by name: one that is told again counts no more. */
  readonly matches?: readonly string[]
}

/** Over which time players are compared. */
export type Span = 'week' | 'ever'

/** More than one player can end before the first is counted. */
const MATCHES_KEPT = 8

const DAY_MS = 24 * 60 * 60 * 1000

const NOTHING: Tally = { rounds: 0, wins: 0, duels: 0, duelWins: 0 }

/** A duel takes longer than a round, and a person to win against. */
const POINTS_OF_A_DUEL = 5

export function newProfile(id: string, name: string, avatar: string | null, now: number): Profile {
  const week = { number: weekOf(now), tally: NOTHING }
  return { id, name, avatar, since: now, bestStreak: 0, ever: NOTHING, week }
}

/** @param streak - wins in a row, this round included. */
export function countRound(
  profile: Profile,
  outcome: Outcome,
  streak: number,
  now: number,
): Profile {
  const bestStreak = Math.max(profile.bestStreak, streak)
  return add({ ...profile, bestStreak }, { rounds: 1, wins: Number(outcome === 'win') }, now)
}

/** @param match - names it; one that was counted already changes nothing. */
export function countDuel(profile: Profile, match: string, hasWon: boolean, now: number): Profile {
  const { matches = [] } = profile
  if (matches.includes(match)) return profile
  const kept = [...matches, match].slice(-MATCHES_KEPT)
  return add({ ...profile, matches: kept }, { duels: 1, duelWins: Number(hasWon) }, now)
}

/** Nothing, when the last result is of an earlier week. */
export function tallyOf({ ever, week }: Profile, span: Span, now: number): Tally {
  if (span === 'ever') return ever
  return week.number === weekOf(now) ? week.tally : NOTHING
}

/** Whether a player has done more than to choose a name. */
export function hasPlayed({ ever: { rounds, duels } }: Profile): boolean {
  return rounds + duels > 0
}

/** One for a round that was won, five for a duel. */
export function pointsOf({ wins, duelWins }: Tally): number {
  return wins + POINTS_OF_A_DUEL * duelWins
}

/** Counts weeks, which begin on Monday in UTC; 1970 began on a Thursday. */
export function weekOf(now: number): number {
  return Math.floor((now / DAY_MS + 3) / 7)
}

function add(profile: Profile, part: Partial<Tally>, now: number): Profile {
  const week = { number: weekOf(now), tally: sum(tallyOf(profile, 'week', now), part) }
  return { ...profile, ever: sum(profile.ever, part), week }
}

function sum(
  tally: Tally,
  { rounds = 0, wins = 0, duels = 0, duelWins = 0 }: Partial<Tally>,
): Tally {
  return {
    rounds: tally.rounds + rounds,
    wins: tally.wins + wins,
    duels: tally.duels + duels,
    duelWins: tally.duelWins + duelWins,
  }
}
