import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DuplicateRouteError, Router, UnknownRouteError, UrlParamError } from '@tokkyu/router'

const ok = () => {}

function urlOf(path: string, params?: Record<string, string | number | string[]>) {
  return new Router().get({ name: 'it', path }, ok).url('it', params)
}

describe('router.url()', () => {
  it('puts parameters into the path of a named route', () => {
    expect(urlOf('/users/:id', { id: 7 })).toBe('/users/7')
    expect(urlOf('/files/*path', { path: ['a b', 'ü', 'c/d'] })).toBe('/files/a%20b/%C3%BC/c%2Fd')
    expect(urlOf('/:from-:to', { from: 'a', to: 'b' })).toBe('/a-b')
    expect(urlOf('/about')).toBe('/about')
    expect(urlOf('/')).toBe('/')
    expect(urlOf('/a\\:b', {})).toBe('/a:b')
    expect(urlOf('/search/:q', { q: 'a/b?c#d%' })).toBe('/search/a%2Fb%3Fc%23d%25')
  })

  it('writes optional parts when all of their parameters are given', () => {
    expect(urlOf('/a{/:b{/:c}}')).toBe('/a')
    expect(urlOf('/a{/:b{/:c}}', { b: '1' })).toBe('/a/1')
    expect(urlOf('/a{/:b{/:c}}', { b: '1', c: '2' })).toBe('/a/1/2')
    expect(urlOf('/a{/:b{/:c}}', { c: '2' })).toBe('/a')
  })

  it('takes the first of several paths whose parameters are there', () => {
    const router = new Router().get({ name: 'it', path: ['/a/:x/:y', '/b/:x'] }, ok)
    expect(router.url('it', { x: 1, y: 2 })).toBe('/a/1/2')
    expect(router.url('it', { x: 1 })).toBe('/b/1')
  })

  it('adds a query', () => {
    const router = new Router().get({ name: 'it', path: '/a' }, ok)
    const query = { q: 'a&b', page: 2, tag: ['x', 'y'], none: undefined, no: null }
    expect(router.url('it', {}, { query })).toBe('/a?q=a%26b&page=2&tag=x&tag=y')
    expect(router.url('it', {}, { query: {} })).toBe('/a')
  })

  it('goes through mounted routers', () => {
    const users = new Router().get({ name: 'user', path: '/:id' }, ok)
    users.get({ name: 'users', path: '/' }, ok)
    const router = new Router().use('/teams/:team/users', new Router().use(users))
    expect(router.url('user', { team: 'a', id: 7 })).toBe('/teams/a/users/7')
    expect(router.url('users', { team: 'a' })).toBe('/teams/a/users')
  })

  it('says which parameter is missing', () => {
    expect(() => urlOf('/users/:id')).toThrow(UrlParamError)
    expect(() => urlOf('/users/:id')).toThrow(
      'Cannot write a URL for route "it" with parameter "id": it is missing',
    )
  })

  it.each<[string, Record<string, string | number | string[]>]>([
    ['/users/:id', { id: '' }],
    ['/users/:id', { id: ['a'] }],
    ['/files/*path', { path: [] }],
    ['/users/:id<int>', { id: 'seven' }],
    ['/users/:id(\\d+)', { id: 'x' }],
    ['/:x-:y', { x: 'a', y: 'b-c' }],
    ['/files/:name', { name: '..' }],
    ['/files/*path', { path: ['..', 'etc'] }],
    ['/files/:name', { name: '.' }],
  ])('refuses what would not come back the same: %s %j', (path, params) => {
    expect(() => urlOf(path, params)).toThrow(UrlParamError)
  })

  it('names the route that nobody has', () => {
    expect(() => new Router().url('nobody')).toThrow(UnknownRouteError)
    expect(() => new Router().url('nobody')).toThrow('Cannot write a URL for route "nobody"')
  })

  it('allows a name once in a router', () => {
    const router = new Router().get({ name: 'a', path: '/a' }, ok)
    expect(() => router.get({ name: 'a', path: '/b' }, ok)).toThrow(DuplicateRouteError)
  })

  it('writes URLs that the route reads back, whatever the values are', () => {
    const paths = ['/:a/:b', '/x/:a{/:b}', '/:a/*b', '/:a.:b', '/:a-x-:b']
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ minLength: 1 }),
        (path, a, b) => {
          const router = new Router().get({ name: 'it', path }, ok)
          const params = { a, b: path.includes('*') ? b.split('/') : b }
          const url = urlOrRefusal(router, params)
          fc.pre(url !== undefined)
          expect({ ...router.find('GET', url)?.params }).toEqual(params)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

function urlOrRefusal(router: Router, params: Record<string, string | string[]>) {
  try {
    return router.url('it', params)
  } catch (error) {
    if (error instanceof UrlParamError) return undefined
    throw error
  }
}
