import { describe, expect, it } from 'vitest'
import { splitTarget } from '../../src/request/target.ts'

describe('a request target', () => {
  it.each([
    ['/', '/', null],
    ['/a/b?x=1', '/a/b', 'x=1'],
    ['/a?', '/a', ''],
    ['/a?x=1?y', '/a', 'x=1?y'],
    ['/a#frag?x=1', '/a', null],
    ['http://example.com/a?x=1', '/a', 'x=1'],
    ['http://example.com', '/', null],
    ['http://example.com?x=1', '/', 'x=1'],
    ['*', '*', null],
    ['//host/a', '//host/a', null],
  ])('%s has the path %s and the query %s', (target, path, query) => {
    expect(splitTarget(target)).toEqual({ path, query })
  })
})
