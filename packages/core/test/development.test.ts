import { channel } from 'node:diagnostics_channel'

import request from 'supertest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import express, {
  type ErrorEvent,
  type Express,
  type FallbackEvent,
  type RequestEvent,
} from '../src/index.ts'

const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => warn.mockClear())

function appIn(env: string): Express {
  const app = express()
  app.set('env', env)
  app.set('unanswered warning', 10)
  return app
}

const warnings = () => warn.mock.calls.map(([message]) => String(message))

describe('in development', () => {
  it('a route that does not answer is named', async () => {
    const app = appIn('development').get('/users/:id', () => {})
    const abort = new AbortController()
    const reply = app.inject({ url: '/users/7', signal: abort.signal }).catch(() => {})
    await vi.waitFor(() => expect(warnings()).toHaveLength(1))
    expect(warnings()[0]).toBe(
      'GET /users/7 has no answer after 10 ms: the route "/users/:id" neither answered nor called next()',
    )
    abort.abort()
    await reply
  })

  it('an answer in time is not warned of, however long its body takes', async () => {
    const app = appIn('development')
    app.get('/', (_req, res) => {
      res.write('begun')
      setTimeout(() => res.end(), 30)
    })
    await request(app).get('/').expect(200)
    expect(warnings()).toEqual([])
  })

  it('the warning can be switched off', async () => {
    const app = appIn('development').get('/', (_req, res) => void setTimeout(() => res.end(), 30))
    app.set('unanswered warning', false)
    await request(app).get('/').expect(200)
    expect(warnings()).toEqual([])
  })

  it('a route that answers twice is named', async () => {
    const app = appIn('development').get('/twice', (_req, res) => {
      res.send('first')
      res.send('second')
    })
    await request(app).get('/twice').expect(200, 'first')
    await vi.waitFor(() =>
      expect(warnings()).toContain(
        'GET /twice was answered twice: the route "/twice" answered again',
      ),
    )
  })
})

describe('outside of development', () => {
  it.each(['production', 'test'])('nobody is warned (%s)', async (env) => {
    const app = appIn(env).get('/', (_req, res) => {
      setTimeout(() => {
        res.send('late')
        expect(() => res.send('again')).toThrow(/headers/)
      }, 30)
    })
    await request(app).get('/').expect(200)
    expect(warnings()).toEqual([])
  })
})

describe('the diagnostics channels', () => {
  it('tell of each request once, and of each error that reached the final handler', async () => {
    const requests: RequestEvent[] = []
    const errors: ErrorEvent[] = []
    const onRequest = (event: unknown) => void requests.push(event as RequestEvent)
    const onError = (event: unknown) => void errors.push(event as ErrorEvent)
    channel('tokkyu.request').subscribe(onRequest)
    channel('tokkyu.error').subscribe(onError)
    const failure = Object.assign(new Error('no'), { status: 418 })
    const app = appIn('test')
    app.use(
      express().get('/', () => {
        throw failure
      }),
    )
    await request(app).get('/').expect(418)
    channel('tokkyu.request').unsubscribe(onRequest)
    channel('tokkyu.error').unsubscribe(onError)
    await request(app).get('/').expect(418)
    expect(requests.map(({ app: heard, req }) => [heard === app, req.url])).toEqual([[true, '/']])
    expect(errors.map(({ error }) => error)).toEqual([failure])
  })

  it('let a subscriber print an error in place of the final handler', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    channel('tokkyu.error').subscribe(tell)
    const app = appIn('development')
    app.get('/:what', (req, _res, next) => next(req.params.what))
    await request(app).get('/told').expect(500)
    await request(app).get('/untold').expect(500)
    channel('tokkyu.error').unsubscribe(tell)
    const printed = print.mock.calls.flat()
    expect(printed).toContain('untold')
    expect(printed).not.toContain('told')
  })

  it('let a subscriber replace the page of the final handler, in development alone', async () => {
    const seen: unknown[] = []
    const onFallback = (event: unknown) => {
      const { error, status, page } = event as FallbackEvent
      seen.push([error, status, page.type, page.policy])
      Object.assign(page, { type: 'text/plain', policy: "img-src 'self'", body: 'better' })
    }
    channel('tokkyu.fallback').subscribe(onFallback)
    const failure = Object.assign(new Error('no'), { status: 418 })
    const [app, silent] = [appIn('development'), appIn('production')]
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const each of [app, silent]) each.get('/fails', (_req, _res, next) => next(failure))
    await request(app).get('/nobody').expect(404, 'better').expect('Content-Type', 'text/plain')
    await request(app)
      .get('/fails')
      .expect(418, 'better')
      .expect('Content-Security-Policy', "img-src 'self'")
    await request(silent)
      .get('/fails')
      .expect(418, /I&#39;m a Teapot/)
    app.enable('problem details')
    await request(app)
      .get('/fails')
      .expect('Content-Type', /problem\+json/)
    channel('tokkyu.fallback').unsubscribe(onFallback)
    const page = ['text/html; charset=utf-8', "default-src 'none'"]
    expect(seen).toEqual([
      [undefined, 404, ...page],
      [failure, 418, ...page],
    ])
  })
})

/** A subscriber that prints one error itself. */
function tell(event: unknown): void {
  const heard = event as ErrorEvent
  if (heard.error === 'told') heard.isPrinted = true
}
