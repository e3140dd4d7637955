import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { Router } from '@tokkyu/router'

it('reads the parameters of a request when another has been routed in between', () => {
  const router = new Router()
  const seen: unknown[] = []
  const ask = (url: string) => {
    router.handle({ method: 'GET', url } as never, new EventEmitter() as never, () => {})
  }
  router.get('/:first/of/:second', (req, _res, next) => {
    seen.push(req.params)
    if (req.url === '/a/of/bb') ask('/longer/of/names')
    void next()
  })
  router.get('/:one/of/:two', (req) => seen.push(req.params))

  ask('/a/of/bb')
  expect(seen).toEqual([
    { first: 'a', second: 'bb' },
    { first: 'longer', second: 'names' },
    { one: 'longer', two: 'names' },
    { one: 'a', two: 'bb' },
  ])
})

it('reads them where a text and a parameter both fit', () => {
  const router = new Router()
  const seen: unknown[] = []
  router.get('/users/me/:page', (req, _res, next) => {
    seen.push(req.params)
    void next()
  })
  router.get('/users/:user/:page', (req) => seen.push(req.params))

  router.handle(
    { method: 'GET', url: '/users/me/photos' } as never,
    new EventEmitter() as never,
    () => {},
  )
  expect(seen).toEqual([{ page: 'photos' }, { user: 'me', page: 'photos' }])
})
