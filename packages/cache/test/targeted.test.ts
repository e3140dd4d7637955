// Fields that speak to some caches only (RFC 9213), which are structured (RFC 9651).
import { afterEach, describe, expect, it, vi } from 'vitest'

import { parseDictionary } from '../src/http/structured-dictionary.ts'
import { askedBy, FUTURE, notReused, PAST, reused } from './rows.ts'
import { says, site } from './site.ts'

afterEach(() => void vi.useRealTimers())

const targets = { targets: ['My-Cache-Control', 'CDN-Cache-Control'] }

reused(
  'a targeted field',
  [
    ['9213 §3.1', 'max-age', { 'cdn-cache-control': 'max-age=60' }],
    ['9213 §2.1', 'a large max-age', { 'cdn-cache-control': 'max-age=99999999999' }],
    [
      '9213 §2.1',
      'beside extensions of each type',
      {
        'cdn-cache-control':
          'a, b=?0, c="x", d=1.5, e=tok/en:*, f=:aGk=:, g=(1 "2";x=3 a), h=@17;i, max-age=60',
      },
    ],
    [
      '9213 §2.1',
      'with parameters, which mean nothing',
      { 'cdn-cache-control': 'max-age=60;foo=bar; baz' },
    ],
    ['9213 §2.2', 'whatever Expires says', { 'cdn-cache-control': 'max-age=60', expires: PAST }],
    [
      '9213 §2.2',
      'whatever Cache-Control says',
      { 'cdn-cache-control': 'max-age=60', 'cache-control': 'no-store, max-age=1' },
    ],
    [
      '9213 §2.2',
      'the first of the list',
      { 'my-cache-control': 'max-age=60', 'cdn-cache-control': 'no-store' },
    ],
    [
      '9213 §2.2',
      'the next where the first is empty',
      { 'my-cache-control': '', 'cdn-cache-control': 'max-age=60' },
    ],
    ['9651 §3.2', 'the last of two of a name', { 'cdn-cache-control': 'max-age=1, max-age=60' }],
    ['9651 §3.2', 'in two lines', { 'cdn-cache-control': ['public', 'max-age=60'] }],
    ['9651 §3.3.6', 'a flag that is off', { 'cdn-cache-control': 'max-age=60, no-store=?0' }],
    ['9213 §2.2', 'Cache-Control where there is none', { 'cache-control': 'max-age=60' }],
    [
      '9213 §2.2',
      'Cache-Control where it is no dictionary',
      { 'cdn-cache-control': 'no-store, &&&&', 'cache-control': 'max-age=60' },
    ],
    [
      '9213 §2.1',
      'Cache-Control where its value is of the wrong type',
      { 'cdn-cache-control': 'max-age="1"', 'cache-control': 'max-age=60' },
    ],
    [
      '9651 §3.1.2',
      'Cache-Control where its name is in capitals',
      { 'cdn-cache-control': 'No-Store', 'cache-control': 'max-age=60' },
    ],
  ],
  targets,
)

notReused(
  'a targeted field',
  [
    [
      '9213 §2.2',
      'shorter than Cache-Control',
      { 'cdn-cache-control': 'max-age=1', 'cache-control': 'max-age=60' },
    ],
    [
      '9213 §2.2',
      'max-age=0, whatever Expires says',
      { 'cdn-cache-control': 'max-age=0', expires: FUTURE },
    ],
    [
      '9213 §2.2',
      'nothing of freshness, whatever Expires says',
      { 'cdn-cache-control': 'public', expires: FUTURE },
    ],
    ['9213 §2.2', 'private', { 'cdn-cache-control': 'private', 'cache-control': 'max-age=60' }],
    ['9213 §2.2', 'private for a field', { 'cdn-cache-control': 'max-age=60, private="x"' }],
    ['9213 §2.2', 'no-cache', { 'cdn-cache-control': 'no-cache', 'cache-control': 'max-age=60' }],
    [
      '9213 §2.2',
      'no-store',
      { 'cdn-cache-control': 'max-age=60, no-store', 'cache-control': 'max-age=60' },
    ],
    ['9111 §4.2.3', 'an age that reaches it', { 'cdn-cache-control': 'max-age=60', age: '60' }],
    [
      '9651 §4.2',
      'no dictionary, and Cache-Control says no',
      { 'cdn-cache-control': 'max-age=60, &&&&', 'cache-control': 'no-store' },
    ],
    [
      '9213 §2.1',
      'a value of the wrong type, and Cache-Control says no',
      { 'cdn-cache-control': 'max-age="60"', 'cache-control': 'no-store' },
    ],
    ['9213 §2', 'that is not in the list', { 'other-cache-control': 'max-age=60' }],
  ],
  targets,
)

describe('a targeted field', () => {
  it('(9213 §2.2) means nothing to a cache that was not told of it', async () => {
    expect(await askedBy(says({ 'cdn-cache-control': 'max-age=60' }))).toBe(2)
  })

  it('(9213 §2.2) goes on to caches further out', async () => {
    const { get } = await site(says({ 'cdn-cache-control': 'max-age=60' }), targets)
    await get('/')
    expect((await get('/')).headers['cdn-cache-control']).toBe('max-age=60')
  })
})

describe('a dictionary', () => {
  it.each([
    'a,',
    'a, ',
    ',a',
    'A',
    'a=',
    'a= 1',
    'a =1',
    'a=1.',
    'a=1.2345',
    'a=--1',
    'a=1234567890123456',
    'a="x',
    'a="ü"',
    'a="\\x"',
    'a=(1',
    'a=(1"2")',
    'a=(1,2)',
    'a;=1',
    'a=?2',
    'a=@1.5',
    'a=:_:',
    'a b',
    'a;;',
    '1',
  ])('(9651 §4.2) is not made of %j', (field) => {
    expect(parseDictionary(field)).toBeUndefined()
  })

  it.each([
    '',
    ' ',
    'a',
    'a , b',
    'a\t,\tb',
    'a=()',
    'a=( 1  2 )',
    'a=-0.5',
    'a;b;c=?1',
    '*=1',
    ' a ',
    'a=%"f%c3%bc"',
  ])('(9651 §4.2) may be %j', (field) => {
    expect(parseDictionary(field)).toBeDefined()
  })
})
