import type { Cookie } from '@tokkyu/session'

/** What the session of a visitor holds, once it does. */
declare module '@tokkyu/session' {
  interface SessionData {
    cookie: Cookie
    name: string
    /** The file's name in the folder of pictures, and the type that its first bytes show. */
    picture: { readonly file: string; readonly type: string }
  }
}
