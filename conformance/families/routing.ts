import type { Family } from '../harness/case.ts'
import { onRequest } from '../harness/handlers.ts'
import { override } from '../harness/override.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const

export const routing: Family = {
  name: 'routing',
  fault: (app) => {
    override(app, 'handle', (handle, req, ...rest) => {
      const request = req as { url: string }
      request.url = request.url.replace(/\/$/, '/x')
      return handle(request, ...rest)
    })
  },
  cases: [
    {
      name: 'answers the root',
      app: (app) => app.get('/', (_req, res) => res.send('root')),
      ask: '/',
    },
    {
      name: 'runs handlers in the order they were added',
      app: (app, { note }) => {
        app.use((_req, _res, next) => (note('use'), next()))
        app.get('/a', (_req, _res, next) => (note('first'), next()))
        app.all('/a', (_req, _res, next) => (note('all'), next()))
        app.get('/a', (_req, res) => (note('last'), res.send('a')))
        app.get('/a', (_req, res) => (note('never'), res.send('b')))
      },
      ask: '/a',
    },
    {
      name: 'takes several handlers, nested in arrays',
      app: (app, { note }) => {
        const step = (name: string) => (_req: unknown, _res: unknown, next: () => void) => {
          note(name)
          next()
        }
        const done = onRequest((_req, res) => res.send('done'))
        app.get('/', [step('1'), [step('2')]] as never, step('3'), done)
      },
      ask: '/',
    },
    {
      name: 'leaves a route with next("route")',
      app: (app, { note }) => {
        app.get(
          '/',
          (_req, _res, next) => (note('one'), next('route')),
          (_req, res) => (note('skipped'), res.send('one')),
        )
        app.get('/', (_req, res) => (note('two'), res.send('two')))
      },
      ask: '/',
    },
    {
      name: 'leaves a router with next("router")',
      app: (app, { express, note }) => {
        const router = express.Router()
        router.use((_req, _res, next) => (note('in'), next('router')))
        router.get('/', (_req, res) => res.send('router'))
        app.use(router)
        app.get('/', (_req, res) => res.send('app'))
      },
      ask: '/',
    },
    {
      name: 'answers 404 to a path without a route, and names it',
      app: (app) => app.get('/a', (_req, res) => res.send('a')),
      ask: ['/b', '/a/b', '/b?x=%3Cscript%3E', { path: '/b', method: 'POST' }],
    },
    {
      name: 'answers 404 to a method without a route',
      app: (app) => app.get('/a', (_req, res) => res.send('a')),
      ask: METHODS.map((method) => ({ method, path: '/a' })),
    },
    {
      name: 'answers every method of app.all',
      app: (app) => app.all('/a', (req, res) => res.send(req.method)),
      ask: METHODS.map((method) => ({ method, path: '/a' })),
    },
    {
      name: 'answers HEAD with the route of GET, unless there is one of its own',
      app: (app, { note }) => {
        app.get('/a', (_req, res) => (note('get'), res.send('body')))
        app.head('/b', (_req, res) => (note('head'), res.set('X-Head', '1').end()))
        app.get('/b', (_req, res) => res.send('body'))
      },
      ask: ['/a', '/b'].map((path) => ({ method: 'HEAD', path })),
    },
    {
      name: 'answers OPTIONS with the methods of a path',
      app: (app) => {
        app.get('/a', (_req, res) => res.send('a'))
        app.post('/a', (_req, res) => res.send('a'))
        app.put('/b', (_req, res) => res.send('b'))
        app.options('/c', (_req, res) => res.set('Allow', 'own').send('own'))
      },
      ask: ['/a', '/b', '/c', '/none'].map((path) => ({ method: 'OPTIONS', path })),
    },
    {
      name: 'ignores letter case and a slash at the end',
      app: (app) => app.get('/Some/Path', (_req, res) => res.send('found')),
      ask: ['/Some/Path', '/some/path', '/SOME/PATH/', '/some/pathx'],
    },
    {
      name: 'minds both when told to',
      app: (app) => {
        app.enable('case sensitive routing')
        app.enable('strict routing')
        app.get('/Some', (_req, res) => res.send('some'))
        app.get('/slash/', (_req, res) => res.send('slash'))
      },
      ask: ['/Some', '/some', '/Some/', '/slash', '/slash/'],
    },
    {
      name: 'chains the methods of app.route',
      app: (app, { note }) => {
        app
          .route('/a')
          .all((_req, _res, next) => (note('all'), next()))
          .get((_req, res) => res.send('get'))
          .post((_req, res) => res.send('post'))
      },
      ask: [{ path: '/a' }, { path: '/a', method: 'POST' }, { path: '/a', method: 'PUT' }],
    },
    {
      name: 'tells a handler the route it is in',
      app: (app) => {
        app.get('/user/:id', (req, res) => {
          res.json([req.route.path, Object.keys(req.route.methods), req.baseUrl, req.url, req.path])
        })
      },
      ask: '/user/1?x=2',
    },
    {
      name: 'matches patterns: optional parts, splats, lists, regular expressions',
      app: (app) => {
        app.get('/a{/b}', (_req, res) => res.send('optional'))
        app.get(['/c', '/d'], (_req, res) => res.send('list'))
        app.get(/^\/e+$/, (_req, res) => res.send('expression'))
        app.get('/f/*rest', (req, res) => res.json(req.params))
      },
      ask: ['/a', '/a/b', '/a/c', '/c', '/d', '/e', '/eee', '/ef', '/f', '/f/', '/f/g/h'],
    },
    {
      name: 'matches literal characters that patterns know',
      app: (app) => {
        app.get('/a.b', (_req, res) => res.send('dot'))
        app.get('/c-d', (_req, res) => res.send('dash'))
        app.get('/\\(e\\)', (_req, res) => res.send('brackets'))
      },
      ask: ['/a.b', '/axb', '/c-d', '/(e)'],
    },
    {
      name: 'keeps the query away from the path',
      app: (app) => app.get('/a', (req, res) => res.json([req.path, req.url, req.originalUrl])),
      ask: ['/a?b=/c', '/a?', '/a?x=1?y=2'],
    },
    {
      name: 'sees a URL that a middleware has rewritten',
      app: (app) => {
        app.use((req, _res, next) => {
          if (req.url === '/old') req.url = '/new?from=old'
          next()
        })
        app.get('/new', (req, res) => res.json([req.url, req.originalUrl, req.query]))
      },
      ask: ['/old', '/new'],
    },
    {
      name: 'serves one spelling of a path to guard and route alike',
      app: (app, { note }) => {
        app.use('/admin', (_req, res) => (note('guard'), res.sendStatus(401)))
        app.use((_req, res) => res.send('secret'))
      },
      ask: ['/%61dmin', '//admin', '/./admin', '/x/../admin', '/x//..//admin'],
      differs: {
        id: 'canonical-path',
        express: Array.from({ length: 5 }, () => ({ status: 200 })),
        ours: Array.from({ length: 5 }, () => ({ status: 401 })),
      },
    },
    {
      name: 'refuses a path with a control character or a backslash',
      app: (app) => app.use((_req, res) => res.send('served')),
      ask: ['/a%00b', '/a%0d%0ab', '/a%5cb'],
      differs: {
        id: 'canonical-path',
        express: [{ status: 200 }, { status: 200 }, { status: 200 }],
        ours: [{ status: 400 }, { status: 400 }, { status: 400 }],
      },
    },
    {
      name: 'takes the path as it comes when told to',
      app: (app, { note }) => {
        app.disable('path canonical')
        app.use('/admin', (_req, res) => (note('guard'), res.sendStatus(401)))
        app.use((req, res) => res.send(req.url))
      },
      ask: ['/%61dmin', '//admin', '/./admin', '/x/../admin', '/a%00b', '/admin'],
    },
  ],
}
