import { ANSWERED, RECONNECTED, attacks, get, post, send, utf8 } from './request.ts'

const TYPE = 'multipart/form-data; boundary=x'
const form = (body: string, type = TYPE): string => send('/upload', type, body)
const part = (head: string, body = 'text'): string => `--x\r\n${head}\r\n\r\n${body}\r\n`
const field = (name: string, value = 'text'): string =>
  part(`Content-Disposition: form-data; name="${name}"`, value)
const file = (name: string, body = 'bytes', more = ''): string =>
  part(
    `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream${more}`,
    body,
  )
const END = '--x--\r\n'

const MALFORMED = { status: ['4xx'], answers: 1 } as const
const malformed = attacks('multipart', { rule: 'RFC 2046 §5.1.1', expect: MALFORMED }, [
  ['boundary-none', 'no boundary', form(field('a') + END, 'multipart/form-data')],
  ['boundary-empty', 'an empty boundary', form(field('a') + END, 'multipart/form-data; boundary=')],
  [
    'boundary-quoted-empty',
    'an empty boundary in quotes',
    form(field('a') + END, 'multipart/form-data; boundary=""'),
  ],
  [
    'boundary-other',
    'a body with another boundary',
    form((field('a') + END).replaceAll('--x', '--y')),
  ],
  ['end-none', 'no end', form(field('a'))],
  ['end-cut', 'an end that is cut', form(`${field('a')}--x-`)],
  [
    'end-in-head',
    'an end in the head of a part',
    form('--x\r\nContent-Disposition: form-data; na'),
  ],
  [
    'end-in-file',
    'an end in a file',
    form('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf a fi'),
  ],
  ['empty', 'a body of nothing', form('')],
  ['garbage', 'a body that is none', form('garbage'.repeat(1_000))],
  [
    'head-no-colon',
    'a field without a colon in the head of a part',
    form(part('Content-Disposition') + END),
    { rule: 'CVE-2025-7338' },
  ],
  [
    'head-none',
    'a part without a head',
    form(`--x\r\n\r\ntext\r\n${END}`),
    { rule: 'RFC 7578 §4.2', expect: { status: ['2xx', '4xx'], absent: ['"text"'] } },
  ],
  [
    'name-none',
    'a part without a name',
    form(part('Content-Disposition: form-data') + END),
    { rule: 'RFC 7578 §4.2', expect: { status: ['2xx', '4xx'], absent: ['"text"'] } },
  ],
  [
    'disposition-none',
    'a part without a disposition',
    form(part('Content-Type: text/plain') + END),
    { rule: 'RFC 7578 §4.2', expect: { status: ['2xx', '4xx'], absent: ['"text"'] } },
  ],
  [
    'disposition-other',
    'a part that is no form data',
    form(part('Content-Disposition: attachment; name="a"') + END),
    { rule: 'RFC 7578 §4.2', expect: { status: ['2xx', '4xx'], absent: ['"text"'] } },
  ],
  [
    'name-unclosed',
    'a name with a quote that does not end',
    form(part('Content-Disposition: form-data; name="a') + END),
    { rule: 'CVE-2025-47944', expect: { status: ['2xx', '4xx'] } },
  ],
  [
    'head-nul',
    'a NUL in the head of a part',
    form(part('Content-Disposition: form-data; name="a\0b"') + END),
    { rule: 'RFC 9110 §5.5', expect: { status: ['2xx', '4xx'] } },
  ],
  [
    'lines-lf',
    'lines that end with a bare LF',
    form((field('a') + END).replaceAll('\r\n', '\n')),
    { expect: { status: ['2xx', '4xx'] } },
  ],
])

