// What a shared cache must do, behaviour by behaviour, with the section that says so. RFC 9111 is HTTP
// caching, 9110 HTTP itself, 5861 stale answers. Where a section leaves it to the cache, the sentence says what this
// one does.
import { afterEach, describe, expect, it, vi } from 'vitest'

import { askedBy, FUTURE, notReused, PAST, reused } from './rows.ts'
import { type Handler, type Headers, later, says, site } from './site.ts'

afterEach(() => void vi.useRealTimers())

reused('an answer that is fresh', [
  ['9111 §5.2.2.1', 'max-age', { 'cache-control': 'max-age=60' }],
  ['9111 §1.2.2', 'a max-age of 31 bits', { 'cache-control': 'max-age=2147483647' }],
  ['9111 §1.2.2', 'a max-age of 32 bits', { 'cache-control': 'max-age=2147483648' }],
  ['9111 §1.2.2', 'a max-age of more', { 'cache-control': 'max-age=99999999999' }],
  ['9111 §1.2.2', 'a max-age with zeros before', { 'cache-control': 'max-age=0060' }],
  ['9111 §5.2', 'a quoted max-age', { 'cache-control': 'max-age="60"' }],
  ['9111 §5.2', 'a directive in any case', { 'cache-control': 'MaX-aGe=60' }],
  ['9111 §5.2.3', 'beside an extension', { 'cache-control': 'foobar, max-age=60' }],
  ['9111 §5.3', 'max-age, whatever Expires says', { 'cache-control': 'max-age=60', expires: PAST }],
  [
    '9111 §5.3',
    'max-age, whatever an Expires that is none says',
    { 'cache-control': 'max-age=60', expires: '0' },
  ],
  ['9111 §5.2.2.10', 's-maxage', { 'cache-control': 's-maxage=60' }],
  ['9111 §5.2.2.10', 's-maxage before max-age', { 'cache-control': 'max-age=1, s-maxage=60' }],
  [
    '9111 §5.2.2.10',
    's-maxage in a line of its own',
    { 'cache-control': ['max-age=1', 's-maxage=60'] },
  ],
  [
    '9111 §5.2.2.10',
    's-maxage before max-age=0 and Expires',
    { 'cache-control': 's-maxage=60, max-age=0', expires: PAST },
  ],
  ['9111 §4.2.1', 'the first of two', { 'cache-control': 'max-age=60, max-age=0' }],
  ['9111 §4.2.1', 'the first of two lines', { 'cache-control': ['max-age=60', 'max-age=0'] }],
  ['9111 §5.2.2.2', 'must-revalidate', { 'cache-control': 'max-age=60, must-revalidate' }],
  ['8246 §2', 'immutable', { 'cache-control': 'max-age=60, immutable' }],
  [
    '9111 §5.4',
    "whatever Pragma says, which is a request's",
    { 'cache-control': 'max-age=60', pragma: 'no-cache' },
  ],
  [
    '6266 §4',
    'as an attachment',
    { 'cache-control': 'max-age=60', 'content-disposition': 'attachment' },
  ],
])

notReused('an answer that is not fresh', [
  ['9111 §4.2.1', 'nothing says how long it is: no guess at it', { 'last-modified': PAST }],
  ['9111 §5.2.2.1', 'max-age is over', { 'cache-control': 'max-age=1' }],
  ['9111 §5.2.2.1', 'max-age=0', { 'cache-control': 'max-age=0' }],
  [
    '9111 §5.3',
    'max-age=0, whatever Expires says',
    { 'cache-control': 'max-age=0', expires: FUTURE },
  ],
  ['9111 §4.2.1', 'a negative max-age', { 'cache-control': 'max-age=-60' }],
  ['9111 §4.2.1', 'a max-age in single quotes', { 'cache-control': "max-age='60'" }],
  ['9111 §4.2.1', 'a max-age with a fraction', { 'cache-control': 'max-age=60.5' }],
  ['9111 §4.2.1', 'a max-age with letters before', { 'cache-control': 'max-age=a60' }],
  ['9111 §4.2.1', 'a max-age with letters behind', { 'cache-control': 'max-age=60a' }],
  [
    '9110 §5.6.4',
    'a max-age inside quotes, before the real one',
    { 'cache-control': 'extension="max-age=60", max-age=1' },
  ],
  [
    '9110 §5.6.4',
    'a max-age inside quotes, behind the real one',
    { 'cache-control': 'max-age=1, extension="max-age=60"' },
  ],
  ['9111 §4.2.1', 'the first of two is 0', { 'cache-control': 'max-age=0, max-age=60' }],
  ['9111 §5.2.2.10', 's-maxage is shorter', { 'cache-control': 'max-age=60, s-maxage=1' }],
  [
    '9111 §5.2.2.10',
    's-maxage is shorter, the other way round',
    { 'cache-control': 's-maxage=1, max-age=60' },
  ],
  [
    '9111 §5.2.2.10',
    's-maxage is shorter, in two lines',
    { 'cache-control': ['max-age=60', 's-maxage=1'] },
  ],
  ['8246 §2', 'immutable, but over', { 'cache-control': 'max-age=1, immutable' }],
])

