import request from 'supertest'
import { describe, expect, it } from 'vitest'
import express, { serverTiming } from '@tokkyu/core'

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function timingOf(app: express.Express, path = '/'): Promise<string> {
  const { headers } = await request(app.set('env', 'test')).get(path)
  return String(headers['server-timing'])
}

describe('serverTiming()', () => {
  it('tells how long each layer took until the answer began, the slowest first', async () => {
    const app = express().use(serverTiming())
    app.use(function quick(_req, _res, next) {
      next()
    })
    app.use(async function slow(_req, _res, next) {
      await wait(30)
      next()
    })
    app.get('/users/:id', (_req, res) => void res.send('hello'))
    const timing = await timingOf(app, '/users/7')
    const names = timing.split(', ').map((each) => each.replace(/dur=.*/, ''))
    expect(names[0]).toBe('slow;')
    expect(names.at(-1)).toBe('total;')
    expect(names).toContain('quick;')
    expect(Number(/slow;dur=([\d.]+)/.exec(timing)![1])).toBeGreaterThan(20)
  })

  it('quotes names that are no tokens, and keeps a header from being forged', async () => {
    const app = express().use(serverTiming())
    const named = {
      'a "b"\r\nX-Forged: 1'(_req: unknown, _res: unknown, next: () => void) {
        next()
      },
    }
    app.use(Object.values(named)[0]!)
    app.get('/', (_req, res) => void res.send('hello'))
    const timing = await timingOf(app)
    expect(timing).toContain(String.raw`a_b_X-Forged_1;desc="a \"b\"??X-Forged: 1";dur=`)
  })

  it('tells of so many layers at most, and of the total', async () => {
    const app = express().use(serverTiming({ layers: 0 }))
    app.get('/', (_req, res) => void res.send('hello'))
    expect(await timingOf(app)).toMatch(/^total;dur=[\d.]+$/)
  })

  it('says nothing where it is not used, and once where it is used twice', async () => {
    const app = express()
    app.get('/plain', (_req, res) => void res.send('hello'))
    app.use(serverTiming({ layers: 0 }), serverTiming())
    app.get('/', (_req, res) => void res.set('Server-Timing', 'db;dur=1').send('hello'))
    expect(await timingOf(app, '/plain')).toBe('undefined')
    expect(await timingOf(app)).toMatch(/^db;dur=1, total;dur=[\d.]+$/)
  })

  it('refuses what is no number of layers', () => {
    expect(() => serverTiming({ layers: -1 })).toThrow(RangeError)
  })
})
