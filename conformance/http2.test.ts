import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import express from '@tokkyu/core'
import session from '@tokkyu/session'
import upload from '@tokkyu/upload'

import * as npm from './middleware/packages.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

interface Sent {
  readonly path?: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

const FORM: Sent = {
  method: 'POST',
  headers: { 'content-type': 'multipart/form-data; boundary=x' },
  body: '--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nhello\r\n--x--\r\n',
}
const JSON_BODY: Sent = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"a":1}',
}

/** Middleware, and a request for which it does something. */
const CASES: Record<string, [make: () => unknown, sent?: Sent]> = {
  '@tokkyu/session': [() => session({ secret: 'secret', resave: false, saveUninitialized: true })],
  '@tokkyu/upload': [() => upload().single('f'), FORM],
  compression: [
    () => npm.compression({ threshold: 0 }),
    { headers: { 'accept-encoding': 'gzip' } },
  ],
  'connect-timeout': [() => npm.timeout('5s')],
  'cookie-parser': [() => npm.cookieParser(), { headers: { cookie: 'a=1; b=2' } }],
  'cookie-session': [() => [npm.cookieSession({ secret: 'secret' }), touchSession]],
  cors: [
    () => npm.cors({ optionsSuccessStatus: 200 }),
    { method: 'OPTIONS', headers: { origin: 'http://other.test' } },
  ],
  'express-rate-limit': [() => npm.rateLimit({ limit: 1, standardHeaders: true, validate: false })],
  'express-session': [
    () => npm.expressSession({ secret: 'secret', resave: false, saveUninitialized: true }),
  ],
  helmet: [() => npm.helmet()],
  'method-override': [
    () => npm.methodOverride('X-Method'),
    { method: 'POST', headers: { 'x-method': 'PUT' } },
  ],
  morgan: [
    () => npm.morgan('combined', { stream: { write: (line: string) => void lines.push(line) } }),
  ],
  multer: [() => npm.multer().single('f'), FORM],
  'response-time': [() => npm.responseTime()],
  'express.json': [() => express.json(), JSON_BODY],
  'express.static': [() => express.static(import.meta.dirname), { path: '/README.md' }],
}

const lines: string[] = []

function touchSession(req: express.Request, _res: express.Response, next: () => void): void {
  Object.assign((req as unknown as { session: object }).session, { a: 1 })
  next()
}

describe('over HTTP/2 an app answers as over HTTP/1 with', () => {
  it.each(Object.entries(CASES))('%s', async (_name, [make, sent = {}]) => {
    const first = await overHttp1(appWith(make()), sent)
    const second = await overHttp2(appWith(make()), sent)
    expect(second).toEqual(first)
    expect(first.status).toBeLessThan(400)
  })
})

/** What a parser has left on a request. */
function left(req: unknown): string {
  const { files, body } = req as { files?: unknown[]; body?: unknown }
  return JSON.stringify(files ?? body ?? 'none')
}

describe('a body over HTTP/2 without Content-Length', () => {
  const parsers = {
    'body-parser': [npm.bodyParser.json() as never, JSON_BODY],
    multer: [npm.multer().none() as never, FORM],
    'express.json': [express.json(), JSON_BODY],
    '@tokkyu/upload': [upload().any(), FORM],
  } as const satisfies Record<string, [(req: never, res: never, next: () => void) => void, Sent]>

  /** What a parser has made of a body on node's own server, and in an app. */
  async function bodiesBy([parser, sent]: (typeof parsers)[keyof typeof parsers]) {
    const take = parser as (req: unknown, res: unknown, next: () => void) => void
    const bare = http2.createServer((req, res) => take(req, res, () => res.end(left(req))))
    const app = express().use(take as never, (req, res) => void res.end(left(req)))
    const asked = [bare.listen(0, '127.0.0.1'), app.listen({ http2: true, port: 0 })] as Server[]
    return Promise.all(
      asked.map(async (server) => {
        const client = http2.connect(`http://127.0.0.1:${await portOf(server)}`)
        open.push(client)
        const stream = client.request({ ':path': '/', ':method': 'POST', ...sent.headers })
        stream.end(sent.body)
        return Buffer.concat(await stream.toArray()).toString()
      }),
    )
  }

  it.each(['body-parser', 'multer'] as const)(
    'is none to %s, as it is without us',
    async (name) => {
      expect(await bodiesBy(parsers[name])).toEqual(['"none"', '"none"'])
    },
  )

  it('is read by our parsers, on both', async () => {
    expect(await bodiesBy(parsers['express.json'])).toEqual(['{"a":1}', '{"a":1}'])
    const [bare, ours] = await bodiesBy(parsers['@tokkyu/upload'])
    expect(bare).toContain('"originalname":"a.txt"')
    expect(ours).toBe(bare)
  })
})

function appWith(middleware: unknown): express.Express {
  const app = express().set('env', 'test')
  app.use(middleware as express.RequestHandler)
  app.use((req, res) => {
    const { method, body, cookies } = req
    const { file } = req as unknown as { file?: { size: number } }
    res.json({ method, body: body as unknown, cookies: cookies as unknown, size: file?.size })
  })
  return app
}

async function portOf(server: Server): Promise<number> {
  await once(server, 'listening')
  open.push(server)
  return (server.address() as AddressInfo).port
}

async function overHttp1(app: express.Express, { path = '/', method, headers, body }: Sent) {
  const port = await portOf(app.listen(0, '127.0.0.1'))
  const request = http.request({ port, path, method, headers, host: '127.0.0.1', agent: false })
  request.end(body)
  const [reply] = (await once(request, 'response')) as [IncomingMessage]
  const bytes = Buffer.concat((await reply.toArray()) as Buffer[])
  return describeAnswer(reply.statusCode, reply.headers, bytes)
}

async function overHttp2(
  app: express.Express,
  { path = '/', method = 'GET', headers, body }: Sent,
) {
  const port = await portOf(app.listen({ http2: true, port: 0, host: '127.0.0.1' }))
  const client = http2.connect(`http://127.0.0.1:${port}`)
  open.push(client)
  // Packages that look for a body look for its length, or for a header of HTTP/1.
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const stream = client.request({ ':path': path, ':method': method, ...length, ...headers })
  stream.end(body)
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>]
  return describeAnswer(answer[':status'], answer, Buffer.concat(await stream.toArray()))
}

/** All but what differs from one time to the next, and what HTTP/2 does not have. */
function describeAnswer(status: unknown, headers: Record<string, unknown>, bytes: Buffer) {
  const kept = Object.entries(headers).filter(([name]) => !OTHER.test(name))
  return {
    status: Number(status),
    headers: Object.fromEntries(kept.map(([name, value]) => [name, withoutChance(value)])),
    text: bytes.toString('base64'),
  }
}

const OTHER =
  /^:|^(?:connection|date|keep-alive|transfer-encoding|x-response-time|ratelimit-reset)$/

/** Session ids and signatures are new each time. */
function withoutChance(value: unknown): string {
  return String(value).replaceAll(/(connect\.sid|session\.sig)=[^;]*/g, '$1=…')
}
