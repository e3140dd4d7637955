import express from 'express'
import { describe, expect, it } from 'vitest'
import session, { MemoryStore } from '@tokkyu/session'
import type { SessionOptions } from '@tokkyu/session'
import { exchangeOf } from '../src/session/exchange.ts'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Client } from './client.ts'

type Handler = (req: express.Request) => unknown

const quiet: SessionOptions = { secret, resave: false, saveUninitialized: false }

/** An app that sends what `handler` gives, or what a session holds at `/seen`. */
function appWith(handler: Handler, options = quiet): Promise<Client> {
  const app = express()
  app.use(session(options))
  app.get('/seen', (req, res) => res.json({ ...req.session, cookie: undefined }))
  app.use(async (req, res) => res.json((await handler(req)) ?? null))
  return serve(app)
}

/** Whether the session of a request is there, without asking for it. */
const isMade: Handler = (req) => exchangeOf(req as never)?.session !== undefined

describe('the session of a client that offered none', () => {
  it('is made when it is asked for', async () => {
    const client = await appWith((req) => [isMade(req), req.session.id, isMade(req)])
    const [before, id, after] = JSON.parse((await client.get('/')).text) as unknown[]
    expect([before, typeof id, after]).toEqual([false, 'string', true])
  })

  it('has its id before', async () => {
    const client = await appWith((req) => [req.sessionID, req.session.id])
    const [early, id] = JSON.parse((await client.get('/')).text) as unknown[]
    expect(early).toBe(id)
  })

  it.each<[string, SessionOptions]>([
    ['it is stored in any case', { saveUninitialized: true }],
    ['unsetting it destroys it', { unset: 'destroy' }],
    ['its cookie is decided for each request', { cookie: () => ({}) }],
  ])('is made at once where %s', async (_when, options) => {
    const client = await appWith(isMade, { ...quiet, ...options })
    expect((await client.get('/')).text).toBe('true')
  })

  it('can be replaced before anybody has looked', async () => {
    const store = new MemoryStore()
    const client = await appWith(
      (req) => {
        const given = { cookie: { originalMaxAge: null }, n: 7 }
        store.createSession(req as never, given as never)
      },
      { ...quiet, store },
    )
    await client.get('/')
    expect(JSON.parse((await client.get('/seen')).text)).toEqual({ n: 7 })
  })

  it.each<[string, Handler]>([
    ['null', (req) => void (req.session = null as never)],
    ['nothing', (req) => void Reflect.deleteProperty(req, 'session')],
  ])('can be made %s, and is neither stored nor told of', async (_what, handler) => {
    const store = new MemoryStore()
    const client = await appWith(handler, { ...quiet, store })
    const { status, headers } = await client.get('/')
    expect([status, headers['set-cookie']]).toEqual([200, undefined])
    expect(await store.length()).toBe(0)
  })

  it('can be made anew before anybody has looked', async () => {
    const client = await appWith((req) => {
      const { sessionID } = req
      return new Promise((resolve) => {
        req.sessionStore.regenerate(req as never, () => resolve(req.session.id !== sessionID))
      })
    })
    expect((await client.get('/')).text).toBe('true')
  })
})
