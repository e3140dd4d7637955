import passport from 'passport'
import { Strategy as GitHub, type StrategyOptions } from 'passport-github2'

import express, { type ErrorRequestHandler, type RequestHandler } from '@tokkyu/core'
import session from '@tokkyu/session'

import { localPath } from './local-path.ts'

/** What GitHub calls an OAuth app, and where GitHub is when it is another one. */
export type GitHubApp = Pick<StrategyOptions, 'clientID' | 'clientSecret' | 'callbackURL'> &
  Partial<Pick<StrategyOptions, 'authorizationURL' | 'tokenURL' | 'userProfileURL'>>

/** Who is signed in: what the session keeps of a profile. */
interface User {
  readonly id: string
  readonly login: string
}

export function createApp(gitHub: GitHubApp, secret: string): express.Express {
  const app = express()
  const cookie = { sameSite: 'lax', secure: 'auto' } as const // lax: it comes along when GitHub leads back
  const sessions = session<{ to?: string }>({ name: 'sid', secret, cookie })
  const users = new passport.Passport()

  // `state` ties the answer to this browser, `pkce` the code to this app: neither can be slipped in.
  const options = { ...gitHub, state: true, pkce: true } as unknown as StrategyOptions
  users.use(
    new GitHub(options, (_token: string, _refresh: string, profile: GitHubProfile, done: Done) =>
      done(null, { id: profile.id, login: profile.username }),
    ),
  )
  users.serializeUser((user, done) => done(null, user))
  users.deserializeUser((user: User, done) => done(null, user))
  app.use(sessions, users.session())

  app.get('/', (req, res) => {
    const { login } = (req.user ?? {}) as Partial<User>
    res.json({ login: login ?? null })
  })

  app.get('/login/github', rememberTarget, users.authenticate('github') as RequestHandler)

  // Passport gives the session a new id here, and what stood in it is gone: so the target is read before.
  app.get(
    '/login/github/callback',
    (req, res, next) => {
      res.locals['to'] = sessions.of(req).to
      next()
    },
    users.authenticate('github') as RequestHandler,
    (req, res) => res.redirect((res.locals['to'] as string | undefined) ?? '/'),
  )

  app.post('/logout', (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.redirect(303, '/')))
  })

  app.use(errors)
  return app

  function rememberTarget(...[req, , next]: Parameters<RequestHandler>): void {
    sessions.of(req).to = localPath(req.query['to'])
    next()
  }
}

type Done = (error: unknown, user?: User) => void
interface GitHubProfile {
  readonly id: string
  readonly username: string
}

/** What GitHub does not answer, or answers otherwise than agreed, is no fault of ours. */
const errors: ErrorRequestHandler = (error, req, res, next) => {
  const { name, message } = error as Error
  const hasName = /^(TokenError|InternalOAuthError|AuthorizationError)$/.test(name)
  const hasNone = message === 'Failed to obtain access token' // passport's, for 200 without a token
  if (!hasName && !hasNone) return next(error)
  return res.status(502).type('text').send('GitHub did not sign you in')
}
