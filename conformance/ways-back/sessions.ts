import http from 'node:http'
import { signCookie } from '@tokkyu/session'
import type { Store as ForeignStore } from 'express-session'
import expressSession from 'express-session'
import { expect } from 'vitest'
import { ask, listening } from '../harness/ask.ts'
import type { App, Question, Reply } from '../harness/case.ts'
import { settle } from '../harness/settle.ts'
import { peers, type Row, type Side } from './row.ts'
import { isPeers } from './see.ts'

const SECRET = 'a secret of thirty-two characters'
const NAME = 'connect.sid'

/** What a handler of these programs may do with its session. */
type Session = Record<string, unknown> & {
  save(done?: () => void): unknown
  destroy(done: () => void): unknown
}
type Handler = (session: Session, path: string) => unknown

/** An app of npm's Express with the middleware of a side; what a handler gives is sent. */
function appWith(side: Side, options: object, handler: Handler): App {
  const app = peers.express().set('env', 'test')
  app.use(side.session({ ...DEFAULTS, ...options }))
  app.use(async (req, res) => {
    const { session } = req as unknown as { session: Session }
    res.send(String(await handler(session, req.path)))
  })
  return app
}

const DEFAULTS = { secret: SECRET, resave: false, saveUninitialized: false }

/** The cookie of a session, as it is sent back. */
function cookieOf(reply: Reply): string {
  return reply.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

/** Asks one after the other, each with the cookie that came last. */
async function visits(app: App, paths: readonly string[]): Promise<Reply[]> {
  return listening(http.createServer(app), async (server) => {
    let cookie = ''
    const replies: Reply[] = []
    for (const path of paths) {
      const question: Question = { path, headers: { cookie } }
      const reply = settle(await ask(server, question))
      cookie = cookieOf(reply) || cookie
      delete reply.headers['set-cookie']
      replies.push(reply)
    }
    return replies
  })
}

interface Says {
  readonly options?: (back: boolean) => object
  readonly handler: Handler
  readonly paths?: readonly string[]
  readonly express: readonly Partial<Reply>[]
  readonly ours: readonly Partial<Reply>[]
  readonly wayBack?: string
}

/** A row that visits the same session a few times. */
function visited(id: string, { options, handler, paths = ['/'], wayBack, ...says }: Says): Row {
  return {
    id,
    wayBack,
    ...says,
    see: (side, back) => visits(appWith(side, options?.(back) ?? {}, handler), paths),
  }
}

/** A row that makes the middleware and tells what became of it. */
function made(id: string, options: (back: boolean) => object, says: Omit<Row, 'id' | 'see'>): Row {
  return {
    id,
    ...says,
    see: async (side, back) => {
      try {
        side.session({ ...DEFAULTS, ...options(back) })
        return { made: true }
      } catch (error) {
        return { made: (error as { code?: string }).code }
      }
    },
  }
}

/** A store made for express-session, that writes down how it is called. */
class Foreign extends expressSession.Store {
  readonly calls: string[] = []
  readonly #kept = new Map<string, string>()

  get(id: string, done: Parameters<ForeignStore['get']>[1]): void {
    this.calls.push(`get/${arguments.length}`)
    const text = this.#kept.get(id)
    done(null, text === undefined ? null : (JSON.parse(text) as never))
  }

  set(id: string, session: object, done?: (error?: unknown) => void): void {
    this.calls.push(`set/${arguments.length}`)
    this.#kept.set(id, JSON.stringify(session))
    done?.()
  }

  override touch(_id: string, _session: object, done?: () => void): void {
    this.calls.push(`touch/${arguments.length}`)
    done?.()
  }

  destroy(id: string, done?: (error?: unknown) => void): void {
    this.#kept.delete(id)
    done?.()
  }
}

/** How a store is called in the third visit, which changes the session or only looks at it. */
function storeCalls(id: string, last: string, store: object, says: Omit<Row, 'id' | 'see'>): Row {
  return {
    id,
    ...says,
    see: async (side, back) => {
      const foreign = new Foreign()
      if (!back) Object.assign(foreign, store)
      const app = appWith(side, { store: foreign }, (session, path) => {
        if (path === '/write') session['count'] = Number(session['count'] ?? 0) + 1
        return Object.keys(session)
      })
      await visits(app, ['/write', '/write'])
      foreign.calls.length = 0
      return { calls: (await visits(app, ['/write', '/write', last]), foreign.calls.join(' ')) }
    },
  }
}

const write: Handler = (session) => {
  session['name'] = 'Ada'
  return 'written'
}

/** A store whose writes fail, or are never answered. */
function failing(side: Side, error?: Error): object {
  const store = new side.session.MemoryStore()
  store.set = (_id, _session, done) => {
    if (error) done?.(error)
  }
  return store
}

/** The status of an answer; 0 when there is none for a while. */
function statusOf(app: App, patience: number): Promise<{ status: number }> {
  return listening(http.createServer(app), async (server) => {
    const silence = new Promise<{ status: number }>((resolve) => {
      setTimeout(resolve, patience, { status: 0 })
    })
    const answer = ask(server, { path: '/' }).catch(() => ({ status: 0 }))
    const { status } = await Promise.race([answer, silence])
    return { status }
  })
}

/** A store whose methods return promises and know of no callback. */
class Promising extends expressSession.Store {
  readonly #kept = new Map<string, object>()

  async get(id: string): Promise<never> {
    return this.#kept.get(id) as never
  }

  async set(id: string, session: object): Promise<void> {
    this.#kept.set(id, session)
  }

  async destroy(id: string): Promise<void> {
    this.#kept.delete(id)
  }
}

/** What an author meets who keeps sessions. */
export const sessions: readonly Row[] = [
  visited('cache-headers', {
    options: (back) => (back ? { cacheHeaders: false } : {}),
    handler: write,
    express: [{ headers: expect.toSatisfy((headers: object) => !('cache-control' in headers)) }],
    ours: [{ headers: expect.objectContaining({ 'cache-control': 'private', vary: 'Cookie' }) }],
    wayBack: 'cacheHeaders: false',
  }),
  {
    id: 'stored-before-sent',
    see: (side) => {
      const store = new side.session.MemoryStore()
      const set = store.set.bind(store)
      store.set = (id, session, done) => {
        setTimeout(() => set(id, session, done), 100)
      }
      const app = peers.express().set('env', 'test')
      app.use(side.session({ ...DEFAULTS, store }))
      app.get('/', (req, res) => {
        Object.assign((req as unknown as { session: object }).session, { name: 'Ada' })
        res.redirect('/next')
      })
      app.get('/next', (req, res) => {
        res.json((req as unknown as { session: Session }).session['name'] ?? null)
      })
      return listening(http.createServer(app), async (server) => {
        const { port } = server.address() as { port: number }
        // As soon as the head is there, as browsers do.
        const first = http.get({ port, path: '/', agent: false })
        const head = await new Promise<http.IncomingMessage>((resolve) =>
          first.once('response', resolve),
        )
        const cookie = head.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
        const { body } = await ask(server, { path: '/next', headers: { cookie } })
        head.resume()
        return { name: body }
      })
    },
    express: { name: 'null' },
    ours: { name: '"Ada"' },
  },
  {
    id: 'merged-writes',
    see: (side) => {
      let waiting: (() => void)[] = []
      const app = appWith(side, {}, async (session, path) => {
        if (path === '/read') return Object.keys(session).toSorted().join()
        if (path !== '/first') {
          await new Promise<void>((resolve) => {
            waiting.push(resolve)
            if (waiting.length === 2) for (const go of waiting) go()
          })
        }
        session[path] = true
        return 'written'
      })
      return listening(http.createServer(app), async (server) => {
        waiting = []
        const cookie = cookieOf(await ask(server, { path: '/first' }))
        const headers = { cookie }
        await Promise.all(['/a', '/b'].map((path) => ask(server, { path, headers })))
        return { keys: (await ask(server, { path: '/read', headers })).body }
      })
    },
    express: { keys: expect.stringMatching(/^\/[ab],\/first,cookie$/) },
    ours: { keys: '/a,/b,/first,cookie' },
  },
  {
    id: 'dead-sessions',
    see: (side) => {
      let goOn: (() => void) | undefined
      const app = appWith(side, {}, async (session, path) => {
        if (path === '/read') return session['name']
        if (path === '/logout') return new Promise<void>((done) => session.destroy(done))
        if (path === '/slow') await new Promise<void>((resolve) => (goOn = resolve))
        session['name'] = path
        return 'written'
      })
      return listening(http.createServer(app), async (server) => {
        const headers = { cookie: cookieOf(await ask(server, { path: '/first' })) }
        const arrived = new Promise((resolve) => void server.once('request', resolve))
        const slow = ask(server, { path: '/slow', headers })
        await arrived
        await ask(server, { path: '/logout', headers })
        goOn?.()
        await slow
        return { name: (await ask(server, { path: '/read', headers })).body }
      })
    },
    express: { name: '/slow' },
    ours: { name: 'undefined' },
  },
  {
    id: 'silent-stores',
    see: (side, back) => {
      const options = { store: failing(side), storeTimeout: back ? 100_000 : 50 }
      return statusOf(appWith(side, options, write), isPeers(side, back) ? 1000 : 10_000)
    },
    express: { status: 0 },
    ours: { status: 503 },
    wayBack: 'storeTimeout',
  },
  {
    id: 'promise-stores',
    see: (side, back) =>
      statusOf(
        appWith(side, { store: new Promising() }, write),
        isPeers(side, back) ? 1000 : 10_000,
      ),
    express: { status: 0 },
    ours: { status: 200 },
  },
  {
    id: 'failed-writes',
    see: (side) => visits(appWith(side, { store: failing(side, new Error('full')) }, write), ['/']),
    express: [{ status: 200, body: 'written' }],
    ours: [{ status: 500 }],
  },
  {
    id: 'absent-stores',
    see: async (side) => {
      const store = new side.session.MemoryStore()
      const app = appWith(side, { store }, (session) => {
        store.get = (_id, done) => done(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))
        return write(session, '/')
      })
      const [, { status }] = (await visits(app, ['/', '/'])) as [Reply, Reply]
      return { status }
    },
    express: { status: 500 },
    ours: { status: 503 },
  },
  storeCalls(
    'foreign-stores',
    '/read',
    {},
    {
      express: { calls: 'set/3 get/2 set/3 get/2 touch/3' },
      ours: { calls: 'set/3 get/2 get/2 set/3 get/2 touch/3' },
    },
  ),
  storeCalls(
    'versioned-stores',
    '/write',
    { versions: true },
    {
      express: { calls: 'set/3 get/2 set/3 get/2 set/3' },
      ours: { calls: expect.stringContaining('set/4') },
    },
  ),
  {
    id: 'memory-store',
    see: async (side, back) => {
      const bounds = back ? [{ max: 1e9, ttl: 1e12 }] : []
      const store = Reflect.construct(side.session.MemoryStore, bounds) as ForeignStore
      const session = { cookie: { originalMaxAge: null } } as never
      for (let at = 0; at <= 100_000; at++) store.set(`id ${at}`, session)
      return {
        first: await new Promise((resolve) => {
          store.get('id 0', (_error, found) => resolve(found !== undefined && found !== null))
        }),
      }
    },
    express: { first: true },
    ours: { first: false },
    wayBack: 'new MemoryStore({ max: 1e9, ttl: 1e12 })',
  },
  {
    id: 'tossed-cookies',
    see: async (side) => {
      const app = appWith(side, {}, (session, path) => {
        if (path === '/') session['name'] = 'Ada'
        return session['name']
      })
      return listening(http.createServer(app), async (server) => {
        const cookie = cookieOf(await ask(server, { path: '/' }))
        const headers = { cookie: `${NAME}=s%3A${signCookie('x', 'another')}; ${cookie}` }
        return { name: (await ask(server, { path: '/read', headers })).body }
      })
    },
    express: { name: 'undefined' },
    ours: { name: 'Ada' },
  },
  {
    id: 'saved-by-hand',
    see: (side) => {
      const app = appWith(side, {}, async (session) => {
        await new Promise<void>((done) => session.save(done))
        return 'saved'
      })
      return listening(http.createServer(app), async (server) => {
        return { cookie: cookieOf(await ask(server, { path: '/' })) !== '' }
      })
    },
    express: { cookie: false },
    ours: { cookie: true },
  },
  visited('session-promises', {
    options: () => ({ cacheHeaders: false, saveUninitialized: true }),
    handler: (session) => typeof session.save(),
    express: [{ body: 'undefined' }],
    ours: [{ body: 'object' }],
  }),
  made('session-names', () => ({ name: 'my sid' }), {
    express: { made: true },
    ours: { made: 'SESSION_BAD_OPTION' },
  }),
  made('empty-secrets', (back) => ({ secret: back ? [SECRET] : ['', SECRET] }), {
    express: { made: true },
    ours: { made: 'SESSION_BAD_OPTION' },
    wayBack: 'leave it out',
  }),
]
