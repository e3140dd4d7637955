import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'

import { ANSWERED, RECONNECTED, attacks, get, post, send, utf8 } from './request.ts'

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'
const form = (body: string): string => send('/echo', FORM_TYPE, body)
const json = (body: string): string => send('/echo', JSON_TYPE, body)
/** The four bytes before the last four are the checksum (RFC 1952 §2.3.1). */
const wrongChecksum = (zipped: Buffer): Buffer =>
  zipped.fill(0, zipped.length - 8, zipped.length - 4)
const bytes = (buffer: Uint8Array): string => Buffer.from(buffer).toString('latin1')

/** The app copies what came into an object of its own, and says in this field whether that made an admin of it. */
const NO_ADMIN = { status: ['2xx', '4xx'], noField: ['x-admin'] } as const
const polluting = (request: string) => [request, ANSWERED, RECONNECTED, get('/polluted')] as const
const CLEAN = { status: ['2xx', '4xx'], present: ['clean'] } as const

const queries = attacks(
  'bodies',
  { rule: 'CWE-20', expect: { status: ['2xx', '4xx'] }, within: 500 },
  [
    [
      'query-proto',
      'a query that names a prototype',
      polluting(get('/echo?__proto__[polluted]=1')),
      { rule: 'CVE-2022-24999', expect: CLEAN },
    ],
    [
      'query-proto-deep',
      'a query that names a prototype inside',
      polluting(get('/echo?a[__proto__][polluted]=1')),
      { rule: 'CVE-2022-24999', expect: CLEAN },
    ],
    [
      'query-constructor',
      'a query that names the prototype of a constructor',
      polluting(get('/echo?constructor[prototype][polluted]=1')),
      { rule: 'CVE-2022-24999', expect: CLEAN },
    ],
    [
      'query-proto-copied',
      'a query that names a prototype, and is copied',
      get('/echo?__proto__[admin]=1&__proto__.admin=1'),
      { rule: 'CWE-1321', expect: NO_ADMIN },
    ],
    [
      'query-many',
      'five thousand parameters',
      get(`/echo?${'a=1&'.repeat(3_700)}`),
      { clients: 10 },
    ],
    [
      'query-names',
      'five thousand names',
      get(`/echo?${Array.from({ length: 3_000 }, (_, i) => i.toString(36)).join('&')}`),
      { clients: 10 },
    ],
    [
      'query-deep',
      'a query nested without end',
      get(`/echo?a${'[b]'.repeat(4_800)}=1`),
      { rule: 'CWE-674' },
    ],
    [
      'query-brackets',
      'a query of opening brackets',
      get(`/echo?${'['.repeat(14_000)}=1`),
      { rule: 'CWE-1333' },
    ],
    [
      'query-index',
      'an index of a list beyond all lists',
      get('/echo?a[4294967295]=1&a[99999999]=2'),
      {
        rule: 'CVE-2025-15284',
        expect: {
          status: ['2xx', '4xx'],
          absent: [
            'null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null',
          ],
        },
      },
    ],
    [
      'query-empty-brackets',
      'a list of five thousand',
      get(`/echo?${'a[]=1&'.repeat(2_400)}`),
      { rule: 'CVE-2025-15284' },
    ],
    ['query-length', 'a list that says how long it is', get('/echo?a[length]=1000000000&a[0]=x')],
    ['query-undecodable', 'a value that cannot be decoded', get('/echo?a=%E0%A4%A')],
    ['query-percent', 'nothing but percent signs', get(`/echo?${'%'.repeat(14_000)}`)],
    ['query-plus', 'nothing but plus signs', get(`/echo?${'+'.repeat(14_000)}`)],
    ['query-equals', 'nothing but equals signs', get(`/echo?${'='.repeat(14_000)}`)],
    ['query-ampersands', 'nothing but ampersands', get(`/echo?${'&'.repeat(14_000)}`)],
    [
      'query-builtins',
      'names that every object has',
      get('/echo?toString=1&hasOwnProperty=2&valueOf=3&toJSON=4'),
    ],
    ['query-questions', 'nothing but question marks', get(`/echo${'?'.repeat(14_000)}`)],
    ['query-raw-bytes', 'bytes beyond ASCII', get('/echo?a=\xff\xfe')],
  ],
)

