// oxlint-disable import/no-named-as-default-member -- `express.json` is how apps write it
import { Readable } from 'node:stream'

import session from '@tokkyu/session'
import { describe, expect, it } from 'vitest'

import express from '../../src/index.ts'

describe('an agent', () => {
  const app = express()
  app.get(['/set', '/deep/set'], (req, res) => {
    res.append('Set-Cookie', new URLSearchParams(req.url.split('?')[1]).get('c') ?? '').end()
  })
  app.use((req, res) => res.send(req.get('cookie') ?? 'none'))

  async function sent(cookie: string, to = '/', from = '/set', secure = false) {
    const agent = app.agent({ secure })
    await agent.inject(`${from}?c=${encodeURIComponent(cookie)}`)
    return (await agent.inject(to)).text()
  }

  it('sends the cookies it was given, and only those of its own', async () => {
    expect(await sent('a=1; HttpOnly')).toBe('a=1')
    expect(await (await app.agent().inject('/')).text()).toBe('none')
  })

  it('has its defaults where a request says undefined', async () => {
    const agent = express()
      .use((req, res) => res.send(`${req.protocol} ${req.get('x-from')}`))
      .agent({ secure: true, headers: { 'x-from': 'Ada' } })
    const reply = await agent.inject({ secure: undefined, headers: undefined })
    expect(await reply.text()).toBe('https Ada')
  })

  it.each([
    ['below its path', 'a=1; Path=/admin', '/admin/x', 'a=1'],
    ['not beside its path', 'a=1; Path=/admin', '/administration', 'none'],
    ['not when it has expired', 'a=1; Max-Age=0', '/', 'none'],
    ['not when it expired long ago', 'a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/', 'none'],
    ['not to another host', 'a=1; Domain=example.com', '/', 'none'],
    ['not without TLS when it is Secure', 'a=1; Secure', '/', 'none'],
    ['not with a prefix that lies', '__Host-a=1; Path=/', '/', 'none'],
  ])('sends a cookie %s', async (_what, cookie, to, expected) => {
    expect(await sent(cookie, to)).toBe(expected)
  })

  it('takes the folder of the request for the path of a cookie without one', async () => {
    expect(await sent('a=1', '/', '/deep/set')).toBe('none')
    expect(await sent('a=1', '/deep/x', '/deep/set')).toBe('a=1')
  })

  it('over TLS keeps what is Secure, and __Host-', async () => {
    expect(await sent('__Host-a=1; Path=/; Secure', '/', '/set', true)).toBe('__Host-a=1')
    expect(await sent('__Host-a=1; Path=/x; Secure', '/x', '/set', true)).toBe('none')
  })

  it('replaces a cookie, and forgets one that is cleared', async () => {
    const agent = app.agent()
    await agent.inject('/set?c=a%3D1')
    await agent.inject('/set?c=a%3D2')
    expect(agent.cookie('a')).toBe('2')
    await agent.inject('/set?c=a%3D%3B%20Max-Age%3D0')
    expect(agent.cookie('a')).toBeUndefined()
  })

  it('leaves a request alone that has cookies of its own', async () => {
    const agent = app.agent()
    await agent.inject('/set?c=a%3D1')
    expect(await (await agent.inject({ headers: { Cookie: 'b=2' } })).text()).toBe('b=2')
  })

  it('sends the headers that hold for all, and a request its own over them', async () => {
    const echo = express().get('/', (req, res) => res.send(req.get('x-own')))
    const agent = echo.agent({ headers: { 'X-Own': 'all' } })
    expect(await (await agent.inject('/')).text()).toBe('all')
    expect(await (await agent.inject({ headers: { 'X-Own': 'one' } })).text()).toBe('one')
  })
})

describe('a hardened session', () => {
  it('lasts from one request of an agent to the next', async () => {
    const app = express()
    app.use(session({ secret: 'at least thirty-two bytes of secret', hardened: true }))
    app.post('/login', express.urlencoded(), (req, res) => {
      Object.assign(req.session, { name: req.body.name })
      res.redirect('/')
    })
    app.get('/', (req, res) => res.json(Reflect.get(req.session, 'name') ?? null))

    const agent = app.agent({ secure: true, redirect: 'follow' })
    const body = new URLSearchParams({ name: 'Ada' })
    const reply = await agent.inject({ method: 'POST', url: '/login', body })
    expect([reply.status, reply.url, await reply.json()]).toEqual([200, '/', 'Ada'])
  })
})

describe('a redirect', () => {
  const app = express()
  app.all('/to/:status', (req, res) => res.redirect(Number(req.params.status), '/end?x=1'))
  app.all('/end', express.text({ type: '*/*' }), (req, res) => {
    res.json([req.method, req.body, req.get('content-type') ?? null])
  })
  app.get('/round', (_req, res) => res.redirect('/round'))
  app.get('/away', (_req, res) => res.redirect('https://example.com/'))
  const post = { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }

  it('is what comes back unless it is to be followed', async () => {
    expect((await app.inject('/to/302')).status).toBe(302)
  })

  it.each([
    [301, 'GET', null, null],
    [302, 'GET', null, null],
    [303, 'GET', null, null],
    [307, 'POST', 'x', 'text/plain'],
    [308, 'POST', 'x', 'text/plain'],
  ])('of a POST with %d is asked for by %s', async (status, ...expected) => {
    const reply = await app.inject({ ...post, url: `/to/${status}`, redirect: 'follow' })
    expect(await reply.json()).toEqual(expected)
    expect(reply.url).toBe('/end?x=1')
  })

  it('to another host is not followed', async () => {
    const reply = await app.inject({ url: '/away', redirect: 'follow' })
    expect([reply.status, reply.headers.location]).toEqual([302, 'https://example.com/'])
  })

  it('that leads in a circle is given up', async () => {
    const reply = app.inject({ url: '/round', redirect: 'follow' })
    await expect(reply).rejects.toThrow('more than 20 redirects')
  })

  it('cannot take along a stream that was sent', async () => {
    const body = Readable.from(['x'])
    const reply = app.inject({ ...post, url: '/to/307', body, redirect: 'follow' })
    await expect(reply).rejects.toThrow('a stream that was sent already')
  })
})

it('a request over TLS is secure for the app', async () => {
  const app = express().get('/', (req, res) => res.send(req.protocol))
  expect(await (await app.inject({ secure: true })).text()).toBe('https')
})
