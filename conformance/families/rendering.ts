import { readFile } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { App, Family } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'

const views = fileURLToPath(new URL('../fixtures/views', import.meta.url))

/** The smallest engine: `{{name}}` becomes a local. */
const engine = (path: string, data: object, done: (error: unknown, text?: string) => void) =>
  readFile(path, 'utf8', (error, text) => {
    if (error) return done(error)
    done(
      null,
      text.replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
        String((data as Record<string, unknown>)[name]),
      ),
    )
  })

const withViews = (app: App) =>
  app.engine('tmpl', engine).set('views', views).set('view engine', 'tmpl')

export const rendering: Family = {
  name: 'rendering',
  fault: (app) => {
    app.locals = Object.assign(Object.create(null), { name: 'fault' })
  },
  cases: [
    {
      name: 'renders a view with its data',
      app: (app) =>
        withViews(app).get('/', (_req, res) => void res.render('hello', { name: 'Ada' })),
      ask: '/',
    },
    {
      name: 'finds a view by name, extension, folder and full path',
      app: (app) => {
        withViews(app)
        app.get('/*view', (req, res) => {
          void res.render(req.params['view'].join('/'), { name: 'x' })
        })
        app.get('/', (_req, res) => void res.render(`${views}/hello.tmpl`, { name: 'x' }))
      },
      ask: ['/hello', '/hello.tmpl', '/partials', '/partials/index', '/'],
    },
    {
      name: 'looks in several folders, in order',
      app: (app) => {
        withViews(app).set('views', [`${views}/partials`, views])
        app.get('/:view', (req, res) => void res.render(req.params['view'], { name: 'x' }))
      },
      ask: ['/hello', '/index'],
    },
    {
      name: 'prefers the data of the call to res.locals, and those to app.locals',
      app: (app) => {
        withViews(app)
        app.get('/app', (_req, res) => void res.render('hello'))
        app.get('/res', (_req, res) => {
          res.locals['name'] = 'of the reply'
          void res.render('hello')
        })
        app.get('/call', (_req, res) => {
          res.locals['name'] = 'of the reply'
          void res.render('hello', { name: 'of the call' })
        })
        app.use((_req, _res, next) => next())
      },
      ask: ['/res', '/call', '/app'],
    },
    {
      name: 'hands the text to a callback instead of sending it',
      app: (app, { note }) => {
        withViews(app)
        app.get('/', (_req, res) => {
          void res.render('hello', { name: 'x' }, (error, text) => {
            note(`${String(error)} ${text}`)
            res.type('txt').send(text.toUpperCase())
          })
        })
        app.get('/short', (_req, res) => {
          res.locals['name'] = 'y'
          void res.render('hello', (_error: Error, text: string) => res.send(text))
        })
      },
      ask: ['/', '/short'],
    },
    {
      name: 'passes on that a view is missing',
      app: (app) => {
        withViews(app)
        app.get('/', (_req, res) => void res.render('missing'))
        app.get('/callback', (_req, res) => {
          void res.render('missing', (error: Error) => res.status(404).send(error.message))
        })
        app.use(
          onError((error, _req, res, _next) => {
            res.status(500).send((error as Error).message.split(' in ')[0])
          }),
        )
      },
      ask: ['/'],
    },
    {
      name: 'passes on what an engine throws or reports',
      app: (app) => {
        withViews(app)
        app.engine('tmpl', (_path, data, done) => {
          if ('throws' in data) throw Object.assign(new Error('thrown'), { status: 418 })
          done(Object.assign(new Error('reported'), { status: 409 }))
        })
        app.get('/throw', (_req, res) => void res.render('hello', { throws: true }))
        app.get('/report', (_req, res) => void res.render('hello'))
      },
      ask: ['/throw', '/report'],
    },
    {
      name: 'keeps a type that was set, and the status',
      app: (app) => {
        withViews(app).get('/', (_req, res) => {
          res.status(201).type('text/plain')
          void res.render('hello', { name: 'x' })
        })
      },
      ask: '/',
    },
    {
      name: 'renders without a reply by app.render',
      app: (app) => {
        withViews(app)
        app.get('/', (_req, res) => {
          app.render('hello', { name: 'app' }, (error, text) => res.json([error, text]))
        })
      },
      ask: '/',
    },
    {
      name: 'looks a view up once while the cache is on',
      app: (app, { note }) => {
        withViews(app).enable('view cache')
        class Looked {
          path = '/view'
          constructor(name: string) {
            note(`look up ${name}`)
          }
          render(_options: object, done: (error: null, text: string) => void) {
            done(null, 'text')
          }
        }
        app.set('view', Looked)
        app.get('/', (_req, res) => void res.render('one'))
        app.get('/fresh', (_req, res) => void res.render('one', { cache: false }))
      },
      ask: ['/', '/', '/fresh'],
    },
    {
      name: 'refuses an engine that is none',
      app: (app, { note }) => {
        try {
          app.engine('x', null as never)
        } catch (error) {
          note((error as Error).message)
        }
      },
      ask: '/',
    },
  ],
}