reused('an age', [
  ['9111 §4.2.3', 'below max-age', { 'cache-control': 'max-age=90', age: '30' }],
  ['9111 §5.1', 'that is a word does not count', { 'cache-control': 'max-age=60', age: 'old' }],
  ['9111 §5.1', 'that is negative does not count', { 'cache-control': 'max-age=60', age: '-7200' }],
  [
    '9111 §5.1',
    'that is a fraction does not count',
    { 'cache-control': 'max-age=60', age: '7200.0' },
  ],
  [
    '9111 §5.1',
    'of two values: the first counts',
    { 'cache-control': 'max-age=60', age: '0, 7200' },
  ],
  [
    '9111 §5.1',
    'of two lines: the first counts',
    { 'cache-control': 'max-age=60', age: ['0', '7200'] },
  ],
  ['9111 §5.1', 'twice the same', { 'cache-control': 'max-age=60', age: ['0', '0'] }],
])

notReused('an age', [
  ['9111 §4.2.3', 'that reaches max-age', { 'cache-control': 'max-age=60', age: '60' }],
  ['9111 §1.2.2', 'of 31 bits', { 'cache-control': 'max-age=60', age: '2147483647' }],
  ['9111 §1.2.2', 'of more than 32 bits', { 'cache-control': 'max-age=60', age: '99999999999' }],
  [
    '9111 §5.1',
    'of two values: the first counts',
    { 'cache-control': 'max-age=60', age: '7200, 0' },
  ],
  [
    '9111 §5.1',
    'of two lines: the first counts',
    { 'cache-control': 'max-age=60', age: ['7200', '0'] },
  ],
  [
    '9111 §4.2.3',
    'that reaches Expires less Date',
    { expires: FUTURE, date: 'Thu, 31 Dec 2099 23:59:00 GMT', age: '60' },
  ],
])

reused('Expires', [
  ['9111 §5.3', 'in the future', { expires: FUTURE }],
  ['9111 §5.3', 'far in the future', { expires: 'Sun, 21 Nov 2286 04:46:39 GMT' }],
  ['9111 §4.2.1', 'beside a Date that is none', { expires: FUTURE, date: 'foo' }],
  [
    '9111 §4.2.1',
    'less Date, though both clocks go wrong',
    { expires: 'Thu, 01 Jan 2015 00:01:00 GMT', date: PAST },
  ],
  ['9110 §5.6.7', 'as RFC 850 wrote it', { expires: 'Thursday, 18-Aug-50 02:01:18 GMT' }],
  ['9110 §5.6.7', 'as asctime writes it', { expires: 'Thu Aug  8 02:01:18 2050' }],
  ['9111 §4.2', 'whose weekday is in capitals', { expires: 'THU, 18 Aug 2050 02:01:18 GMT' }],
  ['9111 §4.2', 'whose month is in capitals', { expires: 'Thu, 18 AUG 2050 02:01:18 GMT' }],
  ['9111 §4.2', 'whose zone is not', { expires: 'Thu, 18 Aug 2050 02:01:18 gMT' }],
])

