import { describe, expect, it } from 'vitest'

import { withCanonicalSpelling } from '../src/guard/canonical-pattern.ts'
import express from '@tokkyu/core'

describe('a path that requests never have as it is written', () => {
  it.each([
    ['/%40me', '/@me'],
    ['/%7euser/:id', '/~user/:id'],
    ['/a%2bb', String.raw`/a\+b`],
    ['/%3aid', String.raw`/\:id`],
    ['/a%2fb', '/a%2Fb'],
    ['/a|b', '/a%7Cb'],
    [String.raw`/a\^b\+`, String.raw`/a%5Eb\+`],
    ['/a b', '/a%20b'],
    ['/café/:prénom/*chemin', '/caf%C3%A9/:prénom/*chemin'],
    ['/a//b', '/a/b'],
    ['//admin', '/admin'],
    ['/:"a b"/ü', '/:"a b"/%C3%BC'],
    ['/:id(ü|ö)/ä', '/:id(ü|ö)/%C3%A4'],
  ])('is also %j as %j', (path, canonical) => {
    expect(withCanonicalSpelling(path)).toEqual([path, canonical])
  })

  it.each([
    '/',
    '/users/:id',
    '/files/*path',
    '/optional{/:id}',
    '/a-b.c~d',
    '/:id<int>',
    String.raw`/a\+b`,
  ])('is not %j', (path) => expect(withCanonicalSpelling(path)).toBe(path))

  it('is found in lists, and is no RegExp', () => {
    const pattern = /é/
    expect(withCanonicalSpelling(['/a', ['/é', pattern]])).toEqual([
      '/a',
      [['/é', '/%C3%A9'], pattern],
    ])
    expect(withCanonicalSpelling(pattern)).toBe(pattern)
  })
})

describe('a guard mounted at such a path', () => {
  const guardedAt = [
    ['/%40me', '/@me/x'],
    ['/a|b', '/a%7Cb/x'],
    ['/café', '/caf%c3%a9/x'],
    ['/a//b', '/a/b/x'],
  ] as const

  it.each(guardedAt)('runs: %s for %s', async (path, url) => {
    const app = express().use(path, (_req, res) => res.send('guarded'))
    expect(await (await app.inject(url)).text()).toBe('guarded')
  })

  it.each(guardedAt)('runs in a router and in a mounted app: %s for %s', async (path, url) => {
    const router = express.Router().use(path, (_req, res) => res.send('guarded'))
    const app = express().use('/r', router)
    app.use('/s', express().use(router))
    expect(await (await app.inject(`/r${url}`)).text()).toBe('guarded')
    expect(await (await app.inject(`/s${url}`)).text()).toBe('guarded')
  })

  it('is still told by the path it was given', async () => {
    const app = express().get({ name: 'menu', path: '/café/:id' }, (req, res) =>
      res.json(req.route.path),
    )
    expect(await (await app.inject('/caf%C3%A9/1')).json()).toBe('/café/:id')
    expect(app.route('/é').path).toBe('/é')
  })

  it('runs for its own spelling in an app with Express’s way', async () => {
    const app = express().set('path canonical', false)
    app.use('/%40me', (_req, res) => res.send('guarded'))
    expect((await app.inject('/%40me')).status).toBe(200)
  })
})

describe('express.Router', () => {
  it('is called with or without new, and can be extended', () => {
    const { Router } = express
    expect(Router.name).toBe('Router')
    expect(Router()).toBeInstanceOf(Router)
    class Mine extends (Router as unknown as new () => express.Router) {
      own() {
        return 'own'
      }
    }
    expect(new Mine().own()).toBe('own')
    expect(Object.getPrototypeOf(new Mine())).toBe(Mine.prototype)
  })
})
