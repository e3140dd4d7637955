import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import express from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import session from '@tokkyu/session'

const secret = 'a secret of at least thirty-two bytes'

describe('session()', () => {
  it('remembers what a handler assigned, on bare node:http', async () => {
    const sessions = session<{ count: number }>({ secret })
    const listener: RequestListener = (req, res) =>
      sessions(req, res, () => {
        const mine = sessions.of(req)
        mine.count = (mine.count ?? 0) + 1
        res.end(String(mine.count))
      })
    const agent = request.agent(createServer(listener))
    expect((await agent.get('/')).text).toBe('1')
    expect((await agent.get('/')).text).toBe('2')
  })

  it('works under Express', async () => {
    const sessions = session<{ user: string }>({ secret, resave: false, saveUninitialized: false })
    const app = express()
      .use(sessions)
      .get('/in', (req, res) => {
        sessions.of(req).user = 'ada'
        res.redirect('/who')
      })
      .get('/who', (req, res) => {
        res.json(sessions.of(req).user ?? null)
      })
    const agent = request.agent(app)
    await agent
      .get('/who')
      .expect('null')
      .expect((res) => expect(res.headers['set-cookie']).toBeUndefined())
    await agent.get('/in').expect(302)
    await agent.get('/who').expect('"ada"')
  })
})
