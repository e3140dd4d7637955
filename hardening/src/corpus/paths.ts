import type { Attack } from '../attack.ts'
import { ask, attacks, get } from './request.ts'

/** Spellings of the guarded prefix. What they mean differs; what must not be seen does not. */
const spellings: readonly (readonly [id: string, name: string, prefix: string, rule?: string])[] = [
  ['plain', 'as it is', '/admin'],
  ['encoded-letter', 'with an encoded letter', '/%61dmin', 'RFC 3986 §6.2.2.2'],
  ['encoded-middle', 'with an encoded letter in the middle', '/a%64min', 'RFC 3986 §6.2.2.2'],
  ['encoded-all', 'with all letters encoded', '/%61%64%6d%69%6e', 'RFC 3986 §6.2.2.2'],
  ['encoded-upper', 'with an encoded capital', '/%41dmin', 'RFC 3986 §6.2.2.1'],
  ['encoded-twice', 'with a letter encoded twice', '/%2561dmin', 'RFC 3986 §2.4'],
  ['percent-inside', 'with an encoding inside of an encoding', '/%%36%31dmin', 'RFC 3986 §2.4'],
  ['percent-u', 'with an encoding that is none', '/%u0061dmin', 'RFC 3986 §2.1'],
  ['capitals', 'in capitals', '/ADMIN', 'CWE-178'],
  ['two-slashes', 'behind two slashes', '//admin', 'CWE-22'],
  ['four-slashes', 'behind four slashes', '////admin', 'CWE-22'],
  ['slashes-behind', 'before two slashes', '/admin/', 'CWE-22'],
  ['dot', 'behind a dot segment', '/./admin', 'RFC 3986 §6.2.2.3'],
  ['dot-behind', 'before a dot segment', '/admin/.', 'RFC 3986 §6.2.2.3'],
  ['dot-dot', 'behind a segment and its parent', '/x/../admin', 'RFC 3986 §6.2.2.3'],
  ['dot-dot-file', 'behind a file and its parent', '/hello.txt/../admin', 'RFC 3986 §6.2.2.3'],
  ['dot-dot-above', 'behind the parent of the root', '/../admin', 'RFC 3986 §5.4.2'],
  ['encoded-dot', 'behind an encoded dot segment', '/%2e/admin', 'WHATWG URL §4.1'],
  ['encoded-dot-dot', 'behind an encoded parent', '/x/%2e%2e/admin', 'WHATWG URL §4.1'],
  ['half-encoded-dot-dot', 'behind a half encoded parent', '/x/.%2E/admin', 'WHATWG URL §4.1'],
  ['encoded-slash', 'behind an encoded slash', '/%2fadmin', 'RFC 3986 §2.2'],
  ['encoded-slash-dots', 'behind a parent with an encoded slash', '/x/..%2fadmin', 'RFC 3986 §2.2'],
  [
    'encoded-slash-inside',
    'inside of itself, by an encoded slash',
    '/admin%2f..%2fadmin',
    'RFC 3986 §2.2',
  ],
  ['backslash', 'behind a backslash', '/\\admin', 'WHATWG URL §4.4'],
  ['backslash-dots', 'behind a parent with backslashes', '/x\\..\\admin', 'WHATWG URL §4.4'],
  ['encoded-backslash', 'behind an encoded backslash', '/%5cadmin', 'CVE-2026-54286'],
  [
    'encoded-backslash-dots',
    'behind a parent with an encoded backslash',
    '/x%5c..%5cadmin',
    'CVE-2026-54286',
  ],
  ['nul', 'with a NUL behind it', '/admin%00', 'RFC 3986 §7.3'],
  ['nul-before', 'behind a NUL', '/%00/../admin', 'RFC 3986 §7.3'],
  ['line-feed', 'behind a line feed', '/%0a/../admin', 'RFC 3986 §7.3'],
  ['tab', 'with a tab inside, which browsers leave out', '/ad%09min', 'WHATWG URL §4.4'],
  ['space', 'with a space behind it', '/admin%20', 'CWE-22'],
  ['point', 'with a point behind it', '/admin.', 'CWE-22'],
  ['semicolon', 'with a parameter of its segment', '/admin;x=1', 'CVE-2020-11989'],
  ['semicolon-dots', 'behind a parent with a parameter', '/x/..;/admin', 'CVE-2020-1957'],
  ['semicolon-first', 'behind an empty segment with a parameter', '/;/admin', 'CVE-2020-11989'],
  ['overlong-slash', 'behind an overlong slash', '/%c0%afadmin', 'RFC 3629 §3'],
  ['overlong-dots', 'behind overlong dots', '/x/%c0%ae%c0%ae/admin', 'RFC 3629 §3'],
  ['full-width', 'in full-width letters', '/%ef%bd%81dmin', 'UTS #39'],
  ['soft-hyphen', 'with a soft hyphen', '/ad%c2%admin', 'UTS #39'],
  ['absolute', 'in an absolute target', 'http://a.test/admin', 'RFC 9112 §3.2.2'],
  [
    'absolute-encoded',
    'encoded, in an absolute target',
    'http://a.test/%61dmin',
    'RFC 9112 §3.2.2',
  ],
  [
    'absolute-slashes',
    'behind slashes in an absolute target',
    'http://a.test//admin',
    'RFC 9112 §3.2.2',
  ],
  [
    'absolute-dots',
    'behind a parent in an absolute target',
    'http://a.test/x/../admin',
    'RFC 9112 §3.2.2',
  ],
  ['query-dots', 'behind a query', '/x?/../admin', 'RFC 3986 §3.4'],
  [
    'many-dots',
    'behind a thousand dot segments',
    `${'/.'.repeat(1_000)}/admin`,
    'RFC 3986 §6.2.2.3',
  ],
  [
    'many-parents',
    'behind a thousand segments and their parents',
    `${'/x'.repeat(1_000)}${'/..'.repeat(1_000)}/admin`,
    'RFC 3986 §6.2.2.3',
  ],
]