notReused('Expires', [
  ['9111 §5.3', 'in the past', { expires: PAST }],
  ['9111 §5.3', 'that is Date', { expires: FUTURE, date: FUTURE }],
  ['9111 §5.3', 'before Date', { expires: FUTURE, date: 'Sat, 02 Jan 2100 00:00:00 GMT' }],
  ['9111 §5.3', 'that is 0', { expires: '0' }],
  ['9110 §5.6.7', 'of RFC 850 of the last century', { expires: 'Sunday, 06-Nov-94 08:49:37 GMT' }],
  ['9111 §4.2', 'in UTC by name', { expires: 'Thu, 18 Aug 2050 02:01:18 UTC' }],
  ['9111 §4.2', 'in another zone', { expires: 'Thu, 18 Aug 2050 02:01:18 AEST' }],
  ['9111 §5.3', 'with a year of two digits', { expires: 'Thu, 18 Aug 50 02:01:18 GMT' }],
  ['9111 §5.3', 'without its comma', { expires: 'Thu 18 Aug 2050 02:01:18 GMT' }],
  ['9111 §5.3', 'with two spaces', { expires: 'Thu, 18  Aug  2050 02:01:18 GMT' }],
  ['9111 §5.3', 'with dashes', { expires: 'Thu, 18-Aug-2050 02:01:18 GMT' }],
  ['9111 §5.3', 'with dots in its time', { expires: 'Thu, 18 Aug 2050 02.01.18 GMT' }],
  ['9111 §5.3', 'whose hour has one digit', { expires: 'Thu, 18 Aug 2050 2:01:18 GMT' }],
  ['9111 §5.3', 'whose month is none', { expires: 'Thu, 18 Foo 2050 02:01:18 GMT' }],
  [
    '9111 §5.3',
    'of two lines',
    { expires: ['Thu, 18 Aug 2050 02:01:18 GMT', 'Thu, 18 Aug 2050 02:01:19 GMT'] },
  ],
])

notReused('an answer that is not for all', [
  ['9111 §5.2.2.7', 'private', { 'cache-control': 'max-age=60, private' }],
  [
    '9111 §5.2.2.7',
    'private for a field: all of it counts as private',
    { 'cache-control': 'max-age=60, private="x-user"' },
  ],
  ['9111 §5.2.2.5', 'no-store', { 'cache-control': 'no-store' }],
  ['9111 §5.2.2.5', 'no-store in any case', { 'cache-control': 'max-age=60, No-StOrE' }],
  [
    '9111 §5.2.2.5',
    'no-store beside max-age and Expires',
    { 'cache-control': 'max-age=60, no-store', expires: FUTURE },
  ],
  [
    '9111 §5.2.2.3',
    'no-store with must-understand: not kept either',
    { 'cache-control': 'max-age=60, no-store, must-understand' },
  ],
  [
    '9111 §5.2.2.4',
    'no-cache: not kept, as nothing can ask a handler whether it still holds',
    { 'cache-control': 'no-cache' },
  ],
  [
    '9111 §5.2.2.4',
    'no-cache beside max-age and Expires',
    { 'cache-control': 'max-age=60, No-CaChE', expires: FUTURE },
  ],
  [
    '9111 §7.3',
    'with a cookie: not kept, although it may be',
    { 'cache-control': 'public, max-age=60', 'set-cookie': 'id=7' },
  ],
  ['9111 §4.1', 'Vary: *', { 'cache-control': 'max-age=60', vary: '*' }],
  ['9111 §4.1', 'Vary: *, *', { 'cache-control': 'max-age=60', vary: '*, *' }],
  ['9111 §4.1', 'Vary: * twice', { 'cache-control': 'max-age=60', vary: ['*', '*'] }],
  ['9111 §4.1', 'Vary: , *', { 'cache-control': 'max-age=60', vary: ', *' }],
  ['9111 §4.1', 'Vary: *, Foo', { 'cache-control': 'max-age=60', vary: '*, Foo' }],
  ['9111 §4.1', 'Vary: Foo, *', { 'cache-control': 'max-age=60', vary: 'Foo, *' }],
  [
    '9111 §4.1',
    'Vary: Foo and * in two lines',
    { 'cache-control': 'max-age=60', vary: ['Foo', '*'] },
  ],
])

