import session, { type SessionMiddleware, type Store } from '@tokkyu/session'

import type { Config } from './config.ts'

/** Gives each request the session of its visitor, hardened where it comes over https. */
export function sessions({ behindTls, sessionSecret }: Config, store: Store): SessionMiddleware {
  const options = { secret: sessionSecret, store }
  if (behindTls) return session({ ...options, hardened: true })
  return session({
    ...options,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax' }, // as much of it as there can be on plain http
  })
}
