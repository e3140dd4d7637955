import { ask, attacks, get } from './request.ts'

const REFUSED = { status: [400], answers: 1 } as const
const hosts = (...values: readonly string[]): string =>
  ask('GET / HTTP/1.1', ...values.map((value) => `Host: ${value}`), 'Connection: close')
const absolute = (target: string, host = 'a.test'): string =>
  ask(`GET ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close')

/** RFC 9112 §3.2: 400 for a Host that is missing, repeated, or invalid. */
const values = attacks('host', { rule: 'RFC 9112 §3.2', expect: REFUSED, anywhere: true }, [
  ['none', 'no Host', ask('GET / HTTP/1.1', 'Connection: close')],
  ['two', 'two Host fields', hosts('a.test', 'b.test')],
  ['two-equal', 'two equal Host fields', hosts('a.test', 'a.test')],
  [
    'two-cases',
    'two Host fields in different letters',
    ask('GET / HTTP/1.1', 'Host: a.test', 'HOST: b.test', 'Connection: close'),
  ],
  ['list', 'a list of hosts', hosts('a.test, b.test')],
  ['path', 'a Host with a path', hosts('a.test/admin')],
  ['query', 'a Host with a query', hosts('a.test?x=1')],
  ['fragment', 'a Host with a fragment', hosts('a.test#x')],
  [
    'user',
    'a Host with user information',
    hosts('evil.test:fake@a.test'),
    { rule: 'CVE-2026-27959' },
  ],
  ['user-only', 'a Host with a name before @', hosts('root@a.test'), { rule: 'CVE-2026-27959' }],
  [
    'scheme',
    'a whole origin for a Host, which some clients send: refused, or not believed',
    ask('GET /host HTTP/1.1', 'Host: http://a.test', 'Connection: close'),
    { expect: { status: [200, 400], absent: ['a.test'] } },
  ],
  ['space', 'a Host with a space', hosts('a.test b.test')],
  ['tab', 'a Host with a tab', hosts('a.test\tb.test')],
  ['backslash', 'a Host with a backslash', hosts('a.test\\b.test')],
  ['quote', 'a Host with a quote', hosts('a.test"')],
  ['apostrophe-markup', 'a Host with markup', hosts("a.test'><script>")],
  ['angle', 'a Host with an angle bracket', hosts('a.test<')],
  ['braces', 'a Host with braces', hosts('{a.test}')],
  ['pipe', 'a Host with a pipe', hosts('a.test|b')],
  ['caret', 'a Host with a caret', hosts('a.test^b')],
  ['back-tick', 'a Host with a back-tick', hosts('a.test`id`')],
  ['percent', 'a Host with a broken percent-encoding', hosts('a%zz.test')],
  ['umlaut', 'a Host with a letter beyond ASCII', hosts('\xe4.test')],
  ['control', 'a Host with a control character', hosts('a.test\x01')],
  ['port-word', 'a Host whose port is no number', hosts('a.test:eighty')],
  ['port-negative', 'a Host whose port is negative', hosts('a.test:-1')],
  ['port-large', 'a Host whose port is no port', hosts('a.test:99999')],
  ['port-two', 'a Host with two ports', hosts('a.test:80:81')],
  ['port-markup', 'a Host with something behind its port', hosts('a.test:80@evil.test')],
  ['port-only', 'a Host that is a port only', hosts(':80')],
  ['ipv6-open', 'an IPv6 Host without its end', hosts('[::1')],
  ['ipv6-more', 'an IPv6 Host with something behind it', hosts('[::1]evil')],
  ['ipv6-none', 'an IPv6 Host that is no address', hosts('[gggg::1]')],
  ['ipv6-bare', 'an IPv6 Host without brackets', hosts('::1')],
  ['endless', 'a Host of 10,000 letters with a list in it', hosts(`${'a'.repeat(10_000)},b`)],
])

/** RFC 9112 §3.2.2: what an absolute target names wins over Host. */
const targets = attacks('host', { rule: 'RFC 9112 §3.2.2', expect: REFUSED }, [
  [
    'absolute-differs',
    'an absolute target that disagrees with Host',
    absolute('http://b.test/host'),
    { expect: { status: [200, 400], answers: 1, absent: ['believes a.test'] } },
  ],
  [
    'absolute-port-differs',
    'an absolute target with another port',
    absolute('http://a.test:81/host', 'a.test:82'),
    { expect: { status: [200, 400], answers: 1, absent: [':82'] } },
  ],
  [
    'absolute-user',
    'an absolute target with user information',
    absolute('http://root@a.test/'),
    { rule: 'RFC 9110 §4.2.4' },
  ],
  [
    'absolute-no-host',
    'an absolute target without a host',
    absolute('http:///host'),
    { rule: 'RFC 9110 §4.2.1', expect: { status: ['4xx'], answers: 1 } },
  ],
  [
    'absolute-port-large',
    'an absolute target whose port is no port',
    absolute('http://a.test:99999/', 'a.test:99999'),
    { rule: 'RFC 9110 §4.2.1' },
  ],
  [
    'absolute-same',
    'an absolute target that agrees, which every server must take',
    absolute('http://a.test/host'),
    { expect: { status: [200], present: ['believes a.test'] } },
  ],
  [
    'target-no-slash',
    'a target that does not begin with a slash',
    ask('GET host HTTP/1.1', 'Host: a.test', 'Connection: close'),
    { rule: 'RFC 9112 §3.2.1', expect: { status: ['4xx'], answers: 1 } },
  ],
  [
    'target-asterisk',
    'GET of everything',
    ask('GET * HTTP/1.1', 'Host: a.test', 'Connection: close'),
    { rule: 'RFC 9112 §3.2.4', expect: { status: ['4xx'], answers: 1 } },
  ],
  [
    'target-fragment',
    'a target with a fragment',
    get('/host#/../admin/panel'),
    { rule: 'RFC 9112 §3.2', expect: { status: ['2xx', '4xx'], absent: ['guarded-'] } },
  ],
])

/** What a stranger says about the host he came by is believed from a trusted proxy only. */
const claims = attacks(
  'host',
  { rule: 'RFC 7239 §8.1', expect: { status: [200, 400], absent: ['believes evil.test'] } },
  [
    [
      'forwarded-host',
      'X-Forwarded-Host of a stranger',
      get('/host', 'X-Forwarded-Host: evil.test'),
    ],
    ['forwarded', 'Forwarded of a stranger', get('/host', 'Forwarded: host=evil.test')],
    ['x-host', 'X-Host of a stranger', get('/host', 'X-Host: evil.test')],
    [
      'forwarded-server',
      'X-Forwarded-Server of a stranger',
      get('/host', 'X-Forwarded-Server: evil.test'),
    ],
    [
      'honest',
      'an honest Host with a port',
      ask('GET /host HTTP/1.1', 'Host: a.test:8080', 'Connection: close'),
      { rule: 'RFC 9110 §7.2', expect: { status: [200], present: [/^believes a\.test(:8080)?$/] } },
    ],
    [
      'honest-ipv6',
      'an honest IPv6 Host',
      ask('GET /host HTTP/1.1', 'Host: [::1]:8080', 'Connection: close'),
      { rule: 'RFC 9110 §7.2', expect: { status: [200], present: ['::1'] } },
    ],
  ],
)

export const host = [...values, ...targets, ...claims]
