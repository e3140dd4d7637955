import type { Language } from './languages.ts'
import type { OperationId } from './operation-id.ts'
import type { LiveWords } from './duel/view.ts'
import type { Opponent } from './game/computer.ts'
import type { Action, Outcome } from './game/rules.ts'

/** Everything the game says, in one language. */
export interface Messages {
  /** For `<html lang>` and `Content-Language`. */
  readonly tag: string
  readonly title: string
  readonly lead: string
  readonly language: string
  readonly languages: Readonly<Record<Language, string>>
  readonly api: {
    readonly title: string
    readonly lead: string
    readonly document: string
    readonly errors: string
    readonly socket: string
    readonly asked: string
    readonly answered: string
    readonly operations: Readonly<Record<OperationId, string>>
  }
  /** Names the links to the other pages. */
  readonly pages: string
  readonly actions: Readonly<Record<Action, string>>
  readonly outcomes: Readonly<Record<Outcome, string>>
  /** The outcomes once more, as short as can be: for the list of past rounds. */
  readonly results: Readonly<Record<Outcome, string>>
  /** Why an action wins, told with the action it defeats. */
  readonly victories: Readonly<Record<Action, string>>
  readonly tie: (action: string) => string
  readonly you: string
  readonly computer: string
  readonly choose: string
  readonly keys: string
  readonly tooFast: string
  readonly waiting: string
  readonly opponent: string
  readonly opponents: Readonly<Record<Opponent, string>>
  readonly opponentHints: Readonly<Record<Opponent, string>>
  readonly change: string
  readonly reset: string
  readonly habits: string
  readonly noHabits: string
  readonly habit: (action: string, count: number, percent: number) => string
  readonly duel: {
    readonly title: string
    readonly open: string
    readonly openHint: string
    readonly invite: string
    readonly copy: string
    readonly copied: string
    readonly needsScript: string
    readonly rematch: string
    readonly leave: string
    readonly watch: string
    readonly proof: string
    readonly proofHint: string
    readonly live: LiveWords
  }
  readonly leaderboard: {
    readonly title: string
    readonly place: string
    readonly week: string
    readonly ever: string
    readonly duels: string
    readonly rank: (rank: number, points: number) => string
    readonly points: (points: number) => string
    readonly loading: string
    readonly failed: string
    readonly nobody: string
    readonly noDuels: string
    /** The link to the page that comes in order, for browsers without scripts. */
    readonly whole: string
  }
  readonly score: string
  readonly wins: string
  readonly losses: string
  readonly draws: string
  readonly streak: string
  readonly bestStreak: string
  readonly history: string
  readonly noHistory: string
  readonly versus: string
  readonly avatar: string
  readonly yourAvatar: string
  readonly chooseImage: string
  readonly upload: string
  readonly uploading: string
  readonly avatarSaved: string
  readonly removeAvatar: string
  readonly avatarOf: (name: string) => string
  readonly profile: {
    readonly title: string
    readonly name: string
    readonly nameHint: string
    readonly save: string
    readonly saved: string
    readonly show: string
    readonly since: (day: string) => string
    readonly points: string
    readonly pointsThisWeek: string
    readonly rounds: string
    readonly roundsWon: string
    readonly duels: string
    readonly duelsWon: string
    readonly howPoints: string
  }
  readonly avatarHint: (limit: string) => string
  readonly playForPoints: string
  readonly back: string
  readonly noAnswer: string
  readonly errors: {
    readonly heading: (status: number) => string
    readonly unknownAction: (given: string | undefined, allowed: string) => string
    readonly unknownLanguage: (given: string | undefined, allowed: string) => string
    readonly unknownOpponent: (given: string | undefined, allowed: string) => string
    readonly duelsFull: string
    readonly profilesFull: string
    readonly nameRefused: (length: number) => string
    readonly noImage: string
    readonly notAnImage: (allowed: string) => string
    readonly tooLarge: (limit: string) => string
    readonly bodyTooLarge: string
    readonly forbidden: string
    readonly wrongHost: string
    readonly tooMany: string
    readonly notFound: string
    readonly notAcceptable: string
    readonly badRequest: string
    readonly unexpected: string
  }
}
