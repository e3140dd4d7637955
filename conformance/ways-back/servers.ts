import { expect, vi } from 'vitest'
import { inItsOwnProcess } from './in-process.ts'
import type { Row } from './row.ts'
import { asked, get, onItsOwn, written } from './see.ts'

/** What an author meets who runs servers. */
export const servers: readonly Row[] = [
  written('no-http', (app) => app.use((_req, res) => res.send('')), 'NONSENSE\r\n\r\n', {
    express: { received: 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n' },
    ours: {
      received: expect.stringMatching(/^HTTP\/1.1 400 .*Content-Length: 12.*Bad Request\n$/s),
    },
    wayBack: 'http.createServer(app)',
    serve: onItsOwn,
  }),
  inItsOwnProcess(
    'http-2',
    `import { connect, createServer } from 'node:http2'
    const server = createServer(app.get('/', (req, res) => res.send('x'))).listen(0, () => {
      const client = connect('http://127.0.0.1:' + server.address().port)
      const request = client.request({ ':path': '/' })
      request.on('response', ({ ':status': status }) => {
        console.log(status)
        process.exit(0)
      })
    })
    await new Promise((resolve) => setTimeout(resolve, 15_000))`,
    { express: { code: 1 }, ours: { code: 0, printed: '200\n' } },
  ),
  inItsOwnProcess(
    'listen-errors',
    `import { createServer } from 'node:net'
    import { once } from 'node:events'
    const holder = createServer().listen(0)
    await once(holder, 'listening')
    process.once('uncaughtException', ({ code }) => {
      console.log(code)
      process.exit(0)
    })
    const told = () => {
      console.log('listening')
      process.exit(0)
    }
    app.listen(holder.address().port, back ? (error) => told() : () => told())
    await new Promise((resolve) => setTimeout(resolve, 15_000))`,
    {
      express: { printed: 'listening\n' },
      ours: { printed: 'EADDRINUSE\n' },
      wayBack: 'a callback that takes the error',
    },
  ),
  written(
    'late-errors',
    (app) => {
      app.get('/', (_req, res, next) => {
        res.end('whole')
        next(new Error('late'))
      })
      app.get('/next', (_req, res) => res.send('next'))
    },
    get('/').replace('Connection: close\r\n', '') + get('/next'),
    {
      express: { received: expect.toSatisfy((text: string) => !text.endsWith('next')) },
      ours: { received: expect.stringMatching(/whole.*next$/s) },
    },
  ),
  {
    id: 'warnings',
    see: async (side, back) => {
      const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      const furnish = asked(
        'warnings',
        (app) => {
          app.set('env', 'development').set('unanswered warning', back ? false : 10)
          app.use((_req, res) => void setTimeout(() => res.end(), 200))
        },
        '/',
        { express: {}, ours: {} },
      )
      await furnish.see(side, back)
      const codes = warned.mock.calls.map(([, options]) => (options as { code?: string }).code)
      warned.mockRestore()
      return { codes }
    },
    express: { codes: [] },
    ours: { codes: ['TOKKYU_UNANSWERED'] },
    wayBack: "app.set('unanswered warning', false)",
  },
]
