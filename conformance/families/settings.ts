import { STATUS_CODES } from 'node:http'
import type { Family } from '../harness/case.ts'

export const settings: Family = {
  name: 'settings',
  fault: (app) => {
    app.set('json spaces', 1)
  },
  cases: [
    {
      name: 'starts with the defaults',
      app: (app) =>
        app.get('/', (_req, res) =>
          res.json(
            [
              'etag',
              'query parser',
              'subdomain offset',
              'trust proxy',
              'jsonp callback name',
              'x-powered-by',
              'view engine',
              'json spaces',
              'strict routing',
              'none',
            ].map((name) => app.get(name) ?? null),
          ),
        ),
      ask: '/',
    },
    {
      name: 'sets, gets, enables and disables',
      app: (app) => {
        app.set('a', 1).set('b', undefined).enable('c').disable('d')
        app.get('/', (_req, res) =>
          res.json([
            app.get('a'),
            (app.set as (name: string) => unknown)('a'),
            app.get('b') ?? 'undefined',
            [app.enabled('c'), app.disabled('c'), app.enabled('d'), app.disabled('none')],
            app.locals['settings'].a,
          ]),
        )
      },
      ask: '/',
    },
    {
      name: 'does not find what Object.prototype has',
      app: (app) =>
        app.get('/', (_req, res) =>
          res.json([typeof app.get('constructor'), typeof app.get('hasOwnProperty')]),
        ),
      ask: '/',
    },
    {
      name: 'refuses values that mean nothing',
      app: (app, { note }) => {
        for (const name of ['etag', 'query parser']) {
          try {
            app.set(name, 'nonsense')
          } catch (error) {
            note(`${(error as Error).name} ${(error as Error).message.split(';')[0]}`)
          }
        }
        app.get('/', (_req, res) => res.send('x'))
      },
      ask: '/',
    },
    {
      name: 'writes JSON with spaces, a replacer and escapes',
      app: (app, { express }) => {
        const data = { a: 1, html: '<script>&</script>', list: [1, 2], none: undefined }
        for (const [name, value] of Object.entries({
          'json spaces': 2,
          'json replacer': (key: string, each: unknown) => (key === 'a' ? undefined : each),
          'json escape': true,
        })) {
          const inner = express().set(name, value)
          inner.get('/', (_req, res) => res.json(data))
          app.use(`/${name.split(' ')[1]}`, inner)
        }
        app.get('/', (_req, res) => res.json(data))
      },
      ask: ['/', '/spaces', '/replacer', '/escape'],
    },
    {
      name: 'writes any JSON value',
      app: (app) => {
        const values: unknown[] = [null, 'text', 0, false, [], {}, new Date(0), undefined]
        app.get('/:at', (req, res) => res.json(values[Number(req.params['at'])]))
        app.get('/send/:at', (req, res) => res.send(values[Number(req.params['at'])]))
      },
      ask: [0, 1, 2, 3, 4, 5, 6, 7].flatMap((at) => [`/${at}`, `/send/${at}`]),
    },
    {
      name: 'passes on that a value cannot be JSON',
      app: (app) => {
        app.get('/', (_req, res) => res.json({ big: 1n }))
      },
      ask: '/',
    },
    {
      name: 'answers JSONP to a callback',
      app: (app) => {
        app.set('jsonp callback name', 'cb')
        app.get('/', (_req, res) => res.jsonp({ text: '\u2028<"' }))
        app.get('/typed', (_req, res) => res.type('application/vnd.x+json').jsonp({ a: 1 }))
        app.get('/none', (_req, res) => res.jsonp(undefined))
      },
      ask: [
        '/',
        '/?cb=go',
        '/?cb=a.b%5B0%5D',
        '/?cb=alert(1)//',
        '/?cb=',
        '/?cb=a&cb=b',
        '/?cb[a]=b',
        '/typed',
        '/typed?cb=x',
        '/none',
        '/none?cb=x',
        '/?callback=x',
        '/?cb=%3C%3E',
      ],
    },
    {
      name: 'parses queries simply, deeply, not at all, or as it is told',
      app: (app, { express }) => {
        for (const [name, value] of Object.entries({
          simple: 'simple',
          extended: 'extended',
          off: false,
          own: (text: string | null) => ({ text }),
        })) {
          const inner = express().set('query parser', value)
          inner.get('/', (req, res) => res.json(req.query))
          app.use(`/${name}`, inner)
        }
      },
      ask: ['simple', 'extended', 'off', 'own'].flatMap((name) => [
        `/${name}`,
        `/${name}?a=1&b[c]=2&b[d][]=3&e=%C3%BC+x&a=2&f&=g`,
        `/${name}?__proto__[x]=1&constructor=2&hasOwnProperty=3`,
        `/${name}?a[0]=x&a[25]=y&b[]=1&b[]=2&c.d=1&%zz=%`,
      ]),
    },
    {
      name: 'keeps what a middleware puts into the query',
      app: (app) => {
        app.use((req, _res, next) => {
          ;(req.query as Record<string, string>)['added'] = 'yes'
          next()
        })
        app.get('/', (req, res) => res.json(req.query))
      },
      ask: '/?a=1',
      differs: {
        id: 'assignable-query',
        express: [{ body: '{"a":"1"}' }],
        ours: [{ body: '{"a":"1","added":"yes"}' }],
      },
    },
    {
      name: 'shows X-Powered-By unless told not to',
      app: (app) => {
        app.get('/', (_req, res) => res.send('x'))
        app.get('/removed', (_req, res) => {
          res.removeHeader('X-Powered-By')
          res.send('x')
        })
        app.get('/read', (_req, res) => res.json([res.get('X-Powered-By'), res.getHeaderNames()]))
      },
      ask: ['/', '/removed', '/read', '/none'],
    },
    {
      name: 'sets, appends and reads headers',
      app: (app) => {
        app.get('/', (_req, res) => {
          res.set('X-A', 1 as never).set({ 'X-B': ['1', '2'], 'x-c': true })
          res.append('X-A', '2').append('X-D', ['a', 'b']).append('X-D', 'c')
          res.header('Link', '<a>').links({ next: '/2', last: ['/3', '/4'] })
          res.json([res.get('x-a'), res.get('X-D'), res.get('none') ?? null])
        })
        app.get('/undefined', (_req, res) => res.set('X-A', undefined).send('x'))
        app.get('/list', (_req, res) => res.set('Content-Type', ['a', 'b']).send('x'))
        app.get('/split', (_req, res) => res.set('X-A', 'a\r\nX-B: b').send('x'))
        app.get('/name', (_req, res) => res.set('X A', 'a').send('x'))
      },
      ask: ['/', '/undefined', '/list', '/split', '/name'],
    },
    {
      name: 'names every status as node does',
      app: (app) => {
        app.get('/:status', (req, res) => {
          res.sendStatus(Number(req.params['status']))
        })
      },
      ask: Object.keys(STATUS_CODES)
        .filter((status) => Number(status) >= 200)
        .concat('226', '299', '599', '999')
        .map((status) => `/${status}`),
    },
    {
      name: 'sends a status alone',
      app: (app) => app.get('/:status', (req, res) => res.sendStatus(Number(req.params['status']))),
      ask: ['/200', '/201', '/204', '/304', '/404', '/599', '/1000', '/99', '/2.5', '/x'],
    },
  ],
}