describe('a request that says who asks', () => {
  it.each([
    ['9111 §3.5', 'max-age', 2],
    ['9111 §3.5', 'max-age, must-revalidate: not used either, although it may be', 2],
    ['9111 §5.2.2.9', 'max-age, public', 1],
    ['9111 §5.2.2.10', 's-maxage', 1],
  ])('(%s) with Authorization and %s asks %i times', async (_rfc, what, times) => {
    const control = what.split(':')[0]!.replace(/(max-?age)/, '$1=60')
    const headers = [{ authorization: 'Basic Zm9vOg==' }, { authorization: 'Basic Zm9vOg==' }]
    expect(await askedBy(says({ 'cache-control': control }), {}, { headers })).toBe(times)
  })
})

describe('a status', () => {
  it.each([200, 203, 204, 300, 301, 302, 307, 308, 404, 410])(
    '(9111 §3) %i that is fresh is used again, and not when it is stale',
    async (status) => {
      expect(await askedBy(says({ 'cache-control': 'max-age=60' }, status))).toBe(1)
      expect(await askedBy(says({ 'cache-control': 'max-age=1' }, status), {}, { wait: 1 })).toBe(2)
    },
  )

  it.each([206, 299, 303, 304, 400, 403, 405, 414, 429, 499, 500, 502, 503, 504, 599])(
    '(9111 §3) %i is not kept, although it says that it is fresh',
    async (status) => {
      expect(await askedBy(says({ 'cache-control': 'max-age=60' }, status))).toBe(2)
    },
  )

  it('(9110 §15.2) 103 goes before the answer, and only that is kept, without its headers', async () => {
    const { get, count } = await site((_req, res) => {
      res.writeEarlyHints({ link: '</a.css>; rel=preload' })
      res.writeHead(200, { 'cache-control': 'max-age=60' }).end('final')
    })
    await get('/')
    const second = await get('/')
    expect(second).toMatchObject({ status: 200, body: 'final' })
    expect(second.headers).not.toHaveProperty('link')
    expect(count()).toBe(1)
  })
})

/** Says which of its requests the second is answered by; `vary` names headers. */
async function choice(vary: string | string[], first: Headers, second: Headers): Promise<number> {
  const handler = says({ 'cache-control': 'max-age=60', vary })
  return askedBy(handler, {}, { headers: [first, second] })
}

describe('an answer that varies', () => {
  it.each<[string, string, string | string[], Headers, Headers]>([
    ['9111 §4.1', 'the same', 'Foo', { foo: '1' }, { foo: '1' }],
    [
      '9111 §4.1',
      'the same, where another differs',
      'Foo',
      { foo: '1', other: '2' },
      { foo: '1', other: '3' },
    ],
    ['9111 §4.1', 'two the same', 'Foo, Bar', { foo: '1', bar: 'abc' }, { foo: '1', bar: 'abc' }],
    [
      '9111 §4.1',
      'two the same, named in two lines',
      ['Foo', 'Bar'],
      { foo: '1', bar: '2' },
      { bar: '2', foo: '1' },
    ],
    ['9111 §4.1', 'one that neither has', 'Foo, Bar', { foo: '1' }, { foo: '1' }],
    ['9110 §5.3', 'lines that are one list', 'Foo', { foo: ['1', '2'] }, { foo: '1, 2' }],
  ])('(%s) is used again for %s', async (_rfc, _what, vary, first, second) => {
    expect(await choice(vary, first, second)).toBe(1)
  })

  it.each<[string, string, string, Headers, Headers]>([
    ['9111 §4.1', 'another value', 'Foo', { foo: '1' }, { foo: '2' }],
    ['9111 §4.1', 'one that has the header where the first had none', 'Foo', {}, { foo: '1' }],
    ['9111 §4.1', 'one that has not the header which the first had', 'Foo', { foo: '1' }, {}],
    ['9111 §4.1', 'one that has the header empty where the first had none', 'Foo', {}, { foo: '' }],
    [
      '9111 §4.1',
      'one of two that differs',
      'Foo, Bar',
      { foo: '1', bar: 'abc' },
      { foo: '1', bar: 'abd' },
    ],
    ['9111 §4.1', 'one of two that is missing', 'Foo, Bar', { foo: '1', bar: 'abc' }, { foo: '1' }],
    [
      '9111 §4.1',
      'values that are changed round',
      'Foo, Bar',
      { foo: '1', bar: '2' },
      { foo: '2', bar: '1' },
    ],
    [
      '9110 §12.5.3',
      'another language order: lists are not compared by meaning',
      'Accept-Language',
      { 'accept-language': 'en, de' },
      { 'accept-language': 'de, en' },
    ],
  ])('(%s) is not used for %s', async (_rfc, _what, vary, first, second) => {
    expect(await choice(vary, first, second)).toBe(2)
  })
})