const CLOSED = { status: ['2xx', '3xx', '4xx'], absent: ['guarded-'] } as const
const guarded: Attack[] = spellings.flatMap(([id, name, prefix, rule = 'CWE-863']) =>
  attacks('paths', { rule, expect: CLOSED }, [
    [`file-${id}`, `a guarded file, ${name}`, get(`${prefix}/report.txt`)],
    [`route-${id}`, `a guarded route, ${name}`, get(`${prefix}/panel`)],
  ]),
)

const doors = attacks('paths', { rule: 'CWE-863', expect: CLOSED }, [
  [
    'original-url',
    'a guarded route by X-Original-URL',
    get('/', 'X-Original-URL: /admin/panel'),
    { rule: 'CVE-2018-14773' },
  ],
  [
    'rewrite-url',
    'a guarded route by X-Rewrite-URL',
    get('/', 'X-Rewrite-URL: /admin/panel'),
    { rule: 'CVE-2018-14773' },
  ],
  [
    'head',
    'HEAD of a guarded file',
    ask('HEAD /admin/report.txt HTTP/1.1', 'Host: a.test', 'Connection: close'),
    { expect: { status: ['4xx'] } },
  ],
  [
    'method-override',
    'a guarded route by another method',
    ask(
      'POST /admin/panel HTTP/1.1',
      'Host: a.test',
      'Connection: close',
      'Content-Length: 0',
      'X-HTTP-Method-Override: GET',
    ),
    { rule: 'CWE-650' },
  ],
  [
    'range',
    'a part of a guarded file',
    get('/admin/report.txt', 'Range: bytes=0-3'),
    { expect: { status: ['4xx'], noField: ['content-range'] } },
  ],
  [
    'conditional',
    'whether a guarded file has changed',
    get('/admin/report.txt', 'If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT'),
    { expect: { status: [401, 403, 404] } },
  ],
  ['index', 'the index of the guarded folder', get('/admin/')],
  ['folder', 'the guarded folder itself', get('/admin')],
  ['folder-slashes', 'the guarded folder behind two slashes', get('//admin/')],
])

