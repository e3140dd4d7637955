import type { Action } from '../game/rules.ts'

/** Of each seat one: the first for who came first. */
export type Pair<T> = readonly [T, T]

export type Seat = 0 | 1

/** What a player shows after both have committed. */
export interface Reveal {
  readonly action: Action
  readonly nonce: string
}

/** A round in which both have shown what they had committed to: enough for anybody to check it. */
interface SettledRound {
  readonly match: number
  readonly round: number
  readonly commitments: Pair<string>
  readonly reveals: Pair<Reveal>
  /** Nobody, when both did the same. */
  readonly winner: Seat | null
}

/** Why a match ended; `winner` has it, whatever the score, and nobody where both let the time pass. */
export interface Ending {
  readonly reason: 'won' | 'cheated' | 'left' | 'silent' | 'slow'
  readonly winner: Seat | null
}

/** A duel as everybody may see it. */
export interface DuelView {
  readonly id: string
  /** Counts rematches, from 1. */
  readonly match: number
  /** Counts within the match, from 1. */
  readonly round: number
  readonly phase: 'waiting' | 'choosing' | 'revealing' | 'over'
  readonly seated: Pair<boolean>
  readonly away: Pair<boolean>
  readonly commitments: Pair<string | null>
  readonly revealed: Pair<boolean>
  readonly score: Pair<number>
  readonly last: SettledRound | null
  readonly ending: Ending | null
  readonly rematch: Pair<boolean>
}

/** Whom the others see on a seat, as far as the player wants to be known. */
export interface Face {
  readonly name: string | null
  /** The address of the image. */
  readonly avatar: string | null
  /** The address of the public profile. */
  readonly profile: string | null
}

export type ServerMessage =
  | { readonly type: 'seat'; readonly seat: Seat | null }
  | {
      readonly type: 'duel'
      /** Counts changes of the room: one that is lower came late, by another way. */
      readonly version: number
      readonly duel: DuelView
      readonly faces: Pair<Face | null>
      readonly watchers: number
    }
  | { readonly type: 'refused'; readonly reason: string }

export type ClientMessage =
  | { readonly type: 'commit'; readonly commitment: string }
  | ({ readonly type: 'reveal' } & Reveal)
  | { readonly type: 'rematch' }
  | { readonly type: 'leave' }

/** What the browser says while a duel goes on, in the player's language. */
export interface LiveWords {
  readonly players: readonly [string, string]
  readonly waiting: string
  readonly choose: string
  readonly committed: string
  readonly choosing: string
  readonly revealing: string
  readonly away: string
  readonly reconnecting: string
  readonly insecure: string
  readonly wins: string
  readonly cheated: string
  readonly left: string
  readonly silent: string
  readonly slow: string
  readonly nobody: string
  readonly rematchAsked: string
  readonly verified: string
  readonly forged: string
  readonly watchers: string
  readonly watching: string
}
