import type { Conversation, Step } from '../attack.ts'
import { fieldOf } from '../read-answers.ts'
import { ANSWERED, RECONNECTED, attacks, get } from './request.ts'

const HONEST = { status: [200], present: ['"value"'] } as const
const cookie = (name: string, ...values: readonly string[]): string =>
  get(`/cookies?name=${name}`, ...values.map((value) => `Cookie: ${value}`))

/** RFC 6265 §4.2: what a server reads; anything at all may come. */
const read = attacks('cookies', { rule: 'RFC 6265 §4.2', expect: HONEST }, [
  [
    'read',
    'an honest cookie',
    cookie('a', 'a=1'),
    { expect: { status: [200], present: ['"value":"1"'] } },
  ],
  [
    'read-duplicate',
    'two cookies of one name, of which the first is the more specific',
    cookie('a', 'a=1; a=2'),
    { rule: 'RFC 6265 §5.4', expect: { status: [200], present: ['"value":"1"'] } },
  ],
  [
    'read-two-fields',
    'cookies in two fields',
    cookie('b', 'a=1', 'b=2'),
    { rule: 'RFC 9113 §8.2.3', expect: { status: [200], present: ['"value":"2"'] } },
  ],
  [
    'read-proto',
    'a cookie called __proto__',
    cookie('polluted', '__proto__=x; polluted=no'),
    { rule: 'CWE-1321', expect: { status: [200], present: ['"value":"no"'] } },
  ],
  [
    'read-constructor',
    'whether a cookie called constructor is there when none came',
    cookie('constructor', 'a=1'),
    { rule: 'CWE-1321', expect: { status: [200], present: ['"value":null'] } },
  ],
  [
    'read-to-string',
    'whether a cookie called toString is there when none came',
    cookie('toString', 'a=1'),
    { rule: 'CWE-1321', expect: { status: [200], present: ['"value":null'] } },
  ],
  [
    'read-proto-absent',
    'whether a cookie called __proto__ is there when none came',
    cookie('__proto__', 'a=1'),
    { rule: 'CWE-1321', expect: { status: [200], present: ['"value":null'] } },
  ],
  ['read-undecodable', 'a value that cannot be decoded', cookie('a', 'a=%E0%A4%A')],
  ['read-percent', 'a value of percent signs', cookie('a', `a=${'%'.repeat(5_000)}`)],
  [
    'read-no-name',
    'a cookie without a name',
    cookie('a', '=x; a=1'),
    { expect: { status: [200], present: ['"value":"1"'] } },
  ],
  [
    'read-no-value',
    'a cookie without an equals sign',
    cookie('b', 'a; b=1'),
    { expect: { status: [200], present: ['"value":"1"'] } },
  ],
  ['read-semicolons', 'nothing but semicolons', cookie('a', ';'.repeat(10_000)), { within: 300 }],
  ['read-equals', 'nothing but equals signs', cookie('a', '='.repeat(10_000)), { within: 300 }],
  [
    'read-spaces',
    'nothing but spaces around a name',
    cookie('a', `${' '.repeat(14_000)}a${' '.repeat(500)}=1`),
    { rule: 'CWE-1333', within: 300 },
  ],
  [
    'read-many',
    'five thousand cookies',
    cookie('z', `${'a=1;'.repeat(3_500)}z=1`),
    { within: 300, clients: 10 },
  ],
  ['read-quoted', 'a value in quotes that does not end', cookie('a', 'a="1; b=2')],
  ['read-json', 'a value that is taken for JSON and is none', cookie('a', 'a=j:{"x":')],
  [
    'read-json-proto',
    'JSON in a cookie that names a prototype',
    [cookie('a', 'a=j:{"__proto__":{"polluted":1}}'), RECONNECTED, get('/polluted')],
    { rule: 'CWE-1321', expect: { present: ['clean'] } },
  ],
  ['read-bytes', 'bytes that are no text', cookie('a', 'a=\xff\xfe\x80')],
])

