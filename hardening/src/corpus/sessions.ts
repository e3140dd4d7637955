import type { Step } from '../attack.ts'
import { cookiesOf } from './cookies.ts'
import { ANSWERED, RECONNECTED, attacks, get, send } from './request.ts'

/** Somebody logs in, and the cookies that he got are changed and used at another place. */
const after = (
  first: string,
  change: (pairs: string) => string,
  path = '/me',
  ...fields: string[]
): readonly Step[] => [
  get(first),
  ANSWERED,
  RECONNECTED,
  (seen) => get(path, `Cookie: ${change(cookiesOf(seen))}`, ...fields),
]
const login = (change: (pairs: string) => string): readonly Step[] => after('/login', change)
const as = (cookie: string): string => get('/me', `Cookie: ${cookie}`)
const NAMES = ['__Host-sid', 'connect.sid', 'koa.sess', 'sessionId']
const everywhere = (value: string): string => NAMES.map((name) => `${name}=${value}`).join('; ')

const STRANGER = { absent: ['user ada'] } as const
const forged = attacks('sessions', { rule: 'CWE-384', needs: 'session', expect: STRANGER }, [
  [
    'honest',
    'an honest session',
    login((pairs) => pairs),
    { rule: 'RFC 6265 §5.4', expect: { status: [200], present: ['user ada'] } },
  ],
  ['none', 'nobody', get('/me'), { rule: 'CWE-306' }],
  [
    'invented',
    'an id that a client has invented',
    as(everywhere('invented-by-the-client')),
    { expect: { absent: ['user ada', 'invented-by-the-client'] } },
  ],
  [
    'invented-signed',
    'an invented id with an invented signature',
    as(everywhere(`s%3Ainvented.${'A'.repeat(43)}`)),
    { expect: { absent: ['user ada', 'invented'] } },
  ],
  [
    'unsigned',
    'an id without its signature',
    login((pairs) =>
      pairs.replaceAll(/\.[^.;]+(?=;|$)/g, '').replaceAll(/koa\.sess[^;]*/g, 'koa.sess=x'),
    ),
    { rule: 'CWE-347' },
  ],
  [
    'changed',
    'an id that was changed',
    login((pairs) =>
      pairs.replaceAll(
        /=(s%3A)?(.)/gi,
        (_, sign = '', letter: string) => `=${sign}${letter === 'A' ? 'B' : 'A'}`,
      ),
    ),
    { rule: 'CWE-347' },
  ],
  [
    'cut',
    'a cookie that was cut',
    login((pairs) => pairs.replaceAll(/.{12}(?=;|$)/g, '')),
    { rule: 'CWE-347' },
  ],
  ['proto', 'an id that every object has', as(everywhere('__proto__')), { rule: 'CWE-1321' }],
  [
    'to-string',
    'another id that every object has',
    as(everywhere('s%3AtoString.x')),
    { rule: 'CWE-1321' },
  ],
  ['path', 'an id that is a path', as(everywhere('..%2F..%2Fetc%2Fpasswd')), { rule: 'CWE-22' }],
  ['nul', 'an id with a NUL', as(everywhere('a%00b')), { rule: 'CWE-158' }],
  [
    'undecodable',
    'an id that cannot be decoded',
    as(everywhere('%E0%A4%A')),
    { expect: { status: ['2xx', '4xx'], absent: ['user ada'] } },
  ],
  ['json', 'an id that is JSON', as(everywhere('j:{"user":"ada"}')), { rule: 'CWE-843' }],
  [
    'base64-json',
    'the data of a session for its id',
    as(everywhere('eyJ1c2VyIjoiYWRhIn0=')),
    { rule: 'CWE-565' },
  ],
  [
    'long',
    'an id of 15,000 letters',
    as(`__Host-sid=${'a'.repeat(15_000)}`),
    { rule: 'CWE-770', expect: { status: ['2xx', '4xx'], absent: ['user ada'] } },
  ],
  [
    'many',
    'five hundred cookies of the name of the session',
    as('__Host-sid=x; connect.sid=x; sessionId=x; koa.sess=x;'.repeat(120)),
    { rule: 'CWE-770', within: 300, expect: { status: ['2xx', '4xx'], absent: ['user ada'] } },
  ],
  [
    'tossed',
    'a cookie of the same name in front, tossed by a neighbour',
    login((pairs) => `${everywhere('tossed')}; ${pairs}`),
    { rule: 'RFC 6265 §8.6', expect: { status: [200], present: ['user ada'] } },
  ],
  [
    'in-query',
    'an id in the query',
    after('/login', (pairs) => pairs, '/none')
      .slice(0, 3)
      .concat((seen) => get(`/me?${cookiesOf(seen).replaceAll('; ', '&')}`)),
    { rule: 'CWE-598' },
  ],
])

