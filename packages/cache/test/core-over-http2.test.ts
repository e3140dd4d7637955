import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { responseCache } from '@tokkyu/cache'
import express from '@tokkyu/core'

interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: string
}

type Ask = (path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>

/** An app whose answers are kept, and how often its handlers ran. */
function makeApp() {
  const app = express().set('env', 'test').use(responseCache())
  let count = 0
  app.use((_req, res, next) => {
    count++
    res.set('Cache-Control', 's-maxage=60')
    next()
  })
  app.get('/text', (_req, res) => void res.vary('Accept-Language').send(`text ${count}`))
  app.get('/json', (_req, res) => void res.json({ count }))
  app.get('/pieces', (_req, res) => {
    res.type('text').write('one, ')
    res.end('two')
  })
  app.get('/moved', (_req, res) => res.redirect(301, '/text'))
  app.get('/cookie', (_req, res) => void res.cookie('a', 'b').send('personal'))
  return { app, count: () => count }
}

/** What is of the one way, or of the moment. */
const OF_THE_WAY = /^(?::.*|age|date|connection|keep-alive|transfer-encoding)$/

function describeAnswer(status: unknown, headers: object, body: Buffer): Answer {
  const told = Object.entries(headers).filter(([name]) => !OF_THE_WAY.test(name))
  const without = told.map(([name, value]) => [name, String(value).replace(/; ttl=\d+/, '')])
  return { status: Number(status), headers: Object.fromEntries(without), body: body.toString() }
}

async function portOf(server: Server): Promise<number> {
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function overHttp1(app: express.Express): Promise<Ask> {
  const port = await portOf(app.listen(0, '127.0.0.1'))
  return async (path, headers = {}, method = 'GET') => {
    const given = { host: 'example.com', ...headers }
    const sent = http.request({
      port,
      host: '127.0.0.1',
      path,
      method,
      headers: given,
      agent: false,
    })
    const [reply] = (await once(sent.end(), 'response')) as [http.IncomingMessage]
    return describeAnswer(
      reply.statusCode,
      reply.headers,
      Buffer.concat((await reply.toArray()) as Buffer[]),
    )
  }
}

async function overHttp2(app: express.Express): Promise<Ask> {
  const port = await portOf(app.listen({ http2: true, port: 0, host: '127.0.0.1' }))
  const client = http2.connect(`http://127.0.0.1:${port}`)
  onTestFinished(() => client.destroy())
  return async (path, headers = {}, method = 'GET') => {
    const names = { ':path': path, ':method': method, ':authority': 'example.com' }
    const stream = client.request({ ...names, ...headers })
    const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
    return describeAnswer(head[':status'], head, Buffer.concat(await stream.toArray()))
  }
}

/** The same questions, one after the other, to an app of one's own. */
async function answersOf(serve: (app: express.Express) => Promise<Ask>) {
  const { app, count } = makeApp()
  const ask = await serve(app)
  const answers: Answer[] = []
  const first = await ask('/text')
  const range = { range: 'bytes=0-3' }
  const known = { 'if-none-match': String(first.headers['etag']) }
  for (const [path, headers, method] of [
    ['/text'],
    ['/text', {}, 'HEAD'],
    ['/text', known],
    ['/text', range],
    ['/text', { 'accept-language': 'de' }],
    ['/json'],
    ['/json'],
    ['/pieces'],
    ['/pieces'],
    ['/moved'],
    ['/moved'],
    ['/cookie'],
    ['/cookie'],
    ['/none'],
    ['/none'],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- in this order
    answers.push(await ask(path, headers, method))
  }
  return { answers: [first, ...answers], count: count() }
}

describe('kept answers of a core app', () => {
  it('are kept and served over HTTP/2 as over HTTP/1', async () => {
    const first = await answersOf(overHttp1)
    const second = await answersOf(overHttp2)
    expect(second).toEqual(first)
    expect(first.answers.map(({ status }) => status)).toEqual([
      200, 200, 200, 304, 206, 200, 200, 200, 200, 200, 301, 301, 200, 200, 404, 404,
    ])
    expect(first.count).toBe(8) // once each, twice for a language, and twice with a cookie
  })

  it('are one, whichever way they came first', async () => {
    const { app, count } = makeApp()
    const [ask1, ask2] = [await overHttp1(app), await overHttp2(app)]
    expect((await ask2('/text')).body).toBe('text 1')
    expect((await ask1('/text')).body).toBe('text 1')
    expect((await ask1('/json')).body).toBe('{"count":2}')
    expect((await ask2('/json')).body).toBe('{"count":2}')
    expect(count()).toBe(2)
  })
})
