import type { Family } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'

export const mounting: Family = {
  name: 'mounting',
  fault: (app) => {
    // The mount path stays in front of the URL.
    Object.defineProperty(app.request, 'baseUrl', { get: () => '', set: () => {} })
  },
  cases: [
    {
      name: 'strips the mount path for what is mounted, and gives it back',
      app: (app, { note }) => {
        const where = (name: string) => (req: { baseUrl: string; url: string }) =>
          note(`${name} ${req.baseUrl} ${req.url}`)
        app.use('/a', (req, _res, next) => (where('in')(req), next()))
        app.use((req, _res, next) => (where('out')(req), next()))
        app.use('/a/b', (req, res) => (where('deep')(req), res.send(req.originalUrl)))
      },
      ask: ['/a', '/a/', '/a/b', '/a/b/c?x=1', '/a?x=1', '/ab'],
    },
    {
      name: 'mounts routers in routers',
      app: (app, { express }) => {
        const inner = express.Router()
        inner.get('/c', (req, res) => res.json([req.baseUrl, req.url, req.path, req.originalUrl]))
        const outer = express.Router()
        outer.use('/b', inner)
        app.use('/a', outer)
      },
      ask: ['/a/b/c', '/a/b/c/', '/A/B/c?x=/y', '/a/b'],
    },
    {
      name: 'mounts on several paths, and on a parameter',
      app: (app) => {
        app.use(['/a', '/b'], (req, res) => res.json([req.baseUrl, req.url]))
        app.use('/:name', (req, res) => res.json([req.params, req.baseUrl, req.url]))
      },
      ask: ['/a/x', '/b', '/c/x', '/'],
    },
    {
      name: 'matches mounts at the borders of segments only',
      app: (app) => app.use('/foo', (_req, res) => res.send('in')),
      ask: ['/foo', '/foo/', '/foobar', '/foo.bar', '/foo-bar', '/foo?x', '/FOO/bar', '/x/foo'],
    },
    {
      name: 'takes routers, middleware and lists of both',
      app: (app, { express, note }) => {
        const step = (name: string) => (_req: unknown, _res: unknown, next: () => void) => {
          note(name)
          next()
        }
        const router = express.Router()
        router.use(step('router'))
        app.use('/', step('1'), [step('2'), router], step('3'))
        app.use((_req, res) => res.send('end'))
      },
      ask: '/',
    },
    {
      name: 'refuses what cannot be mounted',
      app: (app, { note }) => {
        for (const [name, mount] of Object.entries({
          nothing: () => app.use('/a'),
          text: () => app.use('/a', 'text' as never),
          number: () => app.use(3 as never),
          list: () => app.use('/a', []),
          'route with nothing': () => app.get('/a', undefined as never),
        })) {
          try {
            mount()
            note(`${name}: fine`)
          } catch (error) {
            note(`${name}: ${(error as Error).name}`)
          }
        }
      },
      ask: '/a',
    },
    {
      name: 'goes on after a router that does not answer',
      app: (app, { express, note }) => {
        const router = express.Router()
        router.get('/other', (_req, res) => res.send('router'))
        router.use((_req, _res, next) => (note('in router'), next()))
        app.use('/r', router)
        app.use((req, res) => res.json([req.baseUrl, req.url]))
      },
      ask: ['/r/x', '/r/other'],
    },
    {
      name: 'brings back the URL after an error in a mount',
      app: (app, { express }) => {
        const router = express.Router()
        router.get('/x', () => {
          throw new Error('inside')
        })
        app.use('/r', router)
        app.use(
          onError((error, req, res, _next) => {
            res.json([error.message, req.baseUrl, req.url])
          }),
        )
      },
      ask: '/r/x',
    },
  ],
}