const values = attacks('bodies', { rule: 'RFC 8259 §2', expect: { status: [400] } }, [
  ['json-cut', 'JSON that is cut', json('{"a":')],
  ['json-comma', 'JSON with a comma too many', json('{"a":1,}')],
  ['json-quotes', 'JSON in single quotes', json("{'a':1}")],
  ['json-comment', 'JSON with a comment', json('{"a":1}//')],
  ['json-nan', 'JSON with NaN', json('{"a":NaN}')],
  ['json-leading-zero', 'JSON with a leading zero', json('{"a":01}')],
  ['json-hexadecimal', 'JSON with a hexadecimal number', json('{"a":0x1}')],
  [
    'json-control',
    'JSON with a raw line feed in a string',
    json('{"a":"b\nc"}'),
    { rule: 'RFC 8259 §7' },
  ],
  ['json-two', 'two values of JSON', json('{}{}')],
  ['json-nul', 'JSON behind a NUL', json('\0{}')],
  [
    'json-markup',
    'markup that is no JSON',
    json('<script>alert(1)</script>'),
    { expect: { status: [400], absent: [/content-type: text\/html[^]*<script/i] } },
  ],
  ['json-as-form', 'a form that says it is JSON', json('a=1&b=2')],
])

const prototypes = attacks('bodies', { rule: 'CWE-1321', expect: NO_ADMIN }, [
  [
    'json-proto',
    'JSON with a key __proto__',
    json('{"__proto__":{"admin":true}}'),
    { rule: 'CVE-2018-3728' },
  ],
  [
    'json-proto-escaped',
    'JSON with an escaped key __proto__',
    json(String.raw`{"\u005f_proto__":{"admin":true}}`),
    { rule: 'CVE-2018-3728' },
  ],
  [
    'json-proto-spaced',
    'JSON with white space behind a key __proto__',
    json('{"__proto__" \n\t:{"admin":true}}'),
    { rule: 'CVE-2018-3728' },
  ],
  [
    'json-proto-deep',
    'JSON with a key __proto__ inside',
    json('{"a":{"__proto__":{"admin":true}}}'),
    { rule: 'CVE-2018-3728' },
  ],
  [
    'json-proto-polluting',
    'JSON that is to change every object',
    polluting(json('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')),
    { expect: CLEAN },
  ],
  ['form-proto', 'a form that names a prototype', form('__proto__[admin]=true')],
  [
    'form-proto-encoded',
    'a form that names an encoded prototype',
    form('__pro%74o__%5Badmin%5D=true'),
  ],
  [
    'form-constructor',
    'a form that names the prototype of a constructor',
    polluting(form('constructor[prototype][polluted]=true')),
    { expect: CLEAN },
  ],
  [
    'form-proto-polluting',
    'a form that is to change every object',
    polluting(form('a[__proto__][polluted]=true&__proto__[polluted]=true')),
    { expect: CLEAN },
  ],
])

const TOO_LARGE = { status: [413], answers: 1 } as const
const sizes = attacks('bodies', { rule: 'RFC 9110 §15.5.14', expect: TOO_LARGE }, [
  ['json-large', 'JSON past the limit', json('1'.repeat(1_200_000))],
  ['form-large', 'a form past the limit', form(`a=${'1'.repeat(1_200_000)}`)],
  [
    'announced',
    'ten gigabytes that are only announced',
    post('/echo', [`Content-Type: ${JSON_TYPE}`, 'Content-Length: 10000000000']),
    { within: 1_000 },
  ],
  [
    'announced-expect',
    'ten gigabytes that are asked for first',
    post('/echo', [
      `Content-Type: ${JSON_TYPE}`,
      'Content-Length: 10000000000',
      'Expect: 100-continue',
    ]),
    {
      rule: 'RFC 9110 §10.1.1',
      within: 1_000,
      expect: { status: [413, 417], absent: ['HTTP/1.1 100'] },
    },
  ],
  [
    'chunks',
    'chunks past the limit',
    post(
      '/echo',
      [`Content-Type: ${JSON_TYPE}`, 'Transfer-Encoding: chunked'],
      `${`10000\r\n${'1'.repeat(65_536)}\r\n`.repeat(20)}0\r\n\r\n`,
    ),
  ],
  [
    'gzip-bomb',
    'twenty megabytes in twenty kilobytes',
    send(
      '/echo',
      JSON_TYPE,
      bytes(gzipSync(Buffer.alloc(20_000_000, 49))),
      'Content-Encoding: gzip',
    ),
    { rule: 'CWE-409', expect: { status: [400, 413, 415] } },
  ],
  [
    'deflate-bomb',
    'twenty megabytes in deflate',
    send(
      '/echo',
      JSON_TYPE,
      bytes(deflateSync(Buffer.alloc(20_000_000, 49))),
      'Content-Encoding: deflate',
    ),
    { rule: 'CWE-409', expect: { status: [400, 413, 415] } },
  ],
  [
    'brotli-bomb',
    'twenty megabytes in a few bytes of brotli',
    send(
      '/echo',
      JSON_TYPE,
      bytes(brotliCompressSync(Buffer.alloc(20_000_000, 49), { params: { 1: 4 } })),
      'Content-Encoding: br',
    ),
    { rule: 'CWE-409', expect: { status: [400, 413, 415] } },
  ],
  [
    'gzip-form-bomb',
    'a form of twenty megabytes in gzip',
    send(
      '/echo',
      FORM_TYPE,
      bytes(gzipSync(Buffer.alloc(20_000_000, 'a=1&'))),
      'Content-Encoding: gzip',
    ),
    { rule: 'CWE-409', expect: { status: [400, 413, 415] } },
  ],
])

