import type { Family } from '../harness/case.ts'

export const params: Family = {
  name: 'params',
  fault: (app) => {
    app.param('id', (req, _res, next, id: string) => {
      req.params = { ...req.params, id: id.toLowerCase() }
      next()
    })
  },
  cases: [
    {
      name: 'gives a handler the parameters of its path',
      app: (app) => app.get('/:kind/:id', (req, res) => res.json(req.params)),
      ask: ['/users/7', '/users/Ada', '/users', '/users/7/x', '/users/7/'],
    },
    {
      name: 'decodes them once',
      app: (app) => app.get('/:id', (req, res) => res.json(req.params)),
      ask: ['/zo%C3%AB', '/a%20b', '/a+b', '/%2525', '/a%2Fb', '/a.b', '/a;b=c', '/a@b:c'],
    },
    {
      name: 'answers 400 to one that cannot be decoded',
      app: (app) => {
        app.get('/:id', (req, res) => res.json(req.params))
        app.get('/in/:id', (req, res) => res.json(req.params))
      },
      ask: ['/%E0%A4%A', '/%', '/in/%zz'],
      differs: {
        id: 'error-texts',
        express: Array.from({ length: 3 }, () => ({ status: 400 })),
        ours: Array.from({ length: 3 }, () => ({ status: 400 })),
      },
    },
    {
      name: 'gives splats as lists',
      app: (app) => app.get('/files/*path', (req, res) => res.json(req.params)),
      ask: ['/files/a', '/files/a/b%2Fc/d', '/files/'],
    },
    {
      name: 'leaves out an optional parameter that is absent',
      app: (app) => app.get('/p{/:page}', (req, res) => res.json(req.params)),
      ask: ['/p', '/p/2'],
    },
    {
      name: 'splits a segment into several',
      app: (app) => {
        app.get('/:from-:to', (req, res) => res.json(req.params))
        app.get('/file/:name.:ext', (req, res) => res.json(req.params))
      },
      ask: ['/a-b', '/a-b-c', '/file/x.tar.gz', '/file/x'],
    },
    {
      name: 'names and numbers the groups of a regular expression',
      app: (app) => {
        app.get(/^\/n(\d+)(x)?$/, (req, res) => res.json(req.params))
        app.get(/^\/g(?<letter>[a-z])$/, (req, res) => res.json(req.params))
      },
      ask: ['/n12', '/n12x', '/gq'],
    },
    {
      name: 'calls app.param once per value, before the route',
      app: (app, { note }) => {
        app.param('id', (_req, _res, next, value, name) => (note(`${name}=${value}`), next()))
        app.get('/:id', (_req, _res, next) => (note('first'), next()))
        app.get('/:id', (_req, res) => (note('second'), res.send('done')))
        app.get('/:id/:id2', (_req, res) => res.send('never'))
      },
      ask: ['/1', '/2'],
    },
    {
      name: 'calls it again for another value',
      app: (app, { note }) => {
        app.param('id', (_req, _res, next, value) => (note(String(value)), next()))
        app.get('/:id/x', (_req, _res, next) => next())
        app.get('/a/:id', (_req, res) => res.send('done'))
      },
      ask: '/a/x',
    },
    {
      name: 'answers with what app.param passes on or throws',
      app: (app) => {
        app.param('id', (_req, _res, next, value) => {
          if (value === 'throw') throw Object.assign(new Error('thrown'), { status: 418 })
          if (value === 'pass') next(Object.assign(new Error('passed'), { status: 409 }))
          else if (value === 'route') next('route')
          else next()
        })
        app.get('/:id', (req, res) => res.json(req.params))
        app.use((_req, res) => res.send('after'))
      },
      ask: ['/throw', '/pass', '/route', '/fine'],
    },
    {
      name: 'lets app.param exchange a parameter',
      app: (app) => {
        app.param('id', (req, _res, next, value) => {
          req.params = { id: `user ${value}` }
          next()
        })
        app.get('/:id', (req, res) => res.json(req.params))
      },
      ask: '/1',
    },
    {
      name: 'keeps the parameters of a router to itself unless told to merge',
      app: (app, { express }) => {
        for (const mergeParams of [false, true]) {
          const router = express.Router({ mergeParams })
          router.get('/:b', (req, res) => res.json(req.params))
          app.use(`/${mergeParams}/:a`, router)
        }
      },
      ask: ['/false/1/2', '/true/1/2'],
    },
    {
      name: 'merges numbered groups after those of the parent',
      app: (app, { express }) => {
        const router = express.Router({ mergeParams: true })
        router.get(/^\/(\d+)$/, (req, res) => res.json(req.params))
        app.use(/^\/(a)(b)/, router)
      },
      ask: '/ab/7',
    },
    {
      name: 'survives the names of Object.prototype',
      app: (app) => {
        app.get('/:constructor/:toString', (req, res) => {
          res.json([Object.keys(req.params), typeof req.params['hasOwnProperty']])
        })
      },
      ask: '/a/__proto__',
    },
  ],
}
