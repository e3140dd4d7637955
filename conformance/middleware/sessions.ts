import type { Case, Question, Reply } from '../harness/case.ts'
import {
  cookieParser,
  cookieSession,
  expressSession,
  passport,
  passportHttp,
  passportLocal,
} from './packages.ts'

/** The cookies that the client would hold after these replies. */
function jar(replies: readonly Reply[]): string {
  const cookies = new Map<string, string>()
  for (const { headers } of replies) {
    for (const cookie of headers['set-cookie'] ?? []) {
      const [pair = ''] = cookie.split(';')
      const [name = ''] = pair.split('=')
      cookies.set(name, pair)
    }
  }
  return [...cookies.values()].join('; ')
}

export const again =
  (path: string, more: Partial<Question> = {}) =>
  (before: readonly Reply[]): Question => ({
    path,
    ...more,
    headers: { Cookie: jar(before), ...more.headers },
  })

interface WithUser {
  user?: unknown
  isAuthenticated(): boolean
  logout(done: (error?: unknown) => void): void
}

export interface WithSession {
  session: Record<string, unknown> & {
    regenerate(done: () => void): void
    destroy(done: () => void): void
  }
}

/** Ids that are the same on both sides. */
export function counting(): () => string {
  let count = 0
  return () => `id-${++count}`
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

export const sessionCases: readonly Case[] = [
  {
    name: 'cookie-parser reads plain, JSON and signed cookies',
    app: (app) => {
      app.use(cookieParser('secret'))
      app.get('/set', (_req, res) =>
        res.cookie('a', { x: 1 }, { signed: true }).cookie('b', 'ü').end(),
      )
      app.get('/', (req, res) => res.json([req.cookies, req.signedCookies]))
    },
    ask: ['/set', again('/'), { path: '/', headers: { Cookie: 'j=j:[1]; bad=%; x; =y; j=2' } }],
  },
  {
    name: 'cookie-session keeps data in the client',
    app: (app) => {
      app.use(cookieSession({ name: 's', keys: ['new', 'old'], maxAge: 1000 }))
      app.get('/count', (req, res) => {
        const { session } = req as unknown as WithSession
        session['n'] = Number(session['n'] ?? 0) + 1
        res.send(String(session['n']))
      })
      app.get('/end', (req, res) => {
        ;(req as { session?: unknown }).session = null
        res.send('bye')
      })
      app.get('/read', (req, res) => res.json((req as unknown as WithSession).session))
    },
    ask: ['/read', '/count', again('/count'), again('/read'), again('/end')],
  },
  {
    name: 'express-session keeps data on the server',
    app: (app, { note }) => {
      app.use(
        expressSession({
          secret: 'secret',
          resave: false,
          saveUninitialized: false,
          genid: counting(),
          cookie: { maxAge: 60_000 },
        }),
      )
      app.get('/count', (req, res) => {
        const { session } = req as unknown as WithSession
        session['n'] = Number(session['n'] ?? 0) + 1
        res.on('finish', () => note('finish'))
        res.send(String(session['n']))
      })
      app.get('/read', (req, res) => {
        const { cookie, ...data } = (req as unknown as WithSession).session
        res.json([data, typeof cookie])
      })
      app.get('/new', (req, res) => {
        const { session } = req as unknown as WithSession
        session.regenerate(() => res.json([(req as unknown as { sessionID: string }).sessionID]))
      })
      app.get('/end', (req, res) => {
        ;(req as unknown as WithSession).session.destroy(() => res.send('bye'))
      })
      app.get('/stream', (req, res) => {
        ;(req as unknown as WithSession).session['streamed'] = true
        res.write('a')
        res.end('b')
      })
    },
    ask: [
      '/read',
      '/count',
      ...['/count', '/stream', '/read', '/new', '/read', '/end', '/read'].map((path) =>
        again(path),
      ),
    ],
  },
  {
    name: 'express-session saves what nobody changed when told to',
    app: (app) => {
      app.use(
        expressSession({
          secret: ['new', 'old'],
          resave: true,
          saveUninitialized: true,
          rolling: true,
          genid: counting(),
          name: 'own',
          cookie: { httpOnly: false, sameSite: 'lax', path: '/in' },
        }),
      )
      app.get('/in', (_req, res) => res.json({}))
      app.get('/out', (_req, res) => res.json({}))
    },
    ask: ['/in', again('/in'), '/out'],
  },
  {
    name: 'passport logs in by form, remembers, and logs out',
    app: (app, { express, note }) => {
      const auth = new passport.Passport()
      auth.use(
        'local',
        new passportLocal.Strategy(
          (
            name: string,
            word: string,
            done: (error: null, user: unknown, info?: object) => void,
          ) => {
            done(null, name === 'ada' && word === 'lovelace' ? { id: name } : false, {
              message: 'no',
            })
          },
        ),
      )
      auth.serializeUser((user: { id: string }, done) => (note('serialize'), done(null, user.id)))
      auth.deserializeUser((id, done) => (note('deserialize'), done(null, { id })))
      app.use(
        expressSession({ secret: 's', resave: false, saveUninitialized: false, genid: counting() }),
      )
      app.use(express.urlencoded(), auth.initialize(), auth.session())
      app.post(
        '/login',
        auth.authenticate('local', { successRedirect: '/me', failureRedirect: '/login?failed' }),
      )
      app.post('/plain', auth.authenticate('local'), (req, res) =>
        res.json((req as unknown as WithUser).user),
      )
      app.get('/me', (req, res) => {
        const asked = req as unknown as WithUser
        res.json([asked.user ?? null, asked.isAuthenticated()])
      })
      app.get('/logout', (req, res, next) => {
        ;(req as unknown as WithUser).logout((error) => (error ? next(error) : res.redirect('/')))
      })
    },
    ask: [
      '/me',
      { path: '/login', method: 'POST', headers: FORM, body: 'username=ada&password=wrong' },
      { path: '/plain', method: 'POST', headers: FORM, body: 'username=ada&password=wrong' },
      { path: '/plain', method: 'POST', headers: FORM, body: 'nothing=1' },
      { path: '/login', method: 'POST', headers: FORM, body: 'username=ada&password=lovelace' },
      again('/me'),
      again('/logout'),
      again('/me'),
    ],
  },
  {
    name: 'passport asks for a name and a password',
    app: (app) => {
      const auth = new passport.Passport()
      auth.use(
        'basic',
        new passportHttp.BasicStrategy(
          { realm: 'conformance' },
          (name: string, word: string, done: (error: null, user: unknown) => void) => {
            done(null, word === 'right' ? { name } : false)
          },
        ),
      )
      app.get('/', auth.authenticate('basic', { session: false }), (req, res) =>
        res.json((req as unknown as WithUser).user),
      )
    },
    ask: [
      '/',
      ...['ada:right', 'ada:wrong', 'nonsense'].map((pair) => ({
        path: '/',
        headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      })),
      { path: '/', headers: { Authorization: 'Basic %%%' } },
    ],
  },
]
