import { OPPONENTS } from './game/computer.ts'
import { ACTIONS } from './game/rules.ts'
import { LANGUAGES } from './languages.ts'

/** Somebody asked to play what is not in the game. */
export class UnknownActionError extends Error {
  override readonly name = 'UnknownActionError'
  readonly code = 'UNKNOWN_ACTION'
  readonly status = 400
  readonly expose = true
  readonly allowed: readonly string[] = ACTIONS
  /** What was asked for, shortened and quoted; nothing when nothing was. */
  readonly given: string | undefined

  constructor(given: unknown) {
    const shown = given === undefined ? undefined : quote(given)
    super(`Cannot play ${shown ?? 'without an action'}: allowed are ${ACTIONS.join(', ')}`)
    this.given = shown
  }
}

/** Somebody asked to play against whom the game does not have. */
export class UnknownOpponentError extends Error {
  override readonly name = 'UnknownOpponentError'
  readonly code = 'UNKNOWN_OPPONENT'
  readonly status = 400
  readonly expose = true
  readonly allowed: readonly string[] = OPPONENTS
  /** What was asked for, shortened and quoted; nothing when nothing was. */
  readonly given: string | undefined

  constructor(given: unknown) {
    const shown = given === undefined ? undefined : quote(given)
    super(`Cannot choose opponent ${shown ?? '(none)'}: allowed are ${OPPONENTS.join(', ')}`)
    this.given = shown
  }
}

/** Somebody asked for a language that the game does not speak. */
export class UnknownLanguageError extends Error {
  override readonly name = 'UnknownLanguageError'
  readonly code = 'UNKNOWN_LANGUAGE'
  readonly status = 400
  readonly expose = true
  readonly allowed: readonly string[] = LANGUAGES
  /** What was asked for, shortened and quoted; nothing when nothing was. */
  readonly given: string | undefined

  constructor(given: unknown) {
    const shown = given === undefined ? undefined : quote(given)
    super(`Cannot speak ${shown ?? '(no language)'}: allowed are ${LANGUAGES.join(', ')}`)
    this.given = shown
  }
}

/** The form for an avatar was sent without a file in it. */
export class NoImageError extends Error {
  override readonly name = 'NoImageError'
  readonly code = 'NO_IMAGE'
  readonly status = 400
  readonly expose = true

  constructor() {
    super('Cannot change the avatar: no file came in the field "avatar"')
  }
}

/** Somebody wants a name that cannot be shown to others. */
export class NameRefusedError extends Error {
  override readonly name = 'NameRefusedError'
  readonly code = 'NAME_REFUSED'
  readonly status = 400
  readonly expose = true

  constructor() {
    super('Cannot use this name: it is empty, too long, or holds what cannot be shown')
  }
}

/** There are as many players with a name as the game keeps. */
export class ProfilesFullError extends Error {
  override readonly name = 'ProfilesFullError'
  readonly code = 'PROFILES_FULL'
  readonly status = 503
  readonly expose = true

  constructor() {
    super('Cannot keep another profile: there are as many as there can be')
  }
}

/** There are as many duels as this process takes. */
export class DuelsFullError extends Error {
  override readonly name = 'DuelsFullError'
  readonly code = 'DUELS_FULL'
  readonly status = 503
  readonly expose = true

  constructor() {
    super('Cannot open a room: all are taken')
  }
}

/** The client takes no format that there is. */
export class NotAcceptableError extends Error {
  override readonly name = 'NotAcceptableError'
  readonly code = 'NOT_ACCEPTABLE'
  readonly status = 406
  readonly expose = true

  constructor(formats: readonly string[]) {
    super(`Cannot answer in a format that is accepted: there are ${formats.join(', ')}`)
  }
}

/** One address asks more often than people do. */
export class TooManyRequestsError extends Error {
  override readonly name = 'TooManyRequestsError'
  readonly code = 'TOO_MANY_REQUESTS'
  readonly status = 429
  readonly expose = true

  constructor() {
    super('Cannot take another request of this address so soon')
  }
}

/** The game is asked by a name that it does not have. */
export class WrongHostError extends Error {
  override readonly name = 'WrongHostError'
  readonly code = 'WRONG_HOST'
  readonly status = 421
  readonly expose = true

  constructor(host: string) {
    super(`Cannot answer as ${quote(host)}: ALLOWED_HOSTS does not name it`)
  }
}

/** The address leads nowhere. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
  readonly code = 'NOT_FOUND'
  readonly status = 404
  readonly expose = true

  constructor(method: string, path: string) {
    super(`Cannot ${method} ${path}`)
  }
}

const SHOWN = 40

/** Quotes what came from outside on one line; controls become escapes, long texts are cut. */
function quote(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