const WRITTEN = {
  answers: 1,
  noField: ['x-injected'],
  absent: [/^(?:(?!\r\n\r\n)[^])*[\r\n]x-injected:/i, /set-cookie:[^\r]*;\s*domain=evil/i],
} as const
/** RFC 6265 §4.1.1: what a server writes must be a cookie, whatever the user typed. */
const write = attacks('cookies', { rule: 'RFC 6265 §4.1.1', expect: WRITTEN }, [
  [
    'write-crlf',
    'a line end in a value',
    get('/cookie?value=a%0d%0aX-Injected:1'),
    { rule: 'CWE-113' },
  ],
  [
    'write-lf',
    'a line feed in a value',
    get('/cookie?value=a%0aX-Injected:1'),
    { rule: 'CWE-113' },
  ],
  ['write-attribute', 'an attribute in a value', get('/cookie?value=a;%20Domain=evil.test')],
  ['write-second', 'a second cookie in a value', get('/cookie?value=a,%20b=2;%20Domain=evil.test')],
  ['write-quote', 'a quote in a value', get('/cookie?value=%22a;%20Domain=evil.test%22')],
  [
    'write-nul',
    'a NUL in a value',
    get('/cookie?value=a%00b'),
    { expect: { ...WRITTEN, absent: [/set-cookie:[^\r]*\0/i] } },
  ],
  [
    'write-umlaut',
    'letters beyond ASCII in a value',
    get('/cookie?value=%C3%A4%E2%82%AC'),
    { expect: { absent: [/set-cookie: [^\r]*[\x80-\xff]/i] } },
  ],
  [
    'write-wide',
    'letters whose low bytes are a line end in a value',
    get('/cookie?value=a%E5%98%8D%E5%98%8AX-Injected:1'),
    { rule: 'CWE-113' },
  ],
  ['write-surrogate', 'half a surrogate pair in a value', get('/cookie?value=%ED%A0%80')],
  [
    'write-name-attribute',
    'an attribute in a name',
    get('/cookie?name=a%3Dx;%20Domain=evil.test;%20b&value=1'),
    { rule: 'CVE-2024-47764' },
  ],
  [
    'write-name-crlf',
    'a line end in a name',
    get('/cookie?name=a%0d%0aX-Injected:1&value=1'),
    { rule: 'CVE-2024-47764' },
  ],
  [
    'write-name-space',
    'a space in a name',
    get('/cookie?name=a%20b&value=1'),
    { rule: 'CVE-2024-47764', expect: { absent: [/set-cookie: a b=/i] } },
  ],
  [
    'write-path-attribute',
    'an attribute in a path',
    get('/cookie?value=1&path=/;%20Domain=evil.test'),
    { rule: 'CVE-2024-47764' },
  ],
  [
    'write-path-crlf',
    'a line end in a path',
    get('/cookie?value=1&path=/%0d%0aX-Injected:1'),
    { rule: 'CVE-2024-47764' },
  ],
  [
    'write-domain-attribute',
    'an attribute in a domain',
    get('/cookie?value=1&domain=a.test;%20Domain=evil.test'),
    { rule: 'CVE-2024-47764' },
  ],
  ['write-list', 'two values for one cookie', get('/cookie?value=a&value=b'), { rule: 'CWE-843' }],
])

/** The cookies that an answer set, as the client would send them back; of the last answer unless said. */
export function cookiesOf({ earlier, answers }: Conversation, at = -1): string {
  const answer = [...earlier, ...answers].at(at)
  const lines = answer ? (fieldOf(answer, 'set-cookie') ?? '').split('\n') : []
  return lines.map((line) => line.split(';')[0]).join('; ')
}

/** The value of one of them, still encoded. */
function setCookie(seen: Conversation, name: string): string {
  const pair = cookiesOf(seen)
    .split('; ')
    .find((each) => each.startsWith(`${name}=`))
  return pair?.slice(name.length + 1) ?? ''
}

const forged = (change: (pairs: string) => string, name = 'role'): readonly Step[] => [
  get('/sign?role=guest&note=admin'),
  ANSWERED,
  RECONNECTED,
  (seen) => get(`/signed?name=${name}`, `Cookie: ${change(cookiesOf(seen))}`),
]

/** A signature holds for what was signed, and for nothing else. */
const signed = attacks(
  'cookies',
  {
    rule: 'CWE-347',
    needs: 'signed',
    expect: { status: ['2xx', '4xx'], absent: ['"value":"admin"', '"value":"guest"'] },
  },
  [
    [
      'signed-honest',
      'an honest signed cookie',
      forged((pairs) => pairs),
      { rule: 'RFC 2104', expect: { status: [200], present: ['"value":"guest"'] } },
    ],
    [
      'signed-changed',
      'a signed value that was changed',
      forged((pairs) => pairs.replaceAll('guest', 'admin')),
    ],
    ['signed-unsigned', 'a value without a signature', forged(() => 'role=admin')],
    ['signed-empty-signature', 'an empty signature', forged(() => 'role=s%3Aadmin.; role.sig=')],
    [
      'signed-cut',
      'a signature that was cut',
      forged((pairs) => pairs.replaceAll(/[^;](?=;|$)/g, '')),
    ],
    [
      'signed-doubled',
      'a signature with more behind it',
      forged((pairs) => pairs.replaceAll(/(?=;|$)/g, 'AAAA')),
    ],
    [
      'signed-other-case',
      'a signature in other letters',
      forged((pairs) =>
        pairs.replaceAll(
          /(\.sig=|\.)([^.;]*)(?=;|$)/g,
          (_, dot: string, mac: string) => dot + mac.toUpperCase(),
        ),
      ),
    ],
    [
      'signed-null',
      'a signature of zero bytes',
      forged(() => `role=s%3Aadmin.${'A'.repeat(43)}; role.sig=${'A'.repeat(27)}`),
    ],
    [
      'signed-long',
      'a signature of 10,000 letters',
      forged(() => `role=s%3Aadmin.${'A'.repeat(10_000)}; role.sig=${'A'.repeat(100)}`),
    ],
    [
      'signed-other-cookie',
      'a value that was signed for another cookie',
      forged((pairs) =>
        pairs.replaceAll(/role(\.sig)?=[^;]*(; )?/g, '').replaceAll('note', 'role'),
      ),
      { rule: 'CWE-345' },
    ],
    [
      'signed-session-name',
      "a value that was signed for another cookie, under the session's name",
      [
        get('/sign?role=guest&note=admin'),
        ANSWERED,
        RECONNECTED,
        (seen) =>
          get(
            '/signed?session',
            `Cookie: ${['__Host-sid', 'connect.sid', 'sessionId', 'koa.sess'].map((name) => `${name}=${setCookie(seen, 'note')}`).join('; ')}`,
          ),
      ],
      { rule: 'CWE-345' },
    ],
  ],
)

export const cookies = [...read, ...write, ...signed]