const GUARDED = { status: ['2xx', '4xx'], absent: ['..', '\\\\', '/etc', 'C:'] } as const
const names = attacks('multipart', { rule: 'RFC 7578 §4.2', expect: GUARDED }, [
  [
    'file-name-parent',
    'a parent in the name of a file',
    form(file('../../evil.txt') + END),
    { rule: 'CWE-22' },
  ],
  [
    'file-name-absolute',
    'a name from the root of the disk',
    form(file('/etc/passwd') + END),
    { rule: 'CWE-22' },
  ],
  [
    'file-name-drive',
    'a name from the root of a drive',
    form(file('C:\\\\Windows\\\\evil.txt') + END),
    { rule: 'CWE-22' },
  ],
  [
    'file-name-backslash',
    'a parent with backslashes',
    form(file('..\\\\..\\\\evil.txt') + END),
    { rule: 'CWE-22' },
  ],
  [
    'file-name-encoded',
    'an extended name with an encoded parent',
    form(
      part('Content-Disposition: form-data; name="file"; filename*=UTF-8\'\'..%2F..%2Fevil.txt') +
        END,
    ),
    { rule: 'CWE-22' },
  ],
  ['file-name-only-dots', 'a name that is the parent', form(file('..') + END), { rule: 'CWE-22' }],
  [
    'file-name-nul',
    'a NUL in the name of a file',
    form(file('evil.php\0.png') + END),
    { rule: 'CWE-158', expect: { status: ['2xx', '4xx'], absent: ['\0', String.raw`\u0000`] } },
  ],
  [
    'file-name-crlf',
    'an encoded line end in the name of a file',
    form(file('a%0d%0aX: 1') + END),
    {
      rule: 'CWE-93',
      expect: { status: ['2xx', '4xx'], absent: [String.raw`\r\n`, String.raw`\n`] },
    },
  ],
  [
    'file-name-bidi',
    'a name that reads backwards',
    form(file(utf8('gpj.\u202Eexe')) + END),
    {
      rule: 'CVE-2021-42574',
      expect: { status: ['2xx', '4xx'], absent: [utf8('\u202E'), String.raw`\u202e`] },
    },
  ],
  [
    'file-name-charset',
    'an extended name in a charset that nobody knows',
    form(part('Content-Disposition: form-data; name="file"; filename*=x-none\'\'a%FF.txt') + END),
    { rule: 'RFC 8187 §3.2.1', expect: { status: ['2xx', '4xx'] } },
  ],
  [
    'file-name-undecodable',
    'an extended name that cannot be decoded',
    form(part('Content-Disposition: form-data; name="file"; filename*=UTF-8\'\'%E0%A4%A') + END),
    { rule: 'RFC 8187 §3.2.1', expect: { status: ['2xx', '4xx'] } },
  ],
  [
    'file-name-endless',
    'a name of 10,000 letters',
    form(file('a'.repeat(10_000)) + END),
    { rule: 'CWE-770', expect: { status: ['2xx', '4xx'], absent: ['a'.repeat(9_000)] } },
  ],
  [
    'name-empty',
    'a field with an empty name',
    form(field('') + END),
    { rule: 'CVE-2025-48997', expect: { status: ['2xx', '4xx'] } },
  ],
  [
    'file-field-empty',
    'a file of a field with an empty name',
    form(file('a.txt').replace('name="file"', 'name=""') + END),
    { rule: 'CVE-2025-48997', expect: { status: ['2xx', '4xx'] } },
  ],
  [
    'name-proto',
    'a field called __proto__',
    [
      form(field('__proto__', 'x') + field('__proto__[polluted]', 'x') + END),
      ANSWERED,
      RECONNECTED,
      get('/polluted'),
    ],
    { rule: 'CWE-1321', expect: { status: ['2xx', '4xx'], present: ['clean'] } },
  ],
  [
    'name-proto-deep',
    'a field that names a prototype inside',
    [form(field('a[__proto__][polluted]', 'x') + END), ANSWERED, RECONNECTED, get('/polluted')],
    { rule: 'CWE-1321', expect: { status: ['2xx', '4xx'], present: ['clean'] } },
  ],
  [
    'name-constructor',
    'a field that names the prototype of a constructor',
    [
      form(field('constructor[prototype][polluted]', 'x') + END),
      ANSWERED,
      RECONNECTED,
      get('/polluted'),
    ],
    { rule: 'CWE-1321', expect: { status: ['2xx', '4xx'], present: ['clean'] } },
  ],
  [
    'name-to-string',
    'fields with names that every object has',
    form(field('toString') + field('hasOwnProperty') + field('toJSON') + END),
    { rule: 'CWE-1321', expect: { status: ['2xx', '4xx'] } },
  ],
  [
    'file-other-field',
    'a file in a field that none is expected in',
    form(file('a.txt').replace('name="file"', 'name="other"') + END),
    { rule: 'CWE-434', expect: { status: ['2xx', '4xx'] } },
  ],
])

const bounded = attacks(
  'multipart',
  { rule: 'RFC 9110 §15.5.14', expect: { status: ['4xx'], answers: 1 }, within: 1_500 },
  [
    ['file-large', 'a file past the limit', form(file('a', 'x'.repeat(3_000_000)) + END)],
    [
      'file-large-chunked',
      'a file past the limit in chunks',
      post(
        '/upload',
        [`Content-Type: ${TYPE}`, 'Transfer-Encoding: chunked', 'Connection: close'],
        ((body) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)(
          file('a', 'x'.repeat(3_000_000)) + END,
        ),
      ),
    ],
    ['files-many', 'five hundred files', form(file('a').repeat(500) + END), { rule: 'CWE-770' }],
    [
      'fields-many',
      'five thousand fields',
      form(field('a').repeat(5_000) + END),
      { rule: 'CWE-770' },
    ],
    ['field-large', 'a field of three megabytes', form(field('a', 'x'.repeat(3_000_000)) + END)],
    [
      'name-large',
      'a field with a name of 90,000 letters',
      form(field('a'.repeat(90_000)) + END),
      { rule: 'CWE-770' },
    ],
    [
      'head-many',
      'a part with five thousand fields in its head',
      form(part(`Content-Disposition: form-data; name="a"${'\r\nX: 1'.repeat(5_000)}`) + END),
      { rule: 'CWE-770' },
    ],
    [
      'head-large',
      'a part with a head of 90,000 bytes',
      form(part(`Content-Disposition: form-data; name="a"\r\nX: ${'a'.repeat(90_000)}`) + END),
      { rule: 'CWE-770' },
    ],
    [
      'announced',
      'ten gigabytes that are only announced',
      post(
        '/upload',
        [`Content-Type: ${TYPE}`, 'Content-Length: 10000000000'],
        file('a', 'x'.repeat(3_000_000)),
      ),
    ],
  ],
)

