import type { Example, REFUSED } from './api/examples.ts'
import type { Habit } from './game/habits.ts'
import type { Opponent } from './game/computer.ts'
import type { Action } from './game/rules.ts'
import type { Scoreboard } from './game/scoreboard.ts'
import type { Leaderboard } from './leaderboard.ts'
import type { Messages } from './messages.ts'
import type { PublicProfile } from './public-profile.ts'
import type { ToldRound } from './told-round.ts'

/** What every template has by `app.locals`. */
export interface Site {
  /** Gives the address of a file with its version. */
  readonly asset: (file: string) => string
}

interface Page {
  /** The words, in the player's language. */
  readonly t: Messages
}

/** What lies on the table: `partials/arena.html`. */
interface Table extends Page {
  readonly round: ToldRound | undefined
  /** Counts the rounds of the session. */
  readonly number: number
  /** The address of the player's image. */
  readonly avatar: string | undefined
}

/** By the name of its view, what each page is given: by the templates' own `@types`, and by `res.render`. */
export interface Pages {
  'home.html': Table & {
    readonly actions: readonly Action[]
    readonly scoreboard: Scoreboard
    readonly opponents: readonly Opponent[]
    readonly opponent: Opponent
    readonly profile: PublicProfile | undefined
    readonly nameLength: number
    readonly habits: readonly Habit[]
    readonly imageTypes: string
    readonly imageBytes: number
    readonly imageLimit: string
  }
  'round.html': Table & { readonly round: ToldRound }
  'duel.html': Page & {
    readonly url: string
    readonly id: string
    readonly actions: readonly Action[]
  }
  'profile.html': Page & { readonly player: PublicProfile }
  'leaderboard.html': Page & Leaderboard
  'api.html': Page & {
    readonly operations: readonly (Example & {
      readonly summary: string
      readonly command: string
    })[]
    readonly refused: typeof REFUSED & { readonly command: string }
  }
  'error.html': Page & {
    readonly status: number
    readonly heading: string
    readonly message: string
  }
}

declare global {
  namespace Tokkyu {
    interface Templates extends Pages {}
  }
}
