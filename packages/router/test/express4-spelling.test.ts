import { describe, expect, it } from 'vitest'
import { PathSyntaxError, Router } from '@tokkyu/router'

function errorOf(path: string): PathSyntaxError {
  try {
    new Router().get(path, () => {})
  } catch (error) {
    return error as PathSyntaxError
  }
  throw new Error(`${path} was accepted`)
}

describe('a path of Express 4', () => {
  it.each([
    ['/users/:id?', '/users{/:id}'],
    ['/:file.:ext?', '/:file{.:ext}'],
    ['/files/*', '/files/{*splat}'],
    ['*', '/{*splat}'],
    ['/a/*/b/*', '/a/{*splat}/b/{*splat2}'],
    ['/files/:path*', '/files{/*path}'],
    ['/files/:path+', '/files/*path'],
    ['/files/:path(.*)?', '/files{/*path}'],
    ['/user(s)?/:id', '/user{s}/:id'],
    ['/ab?cd', '/a{b}cd'],
    ['/:id(\\d+)?', '{/:id(\\d+)}'],
    ['/(a|b)/c', '/:"0"(a|b)/c'],
  ])('is refused, and the error writes %s as %s', (path, suggestion) => {
    const error = errorOf(path)
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ code: 'ROUTER_BAD_PATH', path, suggestion })
    expect(error.message).toContain(`write ${JSON.stringify(suggestion)} instead`)
    expect(() => new Router().get(suggestion, () => {})).not.toThrow()
  })

  it('is refused without advice when only a RegExp can say it', () => {
    expect(errorOf('/ab+cd').suggestion).toBeUndefined()
  })

  it.each([
    ['/users/:id?', '/users', {}],
    ['/users/:id?', '/users/7', { id: '7' }],
    ['/files/*', '/files/a/b', { 0: 'a/b' }],
    ['*', '/any/thing', { 0: '/any/thing' }],
    ['/files/:path*', '/files/a/b', { path: 'a/b' }],
    ['/files/:path(*)', '/files/a/b', { path: 'a/b' }],
    ['/user(s)?/:id', '/users/7', { 0: 's', id: '7' }],
    ['/user(s)?/:id', '/user/7', { id: '7' }],
    ['/:id(\\d+)', '/42', { id: '42' }],
    ['/:id(\\d+)', '/x', undefined],
    ['/ab?cd', '/acd', {}],
    ['/:from-:to', '/a-b', { from: 'a', to: 'b' }],
  ])('%s works with express4Paths: %s', (path, url, params) => {
    const router = new Router({ express4Paths: true }).get(path, () => {})
    const found = router.find('GET', url)
    expect(found && { ...found.params }).toEqual(params)
  })
})
