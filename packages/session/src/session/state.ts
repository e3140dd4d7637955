import type { Version } from './session-store.ts'

/**
 * How the session of a request stands to its store.
 *
 * - `new`: nothing of it is stored yet
 * - `stored`: the store has it, under its present id
 * - `closed`: it came with an id that was rotated away; it may be read, not written
 * - `gone`: somebody else destroyed it meanwhile, and destroying wins over writing
 */
export type Standing = 'new' | 'stored' | 'closed' | 'gone'

/**
 * - `found`, `foundClosed`: the store was read, and had it
 * - `saved`: the store has taken it
 * - `missed`: the store was read again, and has it no more
 * - `made`: another session was made in its place
 */
export type StandingEvent = 'found' | 'foundClosed' | 'saved' | 'missed' | 'made'

/** What changes the standing; docs/sessions.md draws it. Anything else leaves it as it is. */
export const TRANSITIONS: Record<Standing, Partial<Record<StandingEvent, Standing>>> = {
  new: { found: 'stored', foundClosed: 'closed', saved: 'stored', missed: 'gone' },
  stored: { missed: 'gone', made: 'new' },
  closed: { made: 'new' },
  gone: { made: 'new' },
}

/** What a request knows of its session in the store. */
export class SessionState {
  standing: Standing = 'new'
  version: Version | undefined
  /** The JSON of the data that the store held when we last looked. */
  base = '{}'

  made(): void {
    this.#move('made')
    this.#note('{}', undefined)
  }

  /** @param isClosed - it was found under an id that had been rotated away. */
  found(json: string, version: Version | undefined, isClosed = false): void {
    this.#move(isClosed ? 'foundClosed' : 'found')
    this.#note(json, version)
  }

  saved(json: string, version: Version | undefined): void {
    this.#move('saved')
    this.#note(json, version)
  }

  missed(): void {
    this.#move('missed')
  }

  #move(event: StandingEvent): void {
    this.standing = TRANSITIONS[this.standing][event] ?? this.standing
  }

  #note(json: string, version: Version | undefined): void {
    this.base = json
    this.version = version
  }
}
