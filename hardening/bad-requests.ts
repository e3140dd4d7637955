/** One hostile or broken request, byte for byte, and what a standard or an advisory asks of a server. */
export interface BadRequest {
  readonly name: string
  /** The rule that decides the expectation; never what this project happens to answer. */
  readonly source: string
  /** Latin-1 text, sent as it is. */
  readonly bytes: string
  /** The status of the first answer; several where the rule leaves a choice. */
  readonly status: readonly number[]
}

const CRLF = '\r\n'
const ask = (...lines: readonly string[]): string => [...lines, '', ''].join(CRLF)
const get = (...fields: readonly string[]): string =>
  ask('GET / HTTP/1.1', 'Host: a.test', ...fields)
const post = (fields: readonly string[], body: string): string =>
  ask('POST /echo HTTP/1.1', 'Host: a.test', ...fields) + body

const HOST = 'RFC 9112 §3.2'
const FRAMING = 'RFC 9112 §6.3'

export const badRequests: readonly BadRequest[] = [
  // Who is asked
  { name: 'no Host', source: HOST, bytes: ask('GET / HTTP/1.1'), status: [400] },
  {
    name: 'two Host fields',
    source: HOST,
    bytes: ask('GET / HTTP/1.1', 'Host: a.test', 'Host: b.test'),
    status: [400],
  },
  {
    name: 'two equal Host fields',
    source: HOST,
    bytes: ask('GET / HTTP/1.1', 'Host: a.test', 'Host: a.test'),
    status: [400],
  },
  {
    name: 'a list of hosts',
    source: HOST,
    bytes: ask('GET / HTTP/1.1', 'Host: a.test, b.test'),
    status: [400],
  },
  {
    name: 'a Host with a path',
    source: HOST,
    bytes: ask('GET / HTTP/1.1', 'Host: a.test/admin'),
    status: [400],
  },
  {
    name: 'a Host with user information',
    source: 'CVE-2026-27959',
    bytes: ask('GET / HTTP/1.1', 'Host: evil.test:fake@a.test'),
    status: [400],
  },
  {
    name: 'a Host with a space',
    source: HOST,
    bytes: ask('GET / HTTP/1.1', 'Host: a.test b.test'),
    status: [400],
  },
  {
    name: 'a Host whose port is no number',
    source: HOST,
    bytes: ask('GET / HTTP/1.1', 'Host: a.test:eighty'),
    status: [400],
  },
  {
    name: 'an absolute target that disagrees with Host',
    source: 'RFC 9112 §3.2.2',
    bytes: ask('GET http://b.test/ HTTP/1.1', 'Host: a.test'),
    status: [400],
  },

  // What is asked
  {
    name: 'an encoded NUL in the path',
    source: 'RFC 3986 §7.3',
    bytes: ask('GET /a%00b HTTP/1.1', 'Host: a.test'),
    status: [400],
  },
  {
    name: 'an encoded line feed in the path',
    source: 'RFC 3986 §7.3',
    bytes: ask('GET /a%0ab HTTP/1.1', 'Host: a.test'),
    status: [400],
  },
  {
    name: 'a backslash in the path',
    source: 'WHATWG URL §4.4',
    bytes: ask('GET /a\\b HTTP/1.1', 'Host: a.test'),
    status: [400],
  },
  {
    name: 'an encoded backslash in the path',
    source: 'CVE-2026-54286',
    bytes: ask('GET /a%5Cb HTTP/1.1', 'Host: a.test'),
    status: [400],
  },
  {
    name: 'a request line with a space too many',
    source: 'RFC 9112 §3',
    bytes: ask('GET / HTTP/1.1 x', 'Host: a.test'),
    status: [400],
  },
  {
    name: 'a version that is none',
    source: 'RFC 9112 §2.3',
    bytes: ask('GET / HTTP/x.1', 'Host: a.test'),
    status: [400, 505],
  },

  // Where the body ends
  {
    name: 'Content-Length beside Transfer-Encoding',
    source: FRAMING,
    bytes: post(['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    status: [400],
  },
  {
    name: 'two Content-Lengths that differ',
    source: FRAMING,
    bytes: post(['Content-Length: 5', 'Content-Length: 6'], 'hello'),
    status: [400],
  },
  {
    name: 'a list in Content-Length',
    source: FRAMING,
    bytes: post(['Content-Length: 5, 6'], 'hello'),
    status: [400],
  },
  {
    name: 'a signed Content-Length',
    source: 'RFC 9110 §8.6',
    bytes: post(['Content-Length: +5'], 'hello'),
    status: [400],
  },
  {
    name: 'a negative Content-Length',
    source: 'RFC 9110 §8.6',
    bytes: post(['Content-Length: -5'], 'hello'),
    status: [400],
  },
  {
    name: 'a hexadecimal Content-Length',
    source: 'RFC 9110 §8.6',
    bytes: post(['Content-Length: 0x5'], 'hello'),
    status: [400],
  },
  {
    name: 'a Transfer-Encoding that does not end in chunked',
    source: FRAMING,
    bytes: post(['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'),
    status: [400, 501],
  },
  {
    name: 'a Transfer-Encoding that nobody knows',
    source: FRAMING,
    bytes: post(['Transfer-Encoding: xchunked'], '0\r\n\r\n'),
    status: [400, 501],
  },
  {
    name: 'a chunk size that is no number',
    source: 'RFC 9112 §7.1',
    bytes: post(
      ['Transfer-Encoding: chunked', 'Content-Type: text/plain'],
      'zz\r\nhello\r\n0\r\n\r\n',
    ),
    status: [400],
  },
  {
    name: 'a chunk size beyond all numbers',
    source: 'RFC 9112 §7.1',
    bytes: post(
      ['Transfer-Encoding: chunked', 'Content-Type: text/plain'],
      'fffffffffffffffff\r\nhello',
    ),
    status: [400],
  },
  {
    name: 'chunk extensions without end',
    source: 'CVE-2024-22019',
    bytes: post(
      ['Transfer-Encoding: chunked', 'Content-Type: text/plain'],
      `5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
    ),
    status: [400, 413],
  },

  // Header fields
  {
    name: 'white space before the colon',
    source: 'RFC 9112 §5.1',
    bytes: get('X-Test : 1'),
    status: [400],
  },
  { name: 'a folded field', source: 'RFC 9112 §5.2', bytes: get('X-Test: 1', ' 2'), status: [400] },
  { name: 'a NUL in a field', source: 'RFC 9110 §5.5', bytes: get('X-Test: a\0b'), status: [400] },
  {
    name: 'a bare carriage return in a field',
    source: 'RFC 9112 §2.2',
    bytes: get('X-Test: a\rb'),
    status: [400],
  },
  {
    name: 'a field name that is no token',
    source: 'RFC 9110 §5.1',
    bytes: get('X(Test): 1'),
    status: [400],
  },
  {
    name: 'header fields of more than 16 KiB',
    source: 'RFC 6585 §5',
    bytes: get(`X-Test: ${'a'.repeat(20_000)}`),
    status: [431],
  },
  {
    name: 'an expectation that nobody can meet',
    source: 'RFC 9110 §10.1.1',
    bytes: get('Expect: the-unexpected'),
    status: [417],
  },

  // The body itself
  {
    name: 'JSON that is none',
    source: 'RFC 8259',
    bytes: post(['Content-Type: application/json', 'Content-Length: 5'], '{"a":'),
    status: [400],
  },
  {
    name: 'a JSON body past the limit',
    source: 'RFC 9110 §15.5.14',
    bytes: post(['Content-Type: application/json', 'Content-Length: 200000'], '1'.repeat(200_000)),
    status: [413],
  },
  {
    name: 'a charset that nobody knows',
    source: 'RFC 9110 §15.5.16',
    bytes: post(['Content-Type: application/json; charset=x-none', 'Content-Length: 2'], '{}'),
    status: [415],
  },
  {
    name: 'a Content-Encoding that nobody knows',
    source: 'RFC 9110 §8.4',
    bytes: post(
      ['Content-Type: application/json', 'Content-Encoding: x-none', 'Content-Length: 2'],
      '{}',
    ),
    status: [415],
  },
  {
    name: 'a gzip body that is none',
    source: 'RFC 9110 §15.5.1',
    bytes: post(
      ['Content-Type: application/json', 'Content-Encoding: gzip', 'Content-Length: 2'],
      '{}',
    ),
    status: [400],
  },
  {
    name: 'a form with a thousand keys too many',
    source: 'CVE-2025-13466',
    bytes: form('a=1&'.repeat(2_000)),
    status: [413],
  },
  {
    name: 'a form nested without end',
    source: 'CVE-2024-45590',
    bytes: form(`a${'[b]'.repeat(5_000)}=1`),
    status: [400],
  },
]

function form(body: string): string {
  return post(
    ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`],
    body,
  )
}
