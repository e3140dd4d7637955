// Sessions, and stores that were made for express-session, whose typings are installed too. Never run.
import { RedisStore } from 'connect-redis'
import theirSession from 'express-session'
import createMemoryStore from 'memorystore'
import { createClient } from 'redis'

import express, { type Request } from '@tokkyu/core'
import session, { type SessionData } from '@tokkyu/session'

declare module '@tokkyu/session' {
  interface SessionData {
    user: string
  }
}

const secret = 'secret'
const app = express()

// Theirs, as it comes and under its general name.
const TheirMemoryStore = createMemoryStore(theirSession)
app.use(session({ secret, store: new RedisStore({ client: createClient() }) }))
app.use(session({ secret, store: new TheirMemoryStore({ checkPeriod: 1000 }) }))
app.use(session({ secret, store: new theirSession.MemoryStore() }))
const someStore = (store: theirSession.Store) => session({ secret, store })
app.use(someStore(new theirSession.MemoryStore()))

// Written with express-session's signatures, on our base class.
class Written extends session.Store {
  private readonly sessions = new Map<string, session.SessionData>()
  get(sid: string, callback: (error: any, session?: SessionData | null) => void): void {
    callback(null, this.sessions.get(sid))
  }
  set(sid: string, data: session.SessionData, callback?: (error?: any) => void): void {
    data.cookie.expires = new Date(data.cookie.maxAge ?? 0)
    this.sessions.set(sid, data)
    callback?.()
  }
  destroy(sid: string, callback?: (error?: any) => void): void {
    this.sessions.delete(sid)
    callback?.()
  }
  override touch(sid: string, data: SessionData, callback?: () => void): void {
    this.sessions.set(sid, data)
    callback?.()
  }
  override all(callback: (error: any, found?: SessionData[] | null) => void): void {
    callback(null, [...this.sessions.values()])
  }
  override length(callback: (error: any, length?: number) => void): void {
    callback(null, this.sessions.size)
  }
}
app.use(session({ secret, store: new Written() }))

// Options that say whose request they take.
app.use(
  session({
    secret,
    genid: (req: Request) => `${req.ip} ${req.get('User-Agent')}`,
    cookie: (req: Request) => ({ secure: req.secure, domain: req.hostname }),
  }),
)
app.use(session({ secret, genid: (req) => String(req.headers.host) }))

const data = {} as SessionData
const cookie: session.Cookie = data.cookie
const user: string = data.user
console.log(cookie, user)