describe('a client with a copy', () => {
  const kept: Headers = {
    'cache-control': 'max-age=60',
    etag: '"abc"',
    'last-modified': 'Wed, 07 Jan 2026 00:00:00 GMT',
  }

  it.each<[string, string, Headers, Headers, number]>([
    ['9110 §13.1.2', 'the tag', kept, { 'if-none-match': '"abc"' }, 304],
    [
      '9110 §13.1.2',
      'the tag as the first of a list',
      kept,
      { 'if-none-match': '"abc", "x"' },
      304,
    ],
    [
      '9110 §13.1.2',
      'the tag in the middle of a list',
      kept,
      { 'if-none-match': '"x", "abc", "y"' },
      304,
    ],
    ['9110 §13.1.2', 'the tag at the end of a list', kept, { 'if-none-match': '"x", "abc"' }, 304],
    ['9110 §8.8.3.2', 'the tag, weak', kept, { 'if-none-match': 'W/"abc"' }, 304],
    [
      '9110 §8.8.3.2',
      'the tag, where it was given weak',
      { ...kept, etag: 'W/"abc"' },
      { 'if-none-match': '"abc"' },
      304,
    ],
    ['9110 §13.1.2', 'any tag', kept, { 'if-none-match': '*' }, 304],
    ['9110 §13.1.2', 'another tag', kept, { 'if-none-match': '"abd"' }, 200],
    ['9110 §8.8.3', 'the tag without its quotes', kept, { 'if-none-match': 'abc' }, 200],
    [
      '9110 §13.1.3',
      'another tag, whatever If-Modified-Since says',
      kept,
      { 'if-none-match': '"x"', 'if-modified-since': 'Thu, 08 Jan 2026 00:00:00 GMT' },
      200,
    ],
    [
      '9110 §13.1.3',
      'the date',
      kept,
      { 'if-modified-since': 'Wed, 07 Jan 2026 00:00:00 GMT' },
      304,
    ],
    [
      '9110 §13.1.3',
      'a later date',
      kept,
      { 'if-modified-since': 'Thu, 08 Jan 2026 00:00:00 GMT' },
      304,
    ],
    [
      '9110 §5.6.7',
      'the date as RFC 850 wrote it',
      kept,
      { 'if-modified-since': 'Wednesday, 07-Jan-26 00:00:00 GMT' },
      304,
    ],
    [
      '9110 §13.1.3',
      'an earlier date',
      kept,
      { 'if-modified-since': 'Tue, 06 Jan 2026 00:00:00 GMT' },
      200,
    ],
  ])('(%s) and %s', async (_rfc, _what, headers, asked, status) => {
    const { get, count } = await site(says(headers))
    await get('/')
    const answer = await get('/', asked)
    expect(answer.status).toBe(status)
    // 9110 §15.4.5: what a 304 must say.
    expect(answer.headers).toMatchObject({ etag: headers['etag'], 'cache-control': 'max-age=60' })
    expect(count()).toBe(1)
  })
})

