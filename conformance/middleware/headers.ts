import type { Case } from '../harness/case.ts'
import {
  cors,
  helmet,
  methodOverride,
  morgan,
  onHeaders,
  responseTime,
  timeout,
} from './packages.ts'

/** Middleware that looks at requests and sets headers. */
export const headerCases: readonly Case[] = [
  {
    name: 'helmet sets its headers and hides the framework',
    app: (app) => {
      app.use(helmet())
      app.get('/', (_req, res) => res.send('x'))
    },
    ask: ['/', '/none'],
  },
  {
    name: 'helmet makes a policy of its own',
    app: (app) => {
      app.use(
        helmet({
          contentSecurityPolicy: { directives: { scriptSrc: ["'self'", () => "'nonce-1'"] } },
          frameguard: false,
          hsts: { maxAge: 100, preload: true },
        }),
      )
      app.get('/', (_req, res) => res.json({}))
    },
    ask: '/',
  },
  {
    name: 'cors lets everybody in, and answers preflights',
    app: (app) => {
      app.use(cors())
      app.get('/', (_req, res) => res.send('x'))
    },
    ask: [
      { path: '/', headers: { Origin: 'https://a.example' } },
      {
        path: '/',
        method: 'OPTIONS',
        headers: {
          Origin: 'https://a.example',
          'Access-Control-Request-Method': 'PUT',
          'Access-Control-Request-Headers': 'X-A, X-B',
        },
      },
    ],
  },
  {
    name: 'cors lets some in, with credentials',
    app: (app) => {
      const options = {
        origin: ['https://a.example', /\.b\.example$/],
        credentials: true,
        exposedHeaders: ['X-A'],
        maxAge: 5,
      }
      app.options('/*all', cors(options))
      app.get('/', cors(options), (_req, res) => res.vary('Accept').send('x'))
    },
    ask: [
      ...['https://a.example', 'https://x.b.example', 'https://evil.example', 'null'].map(
        (Origin) => ({
          path: '/',
          headers: { Origin },
        }),
      ),
      { path: '/any', method: 'OPTIONS', headers: { Origin: 'https://a.example' } },
    ],
  },
  {
    name: 'morgan writes a line per request, with what was sent',
    app: (app, { note }) => {
      const format =
        ':method :url :status :res[content-length] :res[etag] :req[x-in] HTTP/:http-version'
      app.use(morgan(format, { stream: { write: (line: string) => note(line.trim()) } }))
      app.get('/text', (_req, res) => res.send('text'))
      app.get('/json', (_req, res) => res.status(201).json({ a: 1 }))
      app.get('/write', (_req, res) => (res.write('a'), res.end()))
      app.get('/error', () => {
        throw new Error('x')
      })
      app.get('/redirect', (_req, res) => res.redirect('/there'))
    },
    ask: [
      '/text',
      '/json',
      '/write',
      '/redirect',
      '/none',
      { path: '/text', headers: { 'X-In': '1' } },
    ],
  },
  {
    name: 'morgan writes before the answer when told to',
    app: (app, { note }) => {
      app.use(morgan(':method :url', { immediate: true, stream: { write: () => note('logged') } }))
      app.get('/', (_req, res) => (note('handled'), res.send('x')))
    },
    ask: '/',
  },
  {
    name: 'on-headers runs before the headers leave, the last listener first',
    app: (app, { note }) => {
      app.use((_req, res, next) => {
        onHeaders(res, () => {
          note(`first ${res.statusCode} ${String(res.getHeader('Content-Type'))}`)
          res.setHeader('X-Late', '1')
        })
        onHeaders(res, () => {
          note('second')
          res.removeHeader('X-Powered-By')
        })
        next()
      })
      app.get('/send', (_req, res) => res.send('x'))
      app.get('/json', (_req, res) => res.status(201).json({}))
      app.get('/end', (_req, res) => res.end('x'))
      app.get('/write', (_req, res) => (res.write('x'), res.end()))
      app.get('/head', (_req, res) => res.writeHead(202, { 'X-Own': '1' }).end())
      app.get('/list', (_req, res) => res.writeHead(202, ['X-Own', '1', 'X-Two', '2']).end())
      app.get('/flush', (_req, res) => (res.flushHeaders(), res.end('x')))
    },
    ask: ['send', 'json', 'end', 'write', 'head', 'list', 'flush', 'none'].map(
      (path) => `/${path}`,
    ),
  },
  {
    name: 'response-time adds its header',
    app: (app, { note }) => {
      app.use(
        responseTime((_req: object, res: { statusCode: number }, ms: unknown) => {
          note(`${res.statusCode} ${typeof ms}`)
        }),
      )
      app.use('/header', responseTime())
      app.use((_req, res) => res.send('x'))
    },
    ask: ['/', '/header'],
  },
  {
    name: 'connect-timeout answers 503 for a handler that is late',
    app: (app, { note }) => {
      app.use(timeout('30ms'))
      app.get('/late', (req) => {
        req.on('timeout', () => note(`late ${String((req as { timedout?: boolean }).timedout)}`))
      })
      app.get('/soon', (_req, res) => res.send('x'))
    },
    ask: ['/late', '/soon'],
  },
  {
    name: 'method-override takes the method from a header or the query',
    app: (app) => {
      app.use(methodOverride('X-HTTP-Method-Override'), methodOverride('_method'))
      app.all('/', (req, res) => {
        res.json([req.method, (req as { originalMethod?: string }).originalMethod ?? null])
      })
    },
    ask: [
      { path: '/', method: 'POST', headers: { 'X-HTTP-Method-Override': 'DELETE' } },
      { path: '/?_method=PUT', method: 'POST' },
      { path: '/?_method=PUT' },
      { path: '/', method: 'POST', headers: { 'X-HTTP-Method-Override': 'NONSENSE' } },
    ],
  },
]