const QUICK = { status: ['2xx', '4xx'] } as const
const costs = attacks('multipart', { rule: 'CWE-407', expect: QUICK, within: 1_000 }, [
  [
    'preamble',
    'a megabyte before the first boundary',
    form('y'.repeat(1_000_000) + field('a') + END),
  ],
  [
    'epilogue',
    'a megabyte behind the last boundary',
    form(field('a') + END + 'y'.repeat(1_000_000)),
  ],
  [
    'near-boundaries',
    'a file of what is nearly the boundary',
    form(file('a', '\r\n--y'.repeat(150_000)) + END),
  ],
  ['line-ends', 'a file of nothing but line ends', form(file('a', '\r\n'.repeat(450_000)) + END)],
  [
    'carriage-returns',
    'a file of nothing but carriage returns',
    form(file('a', '\r'.repeat(900_000)) + END),
  ],
  ['dashes', 'a file of nothing but dashes', form(file('a', '-'.repeat(900_000)) + END)],
  [
    'boundary-long',
    'a boundary of 10,000 letters',
    form(
      field('a').replaceAll('--x', `--${'x'.repeat(10_000)}`),
      `multipart/form-data; boundary=${'x'.repeat(10_000)}`,
    ),
  ],
  [
    'boundary-pattern',
    'a boundary of what means something in a pattern',
    form(
      field('a').replaceAll('--x', '--(a+)+$') + '--(a+)+$--\r\n',
      'multipart/form-data; boundary="(a+)+$"',
    ),
    { rule: 'CWE-1333' },
  ],
  [
    'parameters-many',
    'a disposition with five thousand parameters',
    form(part(`Content-Disposition: form-data; name="a"${'; x=1'.repeat(5_000)}`) + END),
    { rule: 'CWE-1333' },
  ],
  [
    'parameters-quotes',
    'a disposition of escaped quotes',
    form(part(`Content-Disposition: form-data; name="${'\\"'.repeat(10_000)}`) + END),
    { rule: 'CWE-1333' },
  ],
  [
    'nesting',
    'a field nested four thousand times',
    form(field(`a${'[b]'.repeat(4_000)}`) + END),
    { rule: 'CWE-674' },
  ],
  [
    'index',
    'an index of a list beyond all lists',
    form(field('a[4294967294]') + END),
    { rule: 'CWE-770' },
  ],
  [
    'mixed',
    'a multipart in a multipart',
    form(
      part(
        'Content-Disposition: form-data; name="a"\r\nContent-Type: multipart/mixed; boundary=z',
        '--z\r\n\r\ntext\r\n--z--',
      ) + END,
    ),
    { rule: 'RFC 7578 §4.3' },
  ],
  [
    'transfer-encoding',
    'a part in an encoding that is none',
    form(
      part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: x-none') + END,
    ),
    { rule: 'RFC 7578 §4.7' },
  ],
  [
    'boundary-in-body',
    'a boundary in the middle of a line',
    form(field('a', 'text--x--text') + END),
    { rule: 'RFC 2046 §5.1.1', expect: { status: [200], present: ['text--x--text'] } },
  ],
  [
    'aborted',
    'a client that leaves in the middle of a file',
    [
      post(
        '/upload',
        [`Content-Type: ${TYPE}`, 'Content-Length: 1000000'],
        file('a', 'x'.repeat(1_000)),
      ),
      { pause: 20 },
      RECONNECTED,
      get('/'),
    ],
    { rule: 'CVE-2025-47935', expect: { status: [200] } },
  ],
  [
    'aborted-head',
    'a client that leaves in the head of a part',
    [
      post('/upload', [`Content-Type: ${TYPE}`, 'Content-Length: 1000000'], '--x\r\nContent-Dis'),
      { pause: 20 },
      RECONNECTED,
      get('/'),
    ],
    { rule: 'CVE-2025-47935', expect: { status: [200] } },
  ],
  [
    'honest',
    'an honest form',
    form(field('a', 'honest') + file('photo.png') + END),
    { rule: 'RFC 7578 §4.2', expect: { status: [200], present: ['honest', 'photo.png'] } },
  ],
  [
    'honest-utf8',
    'an honest name beyond ASCII',
    form(file(utf8('zoë.txt')) + END),
    { rule: 'RFC 7578 §5.1', expect: { status: [200], present: [utf8('zoë.txt')] } },
  ],
])

export const multipart = [...malformed, ...names, ...bounded, ...costs]
