import * as names from './names.ts'
import type { SessionData, SessionMiddleware, SessionOptions } from './names.ts'
import { createSessions } from './session/middleware.ts'
import type { OwnData } from './session/session.ts'
import { warnWithoutSecret } from './session/warn-without-secret.ts'
import { MemoryStore } from './stores/memory.ts'

/**
 * Makes the middleware that gives each request its session; express-session's, repaired.
 *
 * @throws {SessionOptionError} `SESSION_BAD_OPTION`, at once, for options that cannot work.
 * @example app.use(session({ secret: process.env.SECRET, hardened: true }))
 */
function session<Data extends OwnData<Data> = SessionData>(
  options?: SessionOptions,
): SessionMiddleware<Data> {
  const middleware = createSessions<Data>({
    ...options,
    store: options?.store ?? new MemoryStore(),
  })
  if (!options?.secret) warnWithoutSecret(session)
  return middleware
}

export * from './names.ts'
export default Object.assign(session, names)
