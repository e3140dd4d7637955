import { describe, expect, it } from 'vitest'
import ExpressRouter from 'router'
import { Router } from '@tokkyu/router'

/** The parameters that a handler gets behind a RegExp inside of a RegExp. */
function paramsOf(
  Implementation: typeof Router,
  mount: RegExp,
  path: RegExp | string,
  url: string,
) {
  let params: unknown
  const inner = new Implementation({ mergeParams: true }).get(path, (req) => {
    params = { ...req.params }
  })
  const router = new Implementation().use(mount, inner)
  router.handle({ method: 'GET', url } as never, {} as never, () => {})
  return params
}

describe('mergeParams', () => {
  it.each<[RegExp, RegExp | string, string, object]>([
    [/^\/(\w+)/, /^\/(\w+)$/, '/a/b', { 0: 'a', 1: 'b' }],
    [/^\/(\w+)-(\w+)/, /^\/(\w+)-(\w+)$/, '/a-b/c-d', { 0: 'a', 1: 'b', 2: 'c', 3: 'd' }],
    [/^\/(?<x>\w+)/, /^\/(?<x>\w+)$/, '/a/b', { x: 'b' }],
    [/^\/(\w+)/, '/:id', '/a/b', { 0: 'a', id: 'b' }],
  ])('counts the captures of RegExps on: %s %s', (mount, path, url, expected) => {
    expect(paramsOf(Router, mount, path, url)).toEqual(expected)
    expect(paramsOf(ExpressRouter as never, mount, path, url)).toEqual(expected)
  })

  it('takes nothing from outside without the option', () => {
    let params: unknown
    const inner = new Router().get('/:b', (req) => (params = { ...req.params }))
    const router = new Router().use('/:a', inner)
    router.handle({ method: 'GET', url: '/1/2' } as never, {} as never, () => {})
    expect(params).toEqual({ b: '2' })
  })
})
