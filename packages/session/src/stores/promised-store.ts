import type {
  Done,
  GetCallback,
  GetOptions,
  SetCallback,
  SetOptions,
  StoredSession,
  Version,
} from '../session/session-store.ts'
import type { Found } from '../session/store-access.ts'
import { Store } from '../session/store.ts'
import { settle } from './settle.ts'

/** A store whose work is promises: they are answered to whoever asks, by callback or by promise. */
export abstract class PromisedStore extends Store {
  /** Gives versions, and honours `ifVersion`. */
  override readonly versions = true

  override get(id: string, callback?: GetCallback, _options?: GetOptions): unknown {
    return answerFound(this.read(id), callback)
  }

  override set(
    id: string,
    session: StoredSession,
    callback?: SetCallback,
    options?: SetOptions,
  ): unknown {
    return settle(this.write(id, session, options), callback)
  }

  override touch(id: string, session: StoredSession, callback?: Done): unknown {
    return settle(this.moveExpiry(id, session), callback)
  }

  override destroy(id: string, callback?: Done): unknown {
    return settle(this.remove(id), callback)
  }

  /** Finds a session; nothing where there is none. */
  protected abstract read(id: string): Promise<Found | undefined>

  /** Stores a session, and gives the version that it has now. */
  protected abstract write(
    id: string,
    session: StoredSession,
    options?: SetOptions,
  ): Promise<Version>

  /** Gives a stored session another cookie, and its expiry. */
  protected abstract moveExpiry(id: string, session: StoredSession): Promise<void>

  /** Takes a session away. */
  protected abstract remove(id: string): Promise<void>
}

/** Answers a session that was read: to a callback with all that is known of it, else by itself. */
export function answerFound(
  reading: Promise<Found | undefined>,
  callback: GetCallback | undefined,
): unknown {
  if (callback === undefined) return reading.then((found) => found?.session)
  return settle(reading, (error, found) =>
    callback(error, found?.session, found?.version, found?.json),
  )
}