const codings = attacks(
  'bodies',
  { rule: 'RFC 9110 §8.4', expect: { status: [400, 415], answers: 1 } },
  [
    [
      'coding-unknown',
      'a content coding that nobody knows',
      send('/echo', JSON_TYPE, '{}', 'Content-Encoding: x-none'),
      { expect: { status: [415], answers: 1 } },
    ],
    [
      'coding-twice',
      'gzip in gzip',
      send('/echo', JSON_TYPE, bytes(gzipSync(gzipSync('{}'))), 'Content-Encoding: gzip, gzip'),
    ],
    [
      'gzip-none',
      'a gzip body that is none',
      send('/echo', JSON_TYPE, '{}', 'Content-Encoding: gzip'),
    ],
    [
      'gzip-cut',
      'a gzip body that is cut',
      send(
        '/echo',
        JSON_TYPE,
        bytes(gzipSync('{"a":1}').subarray(0, -9)),
        'Content-Encoding: gzip',
      ),
    ],
    [
      'gzip-checksum',
      'a gzip body with a wrong checksum',
      send('/echo', JSON_TYPE, bytes(wrongChecksum(gzipSync('{"a":1}'))), 'Content-Encoding: gzip'),
    ],
    [
      'gzip-empty',
      'a gzip body of nothing',
      send('/echo', JSON_TYPE, '', 'Content-Encoding: gzip'),
      { expect: { status: ['2xx', 400, 415] } },
    ],
  ],
)

const types = attacks(
  'bodies',
  { rule: 'RFC 9110 §8.3', expect: { status: ['2xx', '4xx'], noField: ['x-admin'] } },
  [
    [
      'charset-unknown',
      'a form in a charset that nobody knows',
      send('/echo', `${FORM_TYPE}; charset=x-none`, 'a=1'),
      { expect: { status: ['2xx', 415] } },
    ],
    [
      'charset-json',
      'JSON in a charset that nobody knows; the parameter means nothing there',
      send('/echo', `${JSON_TYPE}; charset=x-none`, '{}'),
      { rule: 'RFC 8259 §11', expect: { status: ['2xx', 415] } },
    ],
    [
      'charset-utf-7',
      'JSON in UTF-7, which hides what it says',
      send('/echo', `${JSON_TYPE}; charset=utf-7`, '{"+AF8AXw-proto+AF8AXw-":{"admin":true}}'),
      { rule: 'RFC 8259 §8.1' },
    ],
    [
      'charset-utf-16',
      'a prototype in UTF-16',
      send(
        '/echo',
        `${JSON_TYPE}; charset=utf-16le`,
        bytes(Buffer.from('{"__proto__":{"admin":true}}', 'utf16le')),
      ),
      { rule: 'CVE-2018-3728' },
    ],
    [
      'type-garbage',
      'a type with words behind it',
      send('/echo', `${JSON_TYPE} garbage`, '{"a":1}'),
    ],
    [
      'type-parameters',
      'a type with five thousand parameters',
      send('/echo', `${JSON_TYPE}${';a=1'.repeat(3_500)}`, '{}'),
      { rule: 'CWE-1333', clients: 10, within: 300 },
    ],
    [
      'type-quote',
      'a type with a quote that does not end',
      send('/echo', `${JSON_TYPE}; a="${'\\"'.repeat(7_000)}`, '{}'),
      { rule: 'CWE-1333', clients: 10, within: 300 },
    ],
    [
      'type-spaces',
      'a type with 15,000 spaces',
      send('/echo', `${JSON_TYPE};${' '.repeat(15_000)}x`, '{}'),
      { rule: 'CWE-1333', clients: 10, within: 300 },
    ],
    ['type-two', 'two types', send('/echo', JSON_TYPE, '{"a":1}', 'Content-Type: text/plain')],
    [
      'type-none',
      'a body without a type',
      post('/echo', ['Content-Length: 7', 'Connection: close'], '{"a":1}'),
    ],
    [
      'type-markup',
      'a type that is markup',
      send('/echo', '<script>alert(1)</script>', '{}'),
      {
        rule: 'CWE-79',
        expect: { status: ['2xx', '4xx'], absent: [/content-type: text\/html[^]*<script/i] },
      },
    ],
    [
      'type-upper-case',
      'JSON in capitals, which is the same',
      send('/echo', 'APPLICATION/JSON', '{"a":1}'),
      { expect: { status: [200], present: ['"a":1'] } },
    ],
  ],
)

