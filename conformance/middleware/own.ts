import session from '@tokkyu/session'
import upload from '@tokkyu/upload'
import type { Case } from '../harness/case.ts'
import { again, counting, type WithSession } from './sessions.ts'

/** Our own middleware, which is to be as good under Express as at home. */
export const ownCases: readonly Case[] = [
  {
    name: 'our session keeps its data and its order of effects',
    app: (app, { note }) => {
      app.use(
        session({
          secret: 's',
          resave: false,
          saveUninitialized: false,
          genid: counting(),
        }) as never,
      )
      app.get('/count', (req, res) => {
        const { session: data } = req as unknown as WithSession
        data['n'] = Number(data['n'] ?? 0) + 1
        res.on('finish', () => note(`finish ${res.statusCode} ${String(res.get('ETag'))}`))
        res.status(201).json([data['n']])
      })
      app.get('/stream', (req, res) => {
        ;(req as unknown as WithSession).session['streamed'] = true
        res.write('a')
        setImmediate(() => res.end('b'))
      })
      app.get('/redirect', (req, res) => {
        ;(req as unknown as WithSession).session['seen'] = true
        res.redirect('/count')
      })
      app.get('/error', (req) => {
        ;(req as unknown as WithSession).session['failed'] = true
        throw Object.assign(new Error('after the session'), { status: 418 })
      })
      app.get('/end', (req, res) => {
        ;(req as unknown as WithSession).session.destroy(() => res.send('bye'))
      })
    },
    ask: [
      '/count',
      ...['/count', '/stream', '/redirect', '/error', '/count', '/end', '/count'].map((path) =>
        again(path),
      ),
    ],
  },
  {
    name: 'our upload reads a form',
    app: (app) => {
      app.post('/', upload().single('file') as never, (req, res) => {
        const { body, file } = req as unknown as {
          body: object
          file?: { originalname: string; size: number }
        }
        res.json([body, file?.originalname ?? null, file?.size ?? null])
      })
    },
    ask: ['file', 'other'].map((name) => ({
      path: '/',
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
      body:
        '--b\r\nContent-Disposition: form-data; name="a[b]"\r\n\r\n1\r\n' +
        `--b\r\nContent-Disposition: form-data; name="${name}"; filename="ü.txt"\r\n\r\ntext\r\n--b--\r\n`,
    })),
  },
]
