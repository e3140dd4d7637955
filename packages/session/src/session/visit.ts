import type { IncomingMessage, ServerResponse } from 'node:http'
import { dataJson } from './data.ts'
import { destroySession } from './destroy.ts'
import { SessionNotFoundError } from './errors.ts'
import { generate } from './generate.ts'
import { inflate } from './inflate.ts'
import { OWNER } from './owner.ts'
import type { Owner } from './owner.ts'
import { rotateSession } from './rotate.ts'
import { saveSession } from './save.ts'
import type { Session, SessionData } from './session.ts'
import type { Settings } from './settings.ts'
import type { SessionStore, Version } from './store.ts'
import type { Secrets } from '../cookie/signature.ts'

/** A request before it has a session: `node:http`'s, with what Express may have added. */
export interface PlainRequest extends IncomingMessage {
  originalUrl?: string | undefined
  secure?: boolean | undefined
  secret?: string | undefined
  cookies?: Record<string, unknown> | undefined
  signedCookies?: Record<string, unknown> | undefined
}

/** A request as far as sessions know it. */
export interface SessionRequest extends PlainRequest {
  session?: (Session & Partial<SessionData>) | null | undefined
  sessionID?: string | undefined
  sessionStore?: SessionStore | undefined
  [OWNER]?: Owner | undefined
}

export type Next = (error?: unknown) => void

/**
 * One request's view of its session: what it found, and what of it is stored already.
 */
export class Visit implements Owner {
  readonly settings: Settings
  readonly req: SessionRequest
  readonly res: ServerResponse
  readonly next: Next
  readonly secrets: Secrets

  /** What `req.session` gives; `undefined` where nothing was loaded, `null` when unset. */
  session: Session | null | undefined
  /** Whether anybody has looked at `req.session`. */
  used = false
  /** Loading has ended well; before, nothing may be stored or destroyed. */
  ready = false

  /** The id the client's cookie proved, whether or not the store knows it. */
  offered: string | undefined
  /** The store has, or had, the session under its present id. */
  stored = false
  version: Version | undefined
  /** The moment before the store was read, in turns. */
  readAt = 0
  /** The JSON of the data that the store held when we last looked. */
  base = '{}'

  /** Id and data at the beginning: a change of either is what "modified" means. */
  firstId: string | undefined
  firstJson = '{}'
  /** Id and data as last saved; `undefined` while a save is wanted in any case. */
  savedId: string | undefined
  savedJson: string | undefined

  touched = false
  /** Came with an id that was rotated away: may read, not write. */
  readOnly = false
  /** Destroyed by somebody else meanwhile: destroying wins over writing. */
  gone = false
  /** A token was handed out for this session: it must be stored although it holds nothing. */
  kept = false
  /** The answer carries the cookie. */
  sendsCookie = false
  /** A commit has failed; the answer to that error commits nothing. */
  failed = false
  #isReported = false

  constructor(
    settings: Settings,
    req: SessionRequest,
    res: ServerResponse,
    next: Next,
    secrets: Secrets,
  ) {
    this.settings = settings
    this.req = req
    this.res = res
    this.next = next
    this.secrets = secrets
  }

  /** Reads `req.session` without counting as use: code may also have deleted the property. */
  peek(): Session | null | undefined {
    const { used } = this
    const session = this.req.session
    this.used = used
    return session
  }

  /** Hands on what failed behind the handler: once, as whoever handles errors handles a request once. */
  report(error: unknown): void {
    if (this.#isReported) return
    this.#isReported = true
    this.next(error)
  }

  /** Takes over a session that was just made: nothing of it is stored yet. */
  begin(session: Session): void {
    this.session = session
    this.stored = false
    this.version = undefined
    this.base = '{}'
    this.savedId = undefined
    this.savedJson = undefined
    this.readOnly = false
    this.gone = false
  }

  async save(session: Session): Promise<void> {
    await saveSession(this, session)
  }

  async reload(session: Session): Promise<void> {
    const found = await this.settings.access.get(session.id)
    if (!found) throw new SessionNotFoundError()
    const fresh = inflate(this.req, found.session)
    this.found(fresh, found.version)
    this.req.session = fresh
  }

  /** Notes what the store holds. */
  found(session: Session, version: Version | undefined, json?: string): void {
    this.stored = true
    this.version = version
    this.base = json ?? dataJson(session)
  }

  async destroy(session: Session): Promise<void> {
    delete this.req.session
    this.session = undefined
    await destroySession(this, session.id)
  }

  async regenerate(): Promise<void> {
    const { sessionID } = this.req
    try {
      if (typeof sessionID === 'string') await destroySession(this, sessionID)
    } finally {
      generate(this)
    }
  }

  async rotate(session: Session): Promise<void> {
    await rotateSession(this, session)
  }
}
