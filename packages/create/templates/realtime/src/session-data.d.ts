import type { Cookie } from '@tokkyu/session'

/** What the session of a visitor holds, once it does. */
declare module '@tokkyu/session' {
  interface SessionData {
    cookie: Cookie
    name: string
  }
}
