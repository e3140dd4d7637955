import type { Profile, Span } from '../src/server/profiles/profile.ts'
import type { Place, Profiles } from '../src/server/profiles/profiles.ts'
import { profilesInMemory } from '../src/server/profiles/stored-profiles.ts'

/** Profiles whose boards are ready when a test says so. */
export class SlowProfiles implements Profiles {
  readonly #profiles = profilesInMemory()
  readonly #held = new Map<Span, Promise<void>>()

  /** Holds a board back until what it gives is called; with an error, the board fails. */
  hold(span: Span): (error?: Error) => void {
    let release: ((error?: Error) => void) | undefined
    const held = new Promise<void>((resolve, reject) => {
      release = (error) => (error ? reject(error) : resolve())
    })
    this.#held.set(span, held)
    return (error) => release?.(error)
  }

  async top(span: Span, count: number): Promise<readonly Profile[]> {
    await this.#held.get(span)
    return this.#profiles.top(span, count)
  }

  find(id: string): Promise<Profile | undefined> {
    return this.#profiles.find(id)
  }

  change(
    id: string,
    change: (profile: Profile | undefined) => Profile | undefined,
  ): Promise<Profile | undefined> {
    return this.#profiles.change(id, change)
  }

  placeOf(id: string, span: Span): Promise<Place | undefined> {
    return this.#profiles.placeOf(id, span)
  }
}
