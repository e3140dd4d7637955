import { ask, attacks, get, post } from './request.ts'

const MALFORMED = { status: [400], answers: 1, closed: true } as const
/** Its Host is not the server's name, so that lengths hold whatever that is. */
const SMUGGLED = 'GET /admin/panel HTTP/1.1\r\nHost: b.test\r\n\r\n'
const chunked = (path: string, body: string): string =>
  post(path, ['Transfer-Encoding: chunked', 'Content-Type: text/plain'], body)
const field = (...lines: string[]): string => ask('GET / HTTP/1.1', 'Host: a.test', ...lines)

/** RFC 9112 §6: a length that two readers can take for two lengths. */
const lengths = attacks('framing', { rule: 'RFC 9112 §6.3', expect: MALFORMED, anywhere: true }, [
  [
    'cl-and-te',
    'Content-Length beside Transfer-Encoding',
    post('/', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
  ],
  [
    'te-and-cl',
    'Transfer-Encoding beside Content-Length',
    post('/', ['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'),
  ],
  [
    'cl-te-smuggles',
    'a request behind the last chunk and inside of Content-Length',
    post(
      '/',
      [`Content-Length: ${5 + SMUGGLED.length}`, 'Transfer-Encoding: chunked'],
      `0\r\n\r\n${SMUGGLED}`,
    ),
  ],
  [
    'te-cl-smuggles',
    'a request inside of a chunk and behind Content-Length',
    post(
      '/',
      ['Content-Length: 4', 'Transfer-Encoding: chunked'],
      `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
    ),
  ],
  [
    'cl-differs',
    'two Content-Lengths that differ',
    post('/', ['Content-Length: 5', 'Content-Length: 6'], 'hello'),
  ],
  ['cl-list-differs', 'a list in Content-Length', post('/', ['Content-Length: 5, 6'], 'hello')],
  [
    'cl-zero-and-more',
    'a Content-Length of nothing, and another',
    post('/', ['Content-Length: 0', `Content-Length: ${SMUGGLED.length}`], SMUGGLED),
  ],
  [
    'cl-signed',
    'a signed Content-Length',
    post('/', ['Content-Length: +5'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-negative',
    'a negative Content-Length',
    post('/', ['Content-Length: -5'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-hexadecimal',
    'a hexadecimal Content-Length',
    post('/', ['Content-Length: 0x5'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-exponent',
    'a Content-Length with an exponent',
    post('/', ['Content-Length: 5e0'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-fraction',
    'a Content-Length with a fraction',
    post('/', ['Content-Length: 5.0'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-space-inside',
    'a Content-Length with a space inside',
    post('/', ['Content-Length: 5 0'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-quoted',
    'a quoted Content-Length',
    post('/', ['Content-Length: "5"'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-parameter',
    'a Content-Length with a parameter',
    post('/', ['Content-Length: 5;x=1'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-overflow',
    'a Content-Length beyond all numbers',
    post('/', ['Content-Length: 18446744073709551621'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-empty',
    'an empty Content-Length',
    post('/', ['Content-Length: '], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'cl-other-digits',
    'a Content-Length in digits of another script',
    post('/', ['Content-Length: \xd9\xa5'], 'hello'),
    { rule: 'RFC 9110 §8.6' },
  ],
  [
    'te-not-last',
    'a Transfer-Encoding that does not end in chunked',
    post('/', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'),
    { expect: { ...MALFORMED, status: [400, 501] } },
  ],
  [
    'te-field-after-chunked',
    'a second Transfer-Encoding behind chunked',
    post('/', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], '0\r\n\r\n'),
    { expect: { ...MALFORMED, status: [400, 501] } },
  ],
])

/** RFC 9112 §6.1: a transfer coding that a server does not know, or that is none. */
const codings = attacks(
  'framing',
  {
    rule: 'RFC 9112 §6.1',
    expect: { status: [400, 501], answers: 1, closed: true },
    anywhere: true,
  },
  [
    [
      'te-unknown',
      'a transfer coding that nobody knows',
      post('/', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'),
    ],
    [
      'te-suffix',
      'a transfer coding that begins with chunked',
      post('/', ['Transfer-Encoding: chunkedx'], '0\r\n\r\n'),
    ],
    [
      'te-gzip',
      'a transfer coding before chunked that is not read',
      post('/', ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'),
    ],
    [
      'te-gzip-alone',
      'a transfer coding that is not chunked',
      post('/', ['Transfer-Encoding: gzip'], 'x'),
    ],
    [
      'te-identity',
      'the identity coding, which is none any more',
      post('/', ['Transfer-Encoding: identity'], 'x'),
    ],
    ['te-twice', 'chunked twice', post('/', ['Transfer-Encoding: chunked, chunked'], '0\r\n\r\n')],
    [
      'te-two-fields',
      'two fields of chunked',
      post('/', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    ],
    ['te-quoted', 'chunked in quotes', post('/', ['Transfer-Encoding: "chunked"'], '0\r\n\r\n')],
    [
      'te-parameter',
      'chunked with a parameter',
      post('/', ['Transfer-Encoding: chunked;q=1'], '0\r\n\r\n'),
    ],
    [
      'te-comma',
      'chunked behind an empty element and a word',
      post('/', ['Transfer-Encoding: ,x,chunked'], '0\r\n\r\n'),
    ],
    [
      'te-vertical-tab',
      'chunked behind a vertical tab',
      post('/', ['Transfer-Encoding: \x0bchunked'], '0\r\n\r\n'),
    ],
    [
      'te-nbsp',
      'chunked behind a no-break space',
      post('/', ['Transfer-Encoding: \xa0chunked'], '0\r\n\r\n'),
    ],
    ['te-empty', 'an empty Transfer-Encoding', post('/', ['Transfer-Encoding:'], '0\r\n\r\n')],
    [
      'te-http-1.0',
      'Transfer-Encoding in HTTP/1.0',
      ask(
        'POST / HTTP/1.0',
        'Host: a.test',
        'Connection: keep-alive',
        'Transfer-Encoding: chunked',
      ) + '0\r\n\r\n',
      { expect: { status: ['2xx', '4xx', '5xx'], answers: 1, closed: true } },
    ],
    [
      'te-http-1.0-smuggles',
      'a request behind a chunked body in HTTP/1.0',
      ask(
        'POST / HTTP/1.0',
        'Host: a.test',
        'Connection: keep-alive',
        'Transfer-Encoding: chunked',
      ) + `0\r\n\r\n${SMUGGLED}`,
      { expect: { status: ['2xx', '4xx', '5xx'], answers: 1, closed: true } },
    ],
    [
      'te-http-1.0-get',
      'Transfer-Encoding on GET in HTTP/1.0',
      ask(
        'GET / HTTP/1.0',
        'Host: a.test',
        'Connection: keep-alive',
        'Transfer-Encoding: chunked',
      ) + `0\r\n\r\n${SMUGGLED}`,
      { expect: { status: ['2xx', '4xx', '5xx'], answers: 1, closed: true } },
    ],
  ],
)

/** RFC 9112 §7.1: bodies in chunks that are none. */
const brokenChunks: readonly (readonly [id: string, name: string, body: string, rule?: string])[] =
  [
    ['chunk-size-no-number', 'a chunk size that is no number', 'zz\r\nhello\r\n0\r\n\r\n'],
    ['chunk-size-negative', 'a negative chunk size', '-5\r\nhello\r\n0\r\n\r\n'],
    ['chunk-size-signed', 'a signed chunk size', '+5\r\nhello\r\n0\r\n\r\n'],
    ['chunk-size-prefixed', 'a chunk size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['chunk-size-empty', 'a chunk without a size', '\r\nhello\r\n0\r\n\r\n'],
    ['chunk-size-leading-space', 'a space before the chunk size', ' 5\r\nhello\r\n0\r\n\r\n'],
    [
      'chunk-size-underscore',
      'a chunk size with an underscore',
      '1_0\r\n0123456789abcdef\r\n0\r\n\r\n',
    ],
    ['chunk-size-overflow', 'a chunk size beyond all numbers', 'fffffffffffffffff\r\nhello'],
    [
      'chunk-size-wraps',
      'a chunk size that wraps to 5 in 64 bits',
      '10000000000000005\r\nhello\r\n0\r\n\r\n',
    ],
    ['chunk-longer', 'a chunk longer than its size', '5\r\nhelloX\r\n0\r\n\r\n'],
    ['chunk-end-lf', 'a chunk that ends with a bare LF', '5\r\nhello\n0\r\n\r\n'],
    ['chunk-end-cr', 'a chunk that ends with a bare CR', '5\r\nhello\r0\r\n\r\n'],
    ['chunk-line-cr', 'a chunk size that ends with a bare CR', '5\rhello\r\n0\r\n\r\n'],
    [
      'chunk-extension-lf',
      'a bare LF inside of a chunk extension',
      `5;x\nhello\r\n0\r\n\r\n${SMUGGLED}`,
      'RFC 9112 §7.1.1',
    ],
    [
      'chunk-extension-cr',
      'a bare CR inside of a chunk extension',
      '5;x\ry\r\nhello\r\n0\r\n\r\n',
      'RFC 9112 §7.1.1',
    ],
    [
      'chunk-extension-nul',
      'a NUL inside of a chunk extension',
      '5;x=\0\r\nhello\r\n0\r\n\r\n',
      'RFC 9112 §7.1.1',
    ],
    [
      'chunk-extension-endless',
      'chunk extensions without end',
      `5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
      'CVE-2024-22019',
    ],
    ['trailer-no-colon', 'a trailer without a colon', '0\r\nbroken\r\n\r\n', 'RFC 9112 §7.1.2'],
    [
      'trailer-space',
      'a space before the colon of a trailer',
      '0\r\nX-Test : 1\r\n\r\n',
      'RFC 9112 §5.1',
    ],
    [
      'trailer-endless',
      'trailers of more than 16 KiB',
      `0\r\n${`X: ${'a'.repeat(1_000)}\r\n`.repeat(20)}\r\n`,
      'RFC 6585 §5',
    ],
  ]

const chunks = brokenChunks.flatMap(([id, name, body, rule = 'RFC 9112 §7.1']) => [
  ...attacks('framing', { rule, expect: { status: ['4xx'], answers: 1, closed: true } }, [
    [id, name, chunked('/echo', body)],
  ]),
  // An app may have answered before the fault comes; it must not go on behind it.
  ...attacks('framing', { rule, expect: { answers: 1, closed: true }, anywhere: true }, [
    [`${id}-unread`, `${name}, in a body that nobody reads`, chunked('/', body)],
  ]),
])

const lines = attacks(
  'framing',
  {
    rule: 'RFC 9112 §3',
    expect: { status: ['4xx', 505], answers: 1, closed: true },
    anywhere: true,
  },
  [
    [
      'line-space-too-many',
      'a request line with a word too many',
      ask('GET / HTTP/1.1 x', 'Host: a.test'),
    ],
    ['line-no-version', 'a request line without a version', ask('GET /', 'Host: a.test')],
    ['line-no-target', 'a request line without a target', ask('GET HTTP/1.1', 'Host: a.test')],
    [
      'line-space-inside',
      'a target with a space inside',
      ask('GET / /admin/panel HTTP/1.1', 'Host: a.test'),
    ],
    ['line-no-method', 'a request line without a method', ask(' / HTTP/1.1', 'Host: a.test')],
    [
      'version-none',
      'a version that is none',
      ask('GET / HTTP/x.1', 'Host: a.test'),
      { rule: 'RFC 9112 §2.3' },
    ],
    [
      'version-lower-case',
      'a version in lower case',
      ask('GET / http/1.1', 'Host: a.test'),
      { rule: 'RFC 9112 §2.3' },
    ],
    [
      'version-long',
      'a version with three numbers',
      ask('GET / HTTP/1.1.1', 'Host: a.test'),
      { rule: 'RFC 9112 §2.3' },
    ],
    [
      'version-padded',
      'a version with a leading zero',
      ask('GET / HTTP/01.1', 'Host: a.test'),
      { rule: 'RFC 9112 §2.3' },
    ],
    [
      'version-other-protocol',
      'the version of another protocol',
      ask('GET / SIP/2.0', 'Host: a.test'),
      { rule: 'RFC 9112 §2.3' },
    ],
    [
      'version-3',
      'a version that is not spoken like this',
      ask('GET / HTTP/3.0', 'Host: a.test'),
      { rule: 'RFC 9110 §15.6.6' },
    ],
    [
      'http2-preface',
      'the beginning of HTTP/2',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      { rule: 'RFC 9113 §3.4' },
    ],
    ['tls-hello', 'the beginning of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    [
      'method-no-token',
      'a method that is no token',
      ask('G(T / HTTP/1.1', 'Host: a.test'),
      { rule: 'RFC 9110 §9.1' },
    ],
    [
      'method-endless',
      'a method of 10,000 letters',
      ask(`${'A'.repeat(10_000)} / HTTP/1.1`, 'Host: a.test'),
      { rule: 'RFC 9112 §3', expect: { status: ['4xx', 501], answers: 1 } },
    ],
    [
      'method-unknown',
      'a method that nobody knows',
      ask('FROBNICATE / HTTP/1.1', 'Host: a.test', 'Connection: close'),
      { rule: 'RFC 9110 §9.1', expect: { status: ['4xx', 501], answers: 1 } },
    ],
    [
      'method-lower-case',
      'a method in lower case, which is another one',
      ask('get / HTTP/1.1', 'Host: a.test', 'Connection: close'),
      { rule: 'RFC 9110 §9.1', expect: { status: ['4xx', 501], answers: 1 } },
    ],
    [
      'method-connect',
      'a tunnel that nobody offers',
      ask('CONNECT b.test:443 HTTP/1.1', 'Host: b.test:443'),
      { rule: 'RFC 9110 §9.3.6', expect: { status: ['4xx', '5xx', 'none'], answers: 1 } },
    ],
    [
      'method-trace',
      'TRACE with a cookie, which must not come back',
      ask('TRACE / HTTP/1.1', 'Host: a.test', 'Cookie: sid=not-to-be-seen', 'Connection: close'),
      { rule: 'RFC 9110 §9.3.8', expect: { answers: 1, absent: ['not-to-be-seen'] } },
    ],
  ],
)

const fields = attacks('framing', { rule: 'RFC 9110 §5.5', expect: MALFORMED, anywhere: true }, [
  [
    'field-space-before-colon',
    'white space before the colon',
    field('X-Test : 1'),
    { rule: 'RFC 9112 §5.1' },
  ],
  [
    'field-tab-before-colon',
    'a tab before the colon',
    field('X-Test\t: 1'),
    { rule: 'RFC 9112 §5.1' },
  ],
  [
    'field-te-space',
    'white space before the colon of Transfer-Encoding',
    post('/', ['Transfer-Encoding : chunked'], '0\r\n\r\n'),
    { rule: 'RFC 9112 §5.1' },
  ],
  [
    'field-cl-space',
    'white space before the colon of Content-Length',
    post('/', [`Content-Length : ${SMUGGLED.length}`], SMUGGLED),
    { rule: 'RFC 9112 §5.1' },
  ],
  ['field-folded', 'a folded field', field('X-Test: 1', ' 2'), { rule: 'RFC 9112 §5.2' }],
  [
    'field-folded-te',
    'a folded Transfer-Encoding',
    post('/', ['Transfer-Encoding:', ' chunked'], '0\r\n\r\n'),
    { rule: 'RFC 9112 §5.2' },
  ],
  [
    'field-first-indented',
    'white space before the first field',
    ask('GET / HTTP/1.1', ' X-Test: 1', 'Host: a.test'),
    { rule: 'RFC 9112 §2.2' },
  ],
  ['field-nul', 'a NUL in a field', field('X-Test: a\0b')],
  [
    'field-bare-cr',
    'a bare carriage return in a field',
    field('X-Test: a\rb'),
    { rule: 'RFC 9112 §2.2' },
  ],
  [
    'field-bare-cr-te',
    'a Transfer-Encoding behind a bare carriage return',
    post('/', ['X-Test: a\rTransfer-Encoding: chunked'], '0\r\n\r\n'),
    { rule: 'RFC 9112 §2.2' },
  ],
  ['field-no-colon', 'a field without a colon', field('X-Test'), { rule: 'RFC 9112 §5' }],
  ['field-no-name', 'a field without a name', field(': 1'), { rule: 'RFC 9112 §5' }],
  [
    'field-name-parentheses',
    'a field name that is no token',
    field('X(Test): 1'),
    { rule: 'RFC 9110 §5.1' },
  ],
  [
    'field-name-bracket',
    'a field name with a bracket',
    field('X[Test: 1'),
    { rule: 'RFC 9110 §5.1' },
  ],
  ['field-name-nul', 'a field name with a NUL', field('X\0Test: 1'), { rule: 'RFC 9110 §5.1' }],
  [
    'field-name-umlaut',
    'a field name with a letter beyond ASCII',
    field('X-T\xebst: 1'),
    { rule: 'RFC 9110 §5.1' },
  ],
  ['field-name-space', 'a field name with a space', field('X Test: 1'), { rule: 'RFC 9110 §5.1' }],
  [
    'head-too-large',
    'header fields of more than 16 KiB',
    field(`X-Test: ${'a'.repeat(20_000)}`),
    { rule: 'RFC 6585 §5', expect: { status: [431], answers: 1, closed: true } },
  ],
  [
    'head-name-too-large',
    'a field name of more than 16 KiB',
    field(`X-${'a'.repeat(20_000)}: 1`),
    { rule: 'RFC 6585 §5', expect: { status: [431], answers: 1, closed: true } },
  ],
  [
    'target-too-long',
    'a target of 20,000 characters',
    get(`/${'a'.repeat(20_000)}`),
    { rule: 'RFC 9110 §15.5.15', expect: { status: [414, 431], answers: 1, closed: true } },
  ],
])

/** Fields that a reader with a cap on their number no longer sees. */
const FILLER = Array.from({ length: 2_100 }, () => 'A:')
const beyond = attacks(
  'framing',
  { rule: 'RFC 6585 §5', expect: { status: [400, 431], answers: 1, closed: true }, anywhere: true },
  [
    ['cap-many-fields', 'more than two thousand fields', field(...FILLER)],
    [
      'cap-hides-second-host',
      'a second Host behind two thousand fields',
      field(...FILLER, 'Host: b.test'),
    ],
    [
      'cap-hides-host',
      'the only Host behind two thousand fields',
      ask('GET / HTTP/1.1', ...FILLER, 'Host: a.test'),
    ],
    [
      'cap-hides-te',
      'a Transfer-Encoding behind two thousand fields',
      post('/', [...FILLER, 'Transfer-Encoding: xchunked'], '0\r\n\r\n'),
    ],
    ['cap-hides-cookie', 'a Cookie behind two thousand fields', field(...FILLER, 'Cookie: a=1')],
    [
      'cap-hides-content-type',
      'a Content-Type behind two thousand fields',
      post('/', [...FILLER, 'Content-Type: application/json', 'Content-Length: 2'], '{}'),
    ],
  ],
)

/** What follows a request on its connection. */
const sequences = attacks('framing', { rule: 'RFC 9112 §9.3.2', expect: {}, anywhere: true }, [
  [
    'pipeline',
    'two requests at once are answered in order',
    get('/').replace('Connection: close\r\n', '') + get('/'),
    { expect: { status: ['2xx', '3xx', '4xx'] } },
  ],
  [
    'after-close',
    'a request behind one that closes',
    get('/') + SMUGGLED,
    { rule: 'RFC 9112 §9.6', expect: { answers: 1, closed: true } },
  ],
  [
    'after-refusal',
    'a request behind one that was refused',
    ask('GET / HTTP/1.1') + SMUGGLED,
    { rule: 'RFC 9112 §9.6', expect: { status: [400], answers: 1, closed: true } },
  ],
  [
    'get-with-body',
    'a request inside the body of a GET',
    ask('GET / HTTP/1.1', 'Host: a.test', `Content-Length: ${SMUGGLED.length}`) + SMUGGLED,
    { rule: 'RFC 9110 §9.3.1', expect: { answers: 1 } },
  ],
  [
    'get-with-chunks',
    'a request inside a chunk of a GET',
    ask('GET / HTTP/1.1', 'Host: a.test', 'Transfer-Encoding: chunked') +
      `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
    { rule: 'RFC 9110 §9.3.1', expect: { answers: 1 } },
  ],
  [
    'head-with-body',
    'a request inside the body of a HEAD',
    ask('HEAD / HTTP/1.1', 'Host: a.test', `Content-Length: ${SMUGGLED.length}`) + SMUGGLED,
    { rule: 'RFC 9110 §9.3.2', expect: { answers: 1 } },
  ],
  [
    'delete-with-body',
    'a request inside the body of a DELETE',
    ask('DELETE / HTTP/1.1', 'Host: a.test', `Content-Length: ${SMUGGLED.length}`) + SMUGGLED,
    { rule: 'RFC 9110 §9.3.5', expect: { answers: 1 } },
  ],
  [
    'upgrade-h2c',
    'an upgrade to HTTP/2 that nobody offers',
    ask(
      'GET / HTTP/1.1',
      'Host: a.test',
      'Connection: Upgrade, HTTP2-Settings, close',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    ),
    { rule: 'RFC 9113 §3.1', expect: { status: ['2xx', '3xx', '4xx'], absent: ['HTTP/1.1 101'] } },
  ],
  [
    'upgrade-websocket',
    'a WebSocket that nobody offers',
    ask(
      'GET / HTTP/1.1',
      'Host: a.test',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ),
    {
      rule: 'RFC 6455 §4.2.2',
      expect: { status: ['2xx', '3xx', '4xx', 'none'], absent: ['HTTP/1.1 101'] },
    },
  ],
  [
    'expectation-unknown',
    'an expectation that nobody can meet',
    get('/', 'Expect: the-unexpected'),
    { rule: 'RFC 9110 §10.1.1', expect: { status: [417], answers: 1 } },
  ],
  [
    'leading-crlf',
    'an empty line before the request line',
    `\r\n${get('/')}`,
    { rule: 'RFC 9112 §2.2', expect: { status: ['2xx', '3xx', '4xx'], answers: 1 } },
  ],
])

/** What only the app of the corpus can answer. */
const honest = attacks('framing', { rule: 'RFC 9112 §7', expect: {} }, [
  [
    'chunk-extension-many',
    'a chunk extension with each of a thousand bytes',
    chunked('/echo', `${`1;${'x'.repeat(30)}\r\na\r\n`.repeat(1_000)}0\r\n\r\n`),
    { rule: 'CVE-2024-22019', expect: { status: ['2xx', '4xx'], answers: 1 }, within: 500 },
  ],
  [
    'te-upper-case',
    'CHUNKED in capitals, which is the same',
    post(
      '/echo',
      ['Transfer-Encoding: CHUNKED', 'Content-Type: application/json', 'Connection: close'],
      '7\r\n{"a":1}\r\n0\r\n\r\n',
    ),
    { rule: 'RFC 9112 §7', expect: { status: [200], present: ['"a":1'] } },
  ],
  [
    'trailer-content-length',
    'a Content-Length among the trailers',
    post(
      '/echo',
      ['Transfer-Encoding: chunked', 'Content-Type: application/json', 'Connection: close'],
      '7\r\n{"a":1}\r\n0\r\nContent-Length: 1\r\n\r\n',
    ),
    { rule: 'RFC 9110 §6.5.1', expect: { status: [200, 400], answers: 1 } },
  ],
])

export const framing = [
  ...lengths,
  ...codings,
  ...chunks,
  ...lines,
  ...fields,
  ...beyond,
  ...sequences,
  ...honest,
]