describe('the headers of a kept answer', () => {
  it.each(['Keep-Alive', 'Proxy-Authenticate', 'Proxy-Connection', 'X-Hop', 'TE', 'Upgrade'])(
    '(9111 §3.1, 9110 §7.6.1) are without %s',
    async (name) => {
      const { get } = await site((_req, res) => {
        res.setHeader(name, 'a-value')
        res.setHeader('Connection', name === 'X-Hop' ? 'close, X-Hop' : 'close')
        res.setHeader('Cache-Control', 'max-age=60')
        res.end()
      })
      await get('/')
      expect((await get('/')).headers[name.toLowerCase()]).not.toBe('a-value')
    },
  )

  it.each([
    'X-Test',
    'Content-Foo',
    'Content-Encoding',
    'Content-Location',
    'Content-Security-Policy',
    'Content-Type',
    'ETag',
    'Expires',
    'Last-Modified',
    'Link',
    'Public-Key-Pins',
    'X-Frame-Options',
    'X-XSS-Protection',
  ])('(9111 §3.1) are with %s', async (name) => {
    const { get, count } = await site(says({ 'cache-control': 'max-age=60', [name]: 'a-value' }))
    await get('/')
    expect((await get('/')).headers[name.toLowerCase()]).toBe('a-value')
    expect(count()).toBe(1)
  })

  it('(9111 §5.1, 9110 §6.6.1) have the Date of the first, and an Age that grows', async () => {
    const { get } = await site(says({ 'cache-control': 'max-age=60', age: '20' }))
    const first = await get('/')
    later(7)
    expect((await get('/')).headers).toMatchObject({ date: first.headers.date, age: '27' })
  })
})

const changing =
  (status: number): Handler =>
  (req, res, n) =>
    says({ 'cache-control': 'max-age=60' }, req.method === 'GET' ? 200 : status)(req, res, n)

describe('a change', () => {
  const UNSAFE = ['POST', 'PUT', 'DELETE', 'PATCH', 'M-SEARCH']
  it.each(UNSAFE)('(9111 §4.4) by %s makes what is kept untrue', async (method) => {
    const { get, count } = await site(changing(200))
    await get('/')
    await get('/', {}, method)
    await get('/')
    expect(count()).toBe(3)
  })

  it.each(UNSAFE)('(9111 §4.4) by %s that failed does not', async (method) => {
    const { get, count } = await site(changing(500))
    await get('/')
    await get('/', {}, method)
    await get('/')
    expect(count()).toBe(2)
  })

  it.each(['OPTIONS', 'HEAD'])('(9110 §9.2.1) is not made by %s', async (method) => {
    const { get, count } = await site(changing(200))
    await get('/')
    await get('/', {}, method)
    const before = count()
    await get('/')
    expect(count()).toBe(before)
  })

  it("(9111 §4.4) is another URL's business", async () => {
    const { get, count } = await site(changing(200))
    await get('/a')
    await get('/b', {}, 'POST')
    await get('/a')
    expect(count()).toBe(2)
  })

  it('(9110 §9.3.3) is never answered from what is kept, nor kept', async () => {
    const { get, count } = await site(
      says({ 'cache-control': 'max-age=60', 'content-location': '/' }),
    )
    await get('/', {}, 'POST')
    await get('/', {}, 'POST')
    await get('/')
    expect(count()).toBe(3)
  })
})

/** The first answer, and then what `status` says; nothing for a connection that breaks. */
const failing =
  (control: string, status: number | undefined): Handler =>
  (req, res, n) => {
    if (n === 1) says({ 'cache-control': control })(req, res, n)
    else if (status === undefined) res.destroy()
    else res.writeHead(status).end('failed')
  }

