// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

describe('req.query', () => {
  it('is parsed when read, and keeps what is stored in it', async () => {
    const app = express().get('/', (req, res) => {
      req.query['added'] = 'here'
      res.json([req.query, req.query === req.query])
    })
    await request(app)
      .get('/?a=1')
      .expect([{ a: '1', added: 'here' }, true])
  })

  it('can be assigned, and stays what it was set to', async () => {
    const app = express()
    app.use((req, _res, next) => {
      req.query = { set: 'by hand' }
      req.url = '/?from=url'
      next()
    })
    app.get('/', (req, res) => void res.json(req.query))
    await request(app).get('/?a=1').expect({ set: 'by hand' })
  })

  it('follows a rewritten URL', async () => {
    const app = express()
    app.use((req, _res, next) => {
      expect(req.query).toEqual({ a: '1' })
      req.url = '/?b=2'
      next()
    })
    app.get('/', (req, res) => void res.json(req.query))
    await request(app).get('/?a=1').expect({ b: '2' })
  })

  it('is read by the parser of the app that handles the request', async () => {
    const inner = express().set('query parser', 'extended')
    inner.get('/', (req, res) => void res.json(req.query))
    const outer = express()
    outer.use((req, _res, next) => {
      expect(req.query).toEqual({ 'a[b]': '1' })
      next()
    })
    outer.use('/in', inner)
    await request(outer)
      .get('/in?a[b]=1')
      .expect({ a: { b: '1' } })
  })

  it('is empty and without a prototype when parsing is off', async () => {
    const app = express().set('query parser', false)
    app.get('/', (req, res) => void res.json([req.query, Object.getPrototypeOf(req.query)]))
    await request(app).get('/?a=1').expect([{}, null])
  })

  it('never reaches a prototype (CVE-2022-24999)', async () => {
    for (const parser of ['simple', 'extended']) {
      const app = express().set('query parser', parser)
      app.get('/', (req, res) => {
        void req.query
        res.json([({} as Record<string, unknown>)['polluted'] ?? null])
      })
      await request(app)
        .get('/?__proto__[polluted]=1&constructor[prototype][polluted]=1')
        .expect([null])
    }
  })
})