/** Out of the folder that is served. */
const outside = attacks(
  'paths',
  {
    rule: 'CWE-22',
    expect: { status: ['2xx', '3xx', '4xx'], absent: ['outside-the-root', 'root:x:0'] },
  },
  [
    ['out-dots', 'a parent of the root', get('/../outside.txt')],
    ['out-dots-deep', 'many parents of the root', get(`${'/..'.repeat(12)}/etc/passwd`)],
    ['out-encoded', 'an encoded parent', get('/%2e%2e/outside.txt')],
    ['out-encoded-slash', 'a parent with an encoded slash', get('/..%2foutside.txt')],
    ['out-encoded-all', 'an encoded parent with an encoded slash', get('/%2e%2e%2foutside.txt')],
    ['out-encoded-twice', 'a parent encoded twice', get('/%252e%252e%252foutside.txt')],
    ['out-backslash', 'a parent with a backslash', get('/..\\outside.txt')],
    ['out-encoded-backslash', 'a parent with an encoded backslash', get('/..%5coutside.txt')],
    ['out-four-dots', 'dots that are left when dots are removed', get('/....//outside.txt')],
    ['out-folder', 'a parent of a folder of the root', get('/sub/../../outside.txt')],
    [
      'out-folder-encoded',
      'an encoded parent of a folder of the root',
      get('/sub/..%2f..%2foutside.txt'),
    ],
    ['out-file', 'a parent of a file', get('/hello.txt/../../outside.txt')],
    ['out-absolute-path', 'a path from the root of the disk', get('//etc/passwd')],
    ['out-absolute-encoded', 'an encoded path from the root of the disk', get('/%2fetc%2fpasswd')],
    [
      'out-overlong',
      'an overlong parent',
      get('/%c0%ae%c0%ae/outside.txt'),
      { rule: 'RFC 3629 §3' },
    ],
    ['out-nul', 'a parent and a NUL', get('/../outside.txt%00.png'), { rule: 'CWE-158' }],
    [
      'out-sibling',
      'a folder whose name begins like the root',
      get('/../public-sibling/secret.txt'),
      { rule: 'CWE-22' },
    ],
    [
      'out-sibling-encoded',
      'the same by an encoded slash',
      get('/..%2fpublic-sibling%2fsecret.txt'),
      { rule: 'CWE-22' },
    ],
    ['out-drive', 'a drive', get('/C:/outside.txt'), { rule: 'CWE-22' }],
    [
      'out-absolute-target',
      'a parent of the root in an absolute target',
      get('http://a.test/../outside.txt'),
    ],
    ['out-link', 'a link that leads out', get('/link.txt'), { rule: 'CWE-59' }],
    [
      'out-link-folder',
      'a linked folder that leads out',
      get('/linked/secret.txt'),
      { rule: 'CWE-59' },
    ],
  ],
)

const hidden = attacks(
  'paths',
  { rule: 'CWE-538', expect: { status: ['4xx'], absent: ['dotfile-content'] } },
  [
    ['dotfile', 'a dotfile', get('/.env')],
    ['dotfile-encoded', 'a dotfile with an encoded dot', get('/%2eenv')],
    ['dotfile-deep', 'a dotfile in a folder', get('/sub/.env')],
    ['dotfolder', 'a file in a dotfolder', get('/.git/config')],
    ['dotfile-slashes', 'a dotfile behind two slashes', get('//.env')],
  ],
)

const byName = attacks(
  'paths',
  {
    rule: 'CWE-22',
    needs: 'send-file',
    expect: { status: ['4xx'], absent: ['outside-the-root', 'root:x:0', 'dotfile-content'] },
  },
  [
    ['name-parent', 'a parent in the name of a file to send', get('/file?name=../outside.txt')],
    ['name-parent-deep', 'a parent behind a folder', get('/file?name=sub/../../outside.txt')],
    ['name-absolute', 'a name from the root of the disk', get('/file?name=/etc/passwd')],
    ['name-backslash', 'a parent with a backslash', get('/file?name=..%5coutside.txt')],
    [
      'name-encoded',
      'a parent that is still encoded',
      get('/file?name=%252e%252e%252foutside.txt'),
    ],
    ['name-nul', 'a NUL', get('/file?name=hello.txt%00'), { rule: 'CWE-158' }],
    ['name-dotfile', 'a dotfile', get('/file?name=.env'), { rule: 'CWE-538' }],
    ['name-link', 'a link that leads out', get('/file?name=link.txt'), { rule: 'CWE-59' }],
    [
      'name-list',
      'two names',
      get('/file?name=../outside.txt&name=b'),
      { rule: 'CWE-843', expect: { absent: ['outside-the-root'] } },
    ],
    ['name-long', 'a name longer than a file can have', get(`/file?name=${'a'.repeat(5_000)}`)],
  ],
)

