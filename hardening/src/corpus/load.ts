import { gzipSync } from 'node:zlib'

import type { Step } from '../attack.ts'
import { RECONNECTED, ask, attacks, get, post, send } from './request.ts'

const HEAD = 'GET / HTTP/1.1\r\nHost: a.test\r\n'
/** Sends a text byte by byte, with a pause before each. */
const drip = (text: string, pause: number): Step[] =>
  text.split('').flatMap((byte) => [{ pause }, byte])
const OPEN = { status: ['open', 'none', '2xx', '3xx', '4xx'] } as const

/** Many that hold on to a connection. The honest client beside them must not notice. */
const many = attacks('load', { rule: 'CWE-400', expect: OPEN, within: 3_000, anywhere: true }, [
  ['silent', 'three hundred connections that say nothing', [{ pause: 300 }], { clients: 300 }],
  [
    'half-heads',
    'three hundred heads that do not end',
    [HEAD, { pause: 300 }],
    { clients: 300, rule: 'CVE-2007-6750' },
  ],
  [
    'half-bodies',
    'two hundred bodies that do not come',
    [post('/', ['Content-Length: 1000000', 'Content-Type: application/json'], '{'), { pause: 300 }],
    { clients: 200, rule: 'CVE-2007-6750' },
  ],
  [
    'dripping-heads',
    'fifty heads that come byte by byte',
    [HEAD, ...drip('X-A: b\r\nX-C: d\r\n', 20)],
    { clients: 50, rule: 'CVE-2018-12122' },
  ],
  [
    'dripping-bodies',
    'fifty bodies that come byte by byte',
    [
      post('/', ['Content-Length: 1000', 'Content-Type: application/json']),
      ...drip('{"a":"bcdefghij', 20),
    ],
    { clients: 50, rule: 'CVE-2018-12122' },
  ],
  ['leaving', 'three hundred clients that leave at once', [HEAD, RECONNECTED], { clients: 300 }],
  [
    'pipelined',
    'five hundred requests on one connection',
    [ask('GET / HTTP/1.1', 'Host: a.test').repeat(500) + get('/')],
    { rule: 'RFC 9112 §9.3.2', expect: { status: ['2xx', '3xx', '4xx'] } },
  ],
  [
    'refused',
    'a hundred heads that are too large',
    [ask('GET / HTTP/1.1', 'Host: a.test', `X: ${'a'.repeat(20_000)}`)],
    { clients: 100, rule: 'RFC 6585 §5', expect: { status: [431] } },
  ],
  [
    'no-http',
    'two hundred clients that speak something else',
    ['\x16\x03\x01\x02\x00\x01\x00\r\n\r\n'],
    { clients: 200, rule: 'RFC 9112 §3', expect: { status: ['4xx'], closed: true } },
  ],
  [
    'upgrades',
    'two hundred upgrades that nobody offers',
    [
      ask(
        'GET / HTTP/1.1',
        'Host: a.test',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ),
    ],
    { clients: 200, rule: 'RFC 6455 §4.2.2', expect: { status: ['2xx', '3xx', '4xx', 'none'] } },
  ],
])

/** Those that never end must be ended; the apps of the corpus allow a head 1 s and a request 1.5 s. */
const ended = attacks(
  'load',
  { rule: 'CVE-2018-12122', expect: { status: [408, 'none'], closed: true }, within: 4_000 },
  [
    ['head-never', 'a head that never ends', [HEAD], { clients: 20 }],
    [
      'body-never',
      'a body that never comes',
      [post('/echo', ['Content-Length: 1000', 'Content-Type: application/json'], '{')],
      { clients: 20, expect: { status: ['4xx', 'none'], closed: true } },
    ],
    [
      'upload-never',
      'an upload that never ends',
      [
        post(
          '/upload',
          ['Content-Length: 100000', 'Content-Type: multipart/form-data; boundary=x'],
          '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
        ),
      ],
      { clients: 20, expect: { status: ['4xx', 'none'], closed: true } },
    ],
  ],
)

const work = attacks(
  'load',
  { rule: 'CWE-400', expect: { status: ['2xx', '4xx'] }, within: 3_000 },
  [
    [
      'json',
      'fifty bodies of 90 KB at once',
      [send('/echo', 'application/json', `[${'"abcdefgh",'.repeat(8_000)}1]`)],
      { clients: 50 },
    ],
    [
      'uploads',
      'twenty files of 500 KB at once',
      [
        send(
          '/upload',
          'multipart/form-data; boundary=x',
          `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${'x'.repeat(500_000)}\r\n--x--\r\n`,
        ),
      ],
      { clients: 20 },
    ],
    [
      'gzip-bombs',
      'twenty bodies of twenty megabytes in gzip',
      [
        send(
          '/echo',
          'application/json',
          gzipSync(Buffer.alloc(20_000_000, 49)).toString('latin1'),
          'Content-Encoding: gzip',
        ),
      ],
      { clients: 20, rule: 'CWE-409' },
    ],
    [
      'deep-json',
      'twenty bodies of nested lists',
      [send('/echo', 'application/json', '['.repeat(45_000) + ']'.repeat(45_000))],
      { clients: 20, rule: 'CWE-674' },
    ],
    [
      'forms',
      'twenty forms of ten thousand names',
      [
        send(
          '/echo',
          'application/x-www-form-urlencoded',
          Array.from({ length: 10_000 }, (_, i) => `${i.toString(36)}=1`).join('&'),
        ),
      ],
      { clients: 20, rule: 'CVE-2025-13466' },
    ],
    ['files', 'forty files at once', [get('/big.txt')], { clients: 40 }],
    ['missing', 'three hundred paths that are not there', [get('/none')], { clients: 300 }],
    [
      'expensive-paths',
      'fifty paths of fourteen thousand dots',
      [get('/..'.repeat(5_000))],
      { clients: 50, rule: 'CWE-1333' },
    ],
  ],
)

export const load = [...many, ...ended, ...work]