const lives = attacks('sessions', { rule: 'CWE-613', needs: 'session', expect: STRANGER }, [
  [
    'fixed',
    'an id from before the login is used behind it',
    [
      get('/visit'),
      ANSWERED,
      RECONNECTED,
      (seen) => get('/login', `Cookie: ${cookiesOf(seen)}`),
      ANSWERED,
      RECONNECTED,
      (seen) => get('/me', `Cookie: ${cookiesOf(seen, 0)}`),
    ],
    { rule: 'CWE-384' },
  ],
  [
    'logged-out',
    'a cookie from before the logout',
    [
      get('/login'),
      ANSWERED,
      RECONNECTED,
      (seen) => get('/logout', `Cookie: ${cookiesOf(seen)}`),
      ANSWERED,
      RECONNECTED,
      (seen) => get('/me', `Cookie: ${cookiesOf(seen, 0)}`),
    ],
  ],
])

const SET = /^(?:__Host-sid|connect\.sid|koa\.sess|sessionId)=/m
const written = attacks('sessions', { rule: 'RFC 6265bis §4.1.2', needs: 'session', expect: {} }, [
  [
    'attributes',
    'the cookie of a session is not for scripts, and stays within its site',
    get('/login'),
    {
      rule: 'RFC 6265bis §8.8',
      expect: { field: { 'set-cookie': /^(?=.*; HttpOnly)(?=.*; SameSite=(?:Lax|Strict))/i } },
    },
  ],
  [
    'not-shared',
    'an answer with the cookie of a session is not for caches',
    get('/visit'),
    {
      rule: 'RFC 9111 §7.3',
      expect: { field: { 'set-cookie': SET, 'cache-control': /private|no-store/i } },
    },
  ],
  [
    'unused',
    'a visitor who needs no session gets none',
    get('/'),
    { rule: 'CWE-770', expect: { status: [200], noField: ['set-cookie'] } },
  ],
])

/** The page of another site has the browser send what it wants, cookies included. */
const forge = (...fields: string[]): readonly Step[] => [
  get('/login'),
  ANSWERED,
  RECONNECTED,
  (seen) =>
    send(
      '/transfer',
      'application/x-www-form-urlencoded',
      'to=mallory',
      `Cookie: ${cookiesOf(seen) || 'sid=x'}`,
      ...fields,
    ),
]
const csrf = attacks(
  'sessions',
  { rule: 'CWE-352', needs: 'csrf', expect: { status: ['4xx'], absent: ['transferred'] } },
  [
    [
      'csrf-cross-site',
      'a form of another site',
      forge('Sec-Fetch-Site: cross-site', 'Origin: http://evil.test'),
    ],
    [
      'csrf-same-site',
      'a form of a neighbour',
      forge('Sec-Fetch-Site: same-site', 'Origin: http://evil.a.test'),
    ],
    [
      'csrf-origin',
      'a form of another site, by a browser that only says its origin',
      forge('Origin: http://evil.test'),
    ],
    ['csrf-null', 'a form of a page without an origin', forge('Origin: null')],
    [
      'csrf-prefix',
      'a form of a site whose name begins alike',
      forge('Origin: http://a.test.evil.test'),
    ],
    ['csrf-port', 'a form of another port', forge('Origin: http://a.test:81')],
    [
      'csrf-token',
      'an invented token',
      forge('Origin: http://evil.test', 'X-CSRF-Token: invented'),
    ],
    [
      'csrf-honest',
      'a form of the site itself',
      forge('Sec-Fetch-Site: same-origin', 'Origin: http://a.test'),
      { rule: 'Fetch Metadata §2.3', expect: { status: [200], present: ['transferred'] } },
    ],
  ],
)

const basic = (credentials: string): string => get('/vault', `Authorization: ${credentials}`)
const of = (text: string): string => `Basic ${Buffer.from(text, 'latin1').toString('base64')}`
const credentials = attacks(
  'sessions',
  {
    rule: 'RFC 7617 §2',
    needs: 'basic-auth',
    expect: { status: [400, 401], absent: ['the vault'] },
  },
  [
    [
      'basic-none',
      'no credentials',
      get('/vault'),
      { expect: { status: [401], field: { 'www-authenticate': /^Basic realm=/ } } },
    ],
    ['basic-wrong', 'a wrong password', basic(of('ada:wrong'))],
    ['basic-empty', 'empty credentials', basic('Basic ')],
    ['basic-no-colon', 'credentials without a colon', basic(of('ada'))],
    [
      'basic-proto',
      'a name that every object has',
      basic(of('__proto__:undefined')),
      { rule: 'CWE-1321' },
    ],
    [
      'basic-constructor',
      'another name that every object has',
      basic(of('constructor:function Object() { [native code] }')),
      { rule: 'CWE-1321' },
    ],
    ['basic-control', 'credentials with a control character', basic(of('ada:lovelace\0'))],
    ['basic-garbage', 'credentials that are no base64', basic('Basic !!!!')],
    ['basic-long', 'credentials of 15,000 letters', basic(of('a'.repeat(11_000)))],
    [
      'basic-spaces',
      'credentials behind 14,000 spaces',
      basic(`Basic${' '.repeat(14_000)}x`),
      { rule: 'CWE-1333', within: 300 },
    ],
    [
      'basic-honest',
      'honest credentials',
      basic(of('ada:lovelace')),
      { expect: { status: [200], present: ['the vault'] } },
    ],
  ],
)

export const sessions = [...forged, ...lives, ...written, ...csrf, ...credentials]