/** What is no path at all is the client's mistake, and never the server's. */
const broken = attacks('paths', { rule: 'RFC 3986 §2.1', expect: { status: ['4xx'] } }, [
  ['nul', 'an encoded NUL', get('/a%00b'), { rule: 'RFC 3986 §7.3' }],
  ['line-feed', 'an encoded line feed', get('/a%0ab'), { rule: 'RFC 3986 §7.3' }],
  ['delete', 'an encoded DEL', get('/a%7fb'), { rule: 'RFC 3986 §7.3' }],
  ['backslash', 'a backslash', get('/a\\b'), { rule: 'WHATWG URL §4.4' }],
  ['encoded-backslash', 'an encoded backslash', get('/a%5Cb'), { rule: 'CVE-2026-54286' }],
  ['percent', 'a percent sign alone', get('/%')],
  ['percent-short', 'an encoding of one digit', get('/a%4')],
  ['percent-letters', 'an encoding that is none', get('/%zz')],
  ['param-percent', 'a parameter that cannot be decoded', get('/users/%')],
  ['param-utf8', 'a parameter that is no UTF-8', get('/users/%E0%A4%A'), { rule: 'RFC 3629 §3' }],
  [
    'param-surrogate',
    'a parameter with half a surrogate pair',
    get('/users/%ED%A0%80'),
    { rule: 'RFC 3629 §3' },
  ],
  ['file-utf8', 'a file name that is no UTF-8', get('/%E0%A4%A.txt'), { rule: 'RFC 3629 §3' }],
  ['file-as-folder', 'something below a file', get('/hello.txt/more')],
  ['file-long', 'a file name of 5,000 letters', get(`/${'a'.repeat(5_000)}`)],
  ['raw-bytes', 'a path with bytes beyond ASCII', get('/\xff\xfe'), { rule: 'RFC 3986 §2' }],
])

/** Thirty clients at once; together they may take no longer than this. */
const COST = {
  rule: 'CWE-1333',
  clients: 30,
  within: 300,
  expect: { status: ['2xx', '3xx', '4xx'] },
} as const
const costs = attacks('paths', COST, [
  [
    'cost-parts',
    'a long segment where a route has three parameters',
    get(`/on/${'a-'.repeat(7_500)}/x`),
    { rule: 'CVE-2024-45296', needs: 'parts-of-segments', clients: 10 },
  ],
  [
    'cost-parts-same',
    'a long segment of one letter where a route has three parameters',
    get(`/on/${'a'.repeat(15_000)}/x`),
    { rule: 'CVE-2024-52798', needs: 'parts-of-segments', clients: 10 },
  ],
  [
    'cost-parts-dashes',
    'a long segment of nothing but what stands between parameters',
    get(`/on/${'-'.repeat(15_000)}/x`),
    { rule: 'CVE-2024-45296', needs: 'parts-of-segments', clients: 10 },
  ],
  ['cost-percent-inside', 'encodings inside of encodings', get(`/${'%%36'.repeat(3_700)}`)],
  ['cost-percent', 'nothing but percent signs', get(`/${'%'.repeat(15_000)}`)],
  ['cost-encoded', 'nothing but encodings', get(`/${'%61'.repeat(5_000)}`)],
  ['cost-slashes', 'nothing but slashes', get('/'.repeat(15_000))],
  ['cost-dots', 'nothing but parents', get('/..'.repeat(5_000))],
  ['cost-encoded-dots', 'nothing but encoded parents', get('/%2e%2e'.repeat(2_100))],
  ['cost-up-and-down', 'folders and their parents', get('/x/..'.repeat(3_000))],
  ['cost-segments', 'seven thousand segments', get('/a'.repeat(7_500))],
  ['cost-colons', 'colons and stars', get(`/${':*'.repeat(7_500)}`)],
])

export const paths = [...guarded, ...doors, ...outside, ...hidden, ...byName, ...broken, ...costs]
