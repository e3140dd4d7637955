import { PassThrough, Readable } from 'node:stream'
import type { Family } from '../harness/case.ts'
import { override } from '../harness/override.ts'

export const streams: Family = {
  name: 'streams',
  fault: (app) => {
    override(app.response, 'write', (write, chunk, ...rest) =>
      write(String(chunk).toUpperCase(), ...rest),
    )
  },
  cases: [
    {
      name: 'sends what is written, in order',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.write('one ')
          setImmediate(() => {
            res.write(Buffer.from('two '))
            res.end('three')
          })
        }),
      ask: ['/', { path: '/', method: 'HEAD' }],
    },
    {
      name: 'lets a stream be piped into the response',
      app: (app) =>
        app.get('/', (_req, res) => void Readable.from(['piped ', 'text']).pipe(res.type('txt'))),
      ask: '/',
    },
    {
      name: 'echoes a request body piped through',
      app: (app) => app.post('/', (req, res) => void req.pipe(new PassThrough()).pipe(res)),
      ask: { path: '/', method: 'POST', body: 'body '.repeat(50_000) },
    },
    {
      name: 'runs finish and close handlers in order',
      app: (app, { note }) => {
        app.use((_req, res, next) => {
          res.on('finish', () => note(`finish ${res.statusCode} ${String(res.get('X-Own'))}`))
          res.on('close', () => note(`close ${res.writableFinished}`))
          res.on('prefinish', () => note('prefinish'))
          next()
        })
        app.get('/send', (_req, res) => res.set('X-Own', '1').send('body'))
        app.get('/write', (_req, res) => {
          res.write('a')
          res.end('b', () => note('end callback'))
        })
        app.get('/json', (_req, res) => res.status(201).json({ a: 1 }))
      },
      ask: ['/send', '/write', '/json', '/none'],
    },
    {
      name: 'reads headers that were sent, for loggers',
      app: (app, { note }) => {
        app.use((_req, res, next) => {
          res.on('finish', () => {
            const names = res.getHeaderNames().toSorted()
            note(JSON.stringify([names, res.getHeader('content-type'), res.hasHeader('ETag')]))
            note(JSON.stringify([String(res.get('Content-Length')), { ...res.getHeaders() }.etag]))
          })
          next()
        })
        app.get('/text', (_req, res) => res.send('body'))
        app.get('/json', (_req, res) => res.json({}))
        app.get('/bytes', (_req, res) => res.send(Buffer.from('b')))
      },
      ask: ['/text', '/json', '/bytes', { path: '/text', method: 'HEAD' }],
    },
    {
      name: 'knows when headers are out',
      app: (app, { note }) =>
        app.get('/', (_req, res) => {
          note(String(res.headersSent))
          res.flushHeaders()
          note(String(res.headersSent))
          try {
            res.set('X-Late', '1')
          } catch (error) {
            note((error as { code: string }).code)
          }
          res.end('done')
          note(String(res.writableEnded))
        }),
      ask: '/',
    },
    {
      name: 'lets middleware replace write and end',
      app: (app, { note }) => {
        app.use((_req, res, next) => {
          const end = res.end.bind(res) as (...args: unknown[]) => typeof res
          const write = res.write.bind(res) as (...args: unknown[]) => boolean
          res.write = ((...args: unknown[]) => (note('write'), write(...args))) as typeof res.write
          res.end = ((...args: unknown[]) => {
            note(`end ${args.length > 0 && args[0] !== undefined}`)
            return end(...args)
          }) as typeof res.end
          next()
        })
        app.get('/send', (_req, res) => res.send('body'))
        app.get('/json', (_req, res) => res.json({ a: 1 }))
        app.get('/redirect', (_req, res) => res.redirect('/there'))
        app.get('/write', (_req, res) => (res.write('a'), res.end()))
        app.get('/empty', (_req, res) => res.status(204).end())
      },
      ask: ['/send', '/json', '/redirect', '/write', '/empty', '/none'],
    },
    {
      name: 'lets middleware replace writeHead',
      app: (app, { note }) => {
        app.use((_req, res, next) => {
          const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res
          res.writeHead = ((...args: unknown[]) => {
            note(`writeHead ${String(args[0])} ${args.length}`)
            res.setHeader('X-Late', 'in time')
            return writeHead(...args)
          }) as typeof res.writeHead
          next()
        })
        app.get('/send', (_req, res) => res.status(201).send('body'))
        app.get('/json', (_req, res) => res.json({ a: 1 }))
        app.get('/end', (_req, res) => res.end('x'))
      },
      ask: ['/send', '/json', '/end'],
    },
    {
      name: 'takes writeHead with a reason and headers',
      app: (app) => {
        app.get('/', (_req, res) => res.writeHead(202, 'Fine', { 'X-Own': 'a' }).end('x'))
        app.get('/list', (_req, res) => res.writeHead(202, ['X-Own', 'a', 'X-Own', 'b']).end('x'))
      },
      ask: ['/', '/list'],
    },
    {
      name: 'sends trailers',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.set('Trailer', 'X-Sum')
          res.write('body')
          res.addTrailers({ 'X-Sum': '1' })
          res.end()
        }),
      ask: '/',
    },
    {
      name: 'breaks off when the response is destroyed',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.set('Content-Length', '100')
          res.write('half', () => res.destroy())
        }),
      ask: '/',
    },
    {
      name: 'sends a stream',
      app: (app) => app.get('/', (_req, res) => res.type('txt').send(Readable.from(['a', 'b']))),
      ask: '/',
      differs: {
        id: 'streams-in-send',
        express: [{}],
        ours: [{ status: 200, body: 'ab' }],
      },
    },
  ],
}
