// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import request from 'supertest'
import { describe, expect, it } from 'vitest'

import express, { type AwaitableNext, type Request, type Response } from '@tokkyu/core'

/** A layer that notes when it begins and when what follows has settled. */
const noting =
  (log: string[], name: string) =>
  async (_req: Request, _res: Response, next: AwaitableNext): Promise<void> => {
    log.push(`${name} begins`)
    await next()
    log.push(`${name} ends`)
  }

describe('await next()', () => {
  it('waits for what a mounted app answers', async () => {
    const log: string[] = []
    const sub = express()
    sub.use(noting(log, 'inner'))
    sub.get('/', async (_req, res) => {
      await Promise.resolve()
      res.send('x')
      log.push('answered')
    })
    const app = express().use(noting(log, 'outer')).use('/sub', sub)
    await request(app).get('/sub').expect(200, 'x')
    expect(log).toEqual(['outer begins', 'inner begins', 'answered', 'inner ends', 'outer ends'])
  })

  it('waits for what follows a mounted app that does not answer', async () => {
    const log: string[] = []
    const app = express()
    app.use(noting(log, 'outer'))
    app.use(express().use(noting(log, 'inner')))
    app.use(async (_req, res) => {
      await Promise.resolve()
      log.push('answered')
      res.send('x')
    })
    await request(app).get('/').expect(200, 'x')
    expect(log.indexOf('answered')).toBeLessThan(log.indexOf('outer ends'))
    expect(log.indexOf('answered')).toBeLessThan(log.indexOf('inner ends'))
  })

  it('is rejected by an error of a mounted app that nobody handles', async () => {
    const app = express()
    app.set('env', 'test')
    app.use(async (_req, res, next) => {
      try {
        await next()
      } catch (error) {
        res.status(502).send((error as Error).message)
      }
    })
    app.use(
      express().get('/', async () => {
        await Promise.resolve()
        throw new Error('inside')
      }),
    )
    await request(app).get('/').expect(502, 'inside')
  })

  it('delivers an error once to the final handler', async () => {
    const app = express()
    app.set('env', 'test')
    app.use((_req, _res, next) => next())
    app.use(express().use(() => Promise.reject(Object.assign(new Error('no'), { status: 418 }))))
    await request(app).get('/').expect(418)
  })
})
