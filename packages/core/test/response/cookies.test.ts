// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import { createHmac } from 'node:crypto'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'
import { cookies, signCookie } from '@tokkyu/session'

/** The Set-Cookie lines of a handler. */
async function cookiesOf(
  answer: (res: express.Response) => unknown,
  secret?: string | string[],
): Promise<string[]> {
  const app = express().set('env', 'test')
  app.use((req, res) => {
    Object.assign(req, { secret })
    answer(res)
    res.end()
  })
  const { headers, status, text } = await request(app).get('/')
  if (status !== 200) throw new Error(text)
  return (headers['set-cookie'] ?? []) as unknown as string[]
}

describe('res.cookie', () => {
  it('sets cookies one after the other, for the whole site', async () => {
    expect(await cookiesOf((res) => res.cookie('a', 'x y').cookie('b', 2))).toEqual([
      'a=x%20y; Path=/',
      'b=2; Path=/',
    ])
  })

  it('sends objects as JSON, as cookie-parser reads them', async () => {
    expect(await cookiesOf((res) => res.cookie('a', { b: [1] }))).toEqual([
      `a=${encodeURIComponent('j:{"b":[1]}')}; Path=/`,
    ])
  })

  it('refuses what browsers would drop, when it is told to', async () => {
    await expect(
      cookiesOf((res) => res.cookie('a', 'x'.repeat(5000), { browserRules: true })),
    ).rejects.toThrow('CookieTooLargeError')
    expect(await cookiesOf((res) => res.cookie('__Host-a', '1'))).toEqual(['__Host-a=1; Path=/'])
    await expect(
      cookiesOf((res) => res.cookie('__Host-a', '1', { browserRules: true })),
    ).rejects.toThrow('InvalidCookieError')
  })

  it('takes maxAge in milliseconds, and sends seconds and a date', async () => {
    const options = Object.freeze({ maxAge: 60_900 })
    const [cookie] = await cookiesOf((res) => res.cookie('a', '1', options))
    const [, expires] = /^a=1; Max-Age=60; Path=\/; Expires=(.+)$/.exec(cookie ?? '') ?? []
    expect(Date.parse(expires ?? '') - Date.now()).toBeGreaterThan(55_000)
    expect(Date.parse(expires ?? '') - Date.now()).toBeLessThanOrEqual(61_000)
  })

  it('signs with the first secret', async () => {
    const [cookie] = await cookiesOf((res) => res.cookie('a', 'tobi', { signed: true }), ['s', 't'])
    const mac = createHmac('sha256', 's').update('tobi').digest('base64').replace('=', '')
    expect(decodeURIComponent(cookie ?? '')).toBe(`a=s:tobi.${mac}; Path=/`)
  })

  it('cannot sign without one', async () => {
    await expect(cookiesOf((res) => res.cookie('a', '1', { signed: true }))).rejects.toThrow(
      'cookieParser(&quot;secret&quot;) required for signed cookies',
    )
  })
})

describe('res.clearCookie', () => {
  it('sets the cookie to nothing, long ago, whatever lifetime the options say', async () => {
    const options = { path: '/in', maxAge: 5000, expires: new Date('2030-01-01'), httpOnly: true }
    expect(await cookiesOf((res) => res.clearCookie('a').clearCookie('b', options))).toEqual([
      'a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'b=; Path=/in; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly',
    ])
  })
})

describe('signatures that are bound to names', () => {
  const app = express()
    .use(cookies('a secret', { bound: true }))
    .get('/sign', (req, res) => {
      res.cookie('role', 'guest', { signed: true }).cookie('note', 'admin', { signed: true }).end()
    })
    .get('/', (req, res) => res.json(req.signedCookies))
  const signed = async (): Promise<Record<string, string>> => {
    const { headers } = await request(app).get('/sign')
    const pairs = (headers['set-cookie'] as unknown as string[]).map((each) => each.split(';')[0]!)
    return Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]))
  }

  it('open under their own name', async () => {
    const { role, note } = await signed()
    await request(app)
      .get('/')
      .set('Cookie', `role=${role}; note=${note}`)
      .expect({ role: 'guest', note: 'admin' })
  })

  it('prove nothing under another', async () => {
    const { note } = await signed()
    await request(app).get('/').set('Cookie', `role=${note}`).expect({ role: false })
  })

  it('are no signatures of the same secret without a name', async () => {
    const unbound = `s:${signCookie('admin', 'a secret')}`
    await request(app)
      .get('/')
      .set('Cookie', `role=${encodeURIComponent(unbound)}`)
      .expect({ role: false })
  })
})
