import type { ServerResponse } from 'node:http'
import { createSessions } from '../session/middleware.ts'
import type { SessionMiddleware } from '../session/middleware.ts'
import type { Session } from '../session/session.ts'
import type { SessionOptions } from '../session/settings.ts'
import type { SessionStore } from '../session/session-store.ts'
import type { SessionRequest } from '../session/session.ts'

/** One request with its session, and the end of its answer. */
export interface ClientRequest {
  readonly session: Session & Record<string, unknown>
  /** Answers; resolves when the answer leaves, and with it what had to be stored before. */
  readonly end: () => Promise<void>
}

/** Requests of one client, with his cookie, to `session()`; no server stands between. */
export class Client {
  readonly #sessions: SessionMiddleware<Record<string, unknown>>
  /** What was reported behind answers. */
  readonly errors: unknown[] = []
  #cookie: string | undefined

  constructor(store: SessionStore, options: SessionOptions = {}) {
    this.#sessions = createSessions({
      secret: 'a secret for tests alone',
      resave: false,
      ...options,
      store,
    })
  }

  request(): Promise<ClientRequest> {
    const req = { url: '/', headers: { cookie: this.#cookie }, socket: {} } as SessionRequest
    const headers = new Map<string, unknown>()
    return new Promise((resolve, reject) => {
      let left = nothing
      let failed: (error: unknown) => void = reject
      const res = {
        getHeader: (name: string) => headers.get(name.toLowerCase()),
        setHeader: (name: string, value: unknown) => headers.set(name.toLowerCase(), value),
        end: () => left(),
      } as unknown as ServerResponse // no more of it is asked for
      const end = async (): Promise<void> => {
        await new Promise<void>((done, fail) => {
          left = done
          failed = fail
          res.end()
        })
        const [cookie] = [headers.get('set-cookie') ?? []].flat() as string[]
        this.#cookie = cookie?.split(';', 1)[0] ?? this.#cookie
      }
      this.#sessions(req, res, (error) => {
        if (error) {
          this.errors.push(error)
          failed(error)
        } else resolve({ session: this.#sessions.of(req), end })
      })
    })
  }
}

function nothing(): void {}