describe('a stale answer', () => {
  it.each([
    ['9111 §4.2.4', 'max-age=1', 503],
    ['9111 §5.2.2.2', 'max-age=1, stale-if-error=60, must-revalidate', 503],
    ['9111 §5.2.2.8', 'max-age=1, stale-if-error=60, proxy-revalidate', 503],
    ['5861 §4', 'max-age=1, stale-if-error=1', 503],
    ['5861 §4', 'max-age=1, stale-if-error=60', 404],
  ])('(%s) does not go out: %s, and then %i', async (_rfc, control, status) => {
    const { get } = await site(failing(control, status))
    await get('/')
    later(5)
    expect(await get('/')).toMatchObject({ status, body: 'failed' })
  })

  it.each([500, 502, 503, 504])('(5861 §4) goes out in place of a %i', async (status) => {
    const { get } = await site(failing('max-age=1, stale-if-error=60', status))
    await get('/')
    later(5)
    expect(await get('/')).toMatchObject({ status: 200, body: 'answer 1', headers: { age: '5' } })
  })

  it('(5861 §3) goes out while one request fetches the next, and not after its time', async () => {
    const open: (() => void)[] = []
    const handler: Handler = (req, res, n) => {
      const answer = (): void =>
        says({ 'cache-control': 'max-age=1, stale-while-revalidate=60' })(req, res, n)
      if (n === 1) answer()
      else open.push(answer)
    }
    const { get, count } = await site(handler)
    await get('/')
    later(30)
    const fetching = get('/')
    await vi.waitUntil(() => open.length === 1, { timeout: 30_000 })
    expect((await get('/')).body).toBe('answer 1')
    open[0]!()
    expect((await fetching).body).toBe('answer 2')
    later(61)
    const after = get('/')
    await vi.waitUntil(() => open.length === 2, { timeout: 30_000 })
    open[1]!()
    expect((await after).body).toBe('answer 3')
    expect(count()).toBe(3)
  })
})

describe('a part', () => {
  it.each([
    ['9110 §14.1.1', 'bytes=0-2', 206, 'ans'],
    ['9110 §14.1.1', 'bytes=6-', 206, ' 1'],
    ['9110 §14.1.1', 'bytes=-2', 206, ' 1'],
    ['9110 §15.5.17', 'bytes=20-', 416, ''],
    ['9110 §14.2', 'pages=1-2', 200, 'answer 1'],
  ])('(%s) of what is kept is given: %s', async (_rfc, range, status, body) => {
    const { get, count } = await site(says({ 'cache-control': 'max-age=60' }))
    await get('/')
    expect(await get('/', { range })).toMatchObject({ status, body })
    expect(count()).toBe(1)
  })

  it('(9111 §3.3) that a handler gave is not kept: parts are not put together', async () => {
    const headers = { 'cache-control': 'max-age=60', 'content-range': 'bytes 0-7/20' }
    expect(await askedBy(says(headers, 206))).toBe(2)
    expect(await askedBy(says(headers, 200))).toBe(2)
  })
})

describe('what a request says', () => {
  const kept = says({ 'cache-control': 'max-age=60', age: '30' })

  it.each(['no-cache', 'max-age=0', 'max-age=1', 'min-fresh=3600'])(
    '(9111 §5.2.1) Cache-Control: %s does not reach the handler past a fresh answer',
    async (control) => {
      expect(await askedBy(kept, {}, { headers: [{}, { 'cache-control': control }] })).toBe(1)
    },
  )

  it('(9111 §5.4) Pragma: no-cache does not, either', async () => {
    expect(await askedBy(kept, {}, { headers: [{}, { pragma: 'no-cache' }] })).toBe(1)
  })

  it('(9111 §5.2.1.2) max-stale does not get a stale answer', async () => {
    const headers = [{}, { 'cache-control': 'max-stale=3600' }]
    expect(await askedBy(kept, {}, { wait: 40, headers })).toBe(2)
  })

  it('(9111 §5.2.1.5) no-store leaves nothing behind', async () => {
    const headers = [{ 'cache-control': 'no-store' }, {}]
    expect(await askedBy(kept, {}, { headers })).toBe(2)
  })

  it('(9111 §5.2.1.7) only-if-cached gets a fresh answer or 504', async () => {
    const { get, count } = await site(kept)
    const cached = { 'cache-control': 'only-if-cached' }
    expect((await get('/', cached)).status).toBe(504)
    await get('/')
    expect((await get('/', cached)).status).toBe(200)
    later(31)
    expect((await get('/', cached)).status).toBe(504)
    expect(count()).toBe(1)
  })

  it('(9111 §2) another query is another key', async () => {
    const { get, count } = await site(kept)
    for (const path of ['/?a=1', '/?a=2', '/', '/?a=1']) await get(path)
    expect(count()).toBe(3)
  })
})