const bombs = attacks(
  'bodies',
  { rule: 'CWE-770', expect: { status: ['2xx', '4xx'] }, within: 500 },
  [
    ['json-deep', 'JSON nested without end', json('['.repeat(90_000)), { rule: 'CWE-674' }],
    [
      'json-deep-whole',
      'lists in lists, all closed',
      json('['.repeat(45_000) + ']'.repeat(45_000)),
      { rule: 'CWE-674' },
    ],
    [
      'json-deep-objects',
      'objects in objects',
      json('{"a":'.repeat(14_000) + '1' + '}'.repeat(14_000)),
      { rule: 'CWE-674' },
    ],
    [
      'json-keys',
      'ten thousand keys',
      json(`{${Array.from({ length: 10_000 }, (_, i) => `"${i.toString(36)}":1`).join()}}`),
    ],
    ['json-number', 'a number of 90,000 digits', json(`[${'9'.repeat(90_000)}]`)],
    ['json-exponent', 'a number beyond all numbers', json('[1e999999999]')],
    [
      'json-escapes',
      'a string of nothing but escapes',
      json(`["${String.raw`\u0000`.repeat(15_000)}"]`),
    ],
    [
      'json-surrogates',
      'a string of half surrogate pairs',
      json(`["${String.raw`\ud800`.repeat(1_000)}"]`),
      { rule: 'RFC 8259 §8.2' },
    ],
    [
      'json-utf8',
      'a string that is no UTF-8',
      json('["\xff\xfe\xc0\xaf"]'),
      { rule: 'RFC 8259 §8.1' },
    ],
    [
      'json-bom',
      'JSON behind a byte order mark',
      json(utf8('\uFEFF{"a":1}')),
      { rule: 'RFC 8259 §8.1' },
    ],
    ['json-primitive', 'JSON that is null', json('null'), { rule: 'CWE-843' }],
    [
      'json-builtins',
      'JSON with names that every object has',
      json('{"toString":1,"hasOwnProperty":2,"toJSON":3,"length":-1}'),
      { rule: 'CWE-843' },
    ],
    [
      'form-many',
      'a form with twenty thousand parameters',
      form('a=1&'.repeat(20_000)),
      { rule: 'CVE-2025-13466' },
    ],
    [
      'form-names',
      'a form with ten thousand names',
      form(Array.from({ length: 10_000 }, (_, i) => `${i.toString(36)}=1`).join('&')),
      { rule: 'CVE-2025-13466' },
    ],
    [
      'form-deep',
      'a form nested without end',
      form(`a${'[b]'.repeat(5_000)}=1`),
      { rule: 'CVE-2024-45590' },
    ],
    [
      'form-index',
      'an index of a list beyond all lists',
      form('a[4294967294]=1'),
      { rule: 'CVE-2025-15284' },
    ],
    [
      'form-brackets',
      'a form of opening brackets',
      form(`${'['.repeat(90_000)}=1`),
      { rule: 'CWE-1333' },
    ],
    ['form-percent', 'a form of percent signs', form('%'.repeat(90_000))],
    ['form-undecodable', 'a form that cannot be decoded', form('a=%E0%A4%A')],
    [
      'form-charset-sentinel',
      'a form that says in a field how to read it',
      form('utf8=%26%2310003%3B&a=%26%2399999999%3B'),
    ],
  ],
)

export const bodies = [
  ...queries,
  ...values,
  ...prototypes,
  ...sizes,
  ...codings,
  ...types,
  ...bombs,
]
