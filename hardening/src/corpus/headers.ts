import { attacks, get } from './request.ts'

/** Ways to write an end of line into a value. */
const breaks: readonly (readonly [id: string, name: string, encoded: string])[] = [
  ['crlf', 'a line end', '%0d%0a'],
  ['lf', 'a line feed', '%0a'],
  ['cr', 'a carriage return', '%0d'],
  ['wide', 'letters whose low bytes are a line end', '%E5%98%8D%E5%98%8A'],
  ['line-separator', 'a line separator', '%E2%80%A8'],
  ['nul', 'a NUL', '%00'],
  ['folding', 'a line end and a space', '%0d%0a%20'],
]

/** In the head: a body may repeat what came. */
const INJECTED = /^(?:(?!\r\n\r\n)[^])*[\r\n]x-injected:/i
const ONE_LINE = { absent: [INJECTED], noField: ['x-injected'], answers: 1 } as const
/** What a page of HTML must not hold; in other types it is text. */
const MARKUP = /content-type: text\/html[^]*<(?:script|img src)/i

const injected = breaks.flatMap(([id, name, bytes]) => [
  ...attacks('headers', { rule: 'CWE-113', expect: ONE_LINE }, [
    [`value-${id}`, `${name} in the value of a field`, get(`/header?value=a${bytes}X-Injected:1`)],
    [`redirect-${id}`, `${name} in a redirect`, get(`/redirect?to=/a${bytes}X-Injected:1`)],
  ]),
  ...attacks('headers', { rule: 'CWE-113', needs: 'attachment', expect: ONE_LINE }, [
    [
      `attachment-${id}`,
      `${name} in the name of a download`,
      get(`/download?name=a${bytes}X-Injected:1`),
    ],
  ]),
])

const URI = /^[\x21-\x7e]+$/
const redirects = attacks(
  'headers',
  { rule: 'RFC 9110 §10.2.2', expect: { status: ['3xx', '4xx'], absent: [MARKUP, INJECTED] } },
  [
    [
      'redirect-markup',
      'markup in a redirect',
      get(
        '/redirect?to=http://b.test/"><script>alert(1)</script>'
          .replaceAll('"', '%22')
          .replaceAll('<', '%3C')
          .replaceAll('>', '%3E'),
      ),
      { rule: 'CVE-2024-43796' },
    ],
    [
      'redirect-markup-attribute',
      'an attribute in a redirect',
      get('/redirect?to=%2Fa%22%20onmouseover%3Dalert(1)%20x%3D%22'),
      {
        rule: 'CVE-2024-43796',
        expect: { status: ['3xx', '4xx'], absent: [/<[^>]*" onmouseover=/] },
      },
    ],
    [
      'redirect-space',
      'a space in a redirect',
      get('/redirect?to=/a%20b'),
      { expect: { status: ['3xx'], field: { location: URI } } },
    ],
    [
      'redirect-umlaut',
      'a letter beyond ASCII in a redirect',
      get('/redirect?to=/%C3%A4%E2%82%AC'),
      { expect: { status: ['3xx'], field: { location: URI } } },
    ],
    [
      'redirect-surrogate',
      'half a surrogate pair in a redirect',
      get('/redirect?to=/%ED%A0%80'),
      { expect: { status: ['3xx', '4xx'], field: { location: /^[\x21-\x7e]*$/ } } },
    ],
    [
      'redirect-quote',
      'a quote in a redirect',
      get('/redirect?to=/a%22b'),
      { expect: { status: ['3xx'], field: { location: /^[^"<>\s]+$/ } } },
    ],
    [
      'redirect-backslash-at',
      'a backslash before @, which must not become another host',
      get('/redirect?to=http://b.test%5C@evil.test'),
      {
        rule: 'CVE-2024-29041',
        expect: { status: ['3xx', '4xx'], field: { location: /^(?!.*%5C@)/i } },
      },
    ],
    [
      'redirect-list',
      'two targets for a redirect',
      get('/redirect?to=/a&to=/b'),
      { rule: 'CWE-843', expect: { absent: [MARKUP, INJECTED] } },
    ],
    [
      'redirect-object',
      'an object for the target of a redirect',
      get('/redirect?to[x]=/a'),
      { rule: 'CWE-843', expect: { absent: [MARKUP, INJECTED] } },
    ],
    ['redirect-long', 'a redirect of 12,000 letters', get(`/redirect?to=/${'a'.repeat(12_000)}`)],
  ],
)

/** A redirect to a folder's own slash must not lead to another host. */
const folders = attacks(
  'headers',
  {
    rule: 'CVE-2015-1164',
    expect: {
      status: ['2xx', '3xx', '4xx'],
      absent: [/\nlocation: (?:\/[/\\]|https?:\/\/(?!a\.test))/i, MARKUP],
    },
  },
  [
    ['folder', 'a folder without its slash', get('/sub')],
    ['folder-slashes', 'a folder behind two slashes', get('//sub')],
    ['folder-many-slashes', 'a folder behind five slashes', get('/////sub')],
    ['folder-host', 'a folder behind another host and its parent', get('//evil.test/../sub')],
    [
      'folder-host-encoded',
      'a folder behind another host and its encoded parent',
      get('//evil.test/%2e%2e/sub'),
    ],
    [
      'folder-host-slash',
      'a folder behind another host and a parent with an encoded slash',
      get('//evil.test/..%2fsub'),
    ],
    ['folder-host-root', 'the root behind another host', get('//evil.test/%2e%2e')],
    ['folder-host-dots', 'the root behind another host and dots', get('//evil.test/%2e%2e%2f')],
    ['folder-backslash', 'a folder behind a backslash', get('/\\evil.test/../sub')],
    [
      'folder-encoded-backslash',
      'a folder behind an encoded backslash',
      get('/%5cevil.test/../sub'),
    ],
    ['folder-tab', 'a folder behind a tab between slashes', get('/%09/evil.test/../sub')],
    ['folder-query', 'a folder with a query that is a host', get('/sub?//evil.test')],
    [
      'folder-markup',
      'a folder with markup in its query',
      get('/sub?%22%3E%3Cscript%3Ealert(1)%3C/script%3E'),
    ],
    [
      'folder-markup-raw',
      'a folder with raw markup in its query',
      get('/sub?"><script>alert(1)</script>'),
    ],
    [
      'folder-absolute',
      'a folder of another host in an absolute target',
      get('http://a.test//evil.test/../sub'),
    ],
  ],
)

const reflected = attacks(
  'headers',
  { rule: 'CWE-79', expect: { status: ['4xx'], absent: [MARKUP] } },
  [
    [
      'missing-markup',
      'markup in a path that is not there',
      get('/%3Cscript%3Ealert(1)%3C/script%3E'),
    ],
    [
      'missing-markup-raw',
      'raw markup in a path that is not there',
      get('/<script>alert(1)</script>'),
    ],
    [
      'missing-markup-query',
      'markup in the query of a path that is not there',
      get('/none?<script>alert(1)</script>'),
    ],
    [
      'missing-markup-folder',
      'markup in a folder that is not there',
      get('/none/<img src=x onerror=alert(1)>/'.replaceAll(' ', '%20')),
    ],
    [
      'broken-markup',
      'markup in a path that cannot be decoded',
      get('/users/%<script>alert(1)</script>'),
    ],
    [
      'method-markup',
      'markup behind a method that is not there',
      get('/none/<script>alert(1)</script>').replace('GET', 'PUT'),
    ],
  ],
)

const ranges = attacks('headers', { rule: 'RFC 9110 §14.2', expect: { status: [200, 206, 416] } }, [
  [
    'range-many',
    'a thousand overlapping ranges',
    get('/big.txt', `Range: bytes=${'0-,'.repeat(1_000)}0-`),
    { rule: 'CVE-2011-3192', within: 500 },
  ],
  [
    'range-many-small',
    'two thousand ranges of a byte',
    get(
      '/big.txt',
      `Range: bytes=${Array.from({ length: 2_000 }, (_, i) => `${i}-${i}`).join(',')}`.slice(
        0,
        15_000,
      ),
    ),
    { rule: 'CVE-2011-3192', within: 500 },
  ],
  ['range-beyond', 'a range beyond the end', get('/hello.txt', 'Range: bytes=1000-')],
  [
    'range-beyond-numbers',
    'a range beyond all numbers',
    get('/hello.txt', 'Range: bytes=99999999999999999999-'),
  ],
  [
    'range-backwards',
    'a range that ends before it begins',
    get('/hello.txt', 'Range: bytes=5-2'),
    { rule: 'RFC 9110 §14.1.1' },
  ],
  ['range-nothing', 'the last no bytes', get('/hello.txt', 'Range: bytes=-0')],
  ['range-negative', 'a range of negative numbers', get('/hello.txt', 'Range: bytes=--5')],
  [
    'range-unit',
    'ranges in a unit that nobody knows',
    get('/hello.txt', 'Range: pages=1-2'),
    { expect: { status: [200] } },
  ],
  ['range-letters', 'a range of letters', get('/hello.txt', 'Range: bytes=a-b')],
  [
    'range-endless',
    'a range of 15,000 digits',
    get('/hello.txt', `Range: bytes=${'9'.repeat(15_000)}-`),
    { within: 500 },
  ],
])

const QUICK = {
  rule: 'CWE-1333',
  expect: { status: ['2xx', '3xx', '4xx'] },
  clients: 10,
  within: 300,
} as const
const negotiation = attacks('headers', QUICK, [
  [
    'accept-many',
    'two thousand types that are accepted',
    get('/negotiate', `Accept: ${'a/b;q=0.1,'.repeat(1_400)}*/*`),
    { needs: 'negotiate' },
  ],
  [
    'accept-parameters',
    'a type with five thousand parameters',
    get('/negotiate', `Accept: a/b${';a=1'.repeat(3_500)}`),
    { needs: 'negotiate' },
  ],
  [
    'accept-quotes',
    'a type with a quote that does not end',
    get('/negotiate', `Accept: a/b;a="${'\\"'.repeat(7_000)}`),
    { needs: 'negotiate' },
  ],
  [
    'accept-commas',
    'nothing but commas',
    get('/negotiate', `Accept: ${','.repeat(15_000)}`),
    { needs: 'negotiate' },
  ],
  [
    'accept-spaces',
    'nothing but spaces between two commas',
    get('/negotiate', `Accept: a,${' '.repeat(15_000)},b`),
    { needs: 'negotiate' },
  ],
  [
    'accept-none',
    'types that nobody has',
    get('/negotiate', 'Accept: image/x-none'),
    { needs: 'negotiate', rule: 'RFC 9110 §12.5.1', expect: { status: [200, 406] } },
  ],
  [
    'accept-weights',
    'weights that are none',
    get('/negotiate', 'Accept: text/html;q=NaN, application/json;q=-1, */*;q=1e9'),
    { needs: 'negotiate' },
  ],
  [
    'accept-encoding-many',
    'three thousand encodings',
    get('/hello.txt', `Accept-Encoding: ${'x;q=0,'.repeat(2_500)}gzip`),
  ],
  [
    'accept-language-spaces',
    'a language behind 15,000 spaces',
    get('/negotiate', `Accept-Language: en${' '.repeat(15_000)}x`),
    { needs: 'negotiate' },
  ],
  [
    'etags-many',
    'five thousand entity tags',
    get('/hello.txt', `If-None-Match: ${'"a",'.repeat(3_700)}"b"`),
  ],
  [
    'etags-open',
    'an entity tag that does not end',
    get('/hello.txt', `If-None-Match: ${'"a'.repeat(7_000)}`),
  ],
  [
    'etags-commas',
    'spaces and commas for entity tags',
    get('/hello.txt', `If-None-Match: ${' ,'.repeat(7_000)}`),
  ],
  [
    'date-none',
    'a date that is none',
    get('/hello.txt', 'If-Modified-Since: yesterday'),
    { rule: 'RFC 9110 §13.1.3', expect: { status: [200] } },
  ],
  [
    'date-long',
    'a date of 15,000 digits',
    get('/hello.txt', `If-Modified-Since: ${'1'.repeat(15_000)}`),
  ],
  [
    'forwarded-many',
    'four thousand addresses that a request came by',
    get('/host', `X-Forwarded-For: ${'1.1.1.1,'.repeat(1_800)}`),
  ],
  [
    'cache-control-many',
    'a Cache-Control of 15,000 spaces',
    get('/hello.txt', `Cache-Control: ${' '.repeat(14_000)}no-cache x`, 'If-None-Match: "x"'),
  ],
])

const names = attacks(
  'headers',
  { rule: 'RFC 6266 §4.3', needs: 'attachment', expect: { absent: [INJECTED], answers: 1 } },
  [
    [
      'attachment-quote',
      'a quote in the name of a download',
      get('/download?name=a%22;%20filename=evil.exe;%20x=%22'),
      { expect: { field: { 'content-disposition': /^(?!.*[^\\]"; filename=evil)/ } } },
    ],
    [
      'attachment-path',
      'a path in the name of a download',
      get('/download?name=../../evil.exe'),
      { expect: { field: { 'content-disposition': /^(?!.*\/)/ } } },
    ],
    [
      'attachment-umlaut',
      'letters beyond ASCII in the name of a download',
      get('/download?name=%E2%82%AC.txt'),
      {
        rule: 'RFC 8187 §3.2',
        expect: { field: { 'content-disposition': /filename\*=UTF-8''%E2%82%AC\.txt/i } },
      },
    ],
    [
      'attachment-surrogate',
      'half a surrogate pair in the name of a download',
      get('/download?name=%ED%A0%80.txt'),
      { rule: 'RFC 8187 §3.2' },
    ],
    [
      'attachment-list',
      'two names for a download',
      get('/download?name=a&name=b'),
      { rule: 'CWE-843' },
    ],
  ],
)

const LINK = { field: { link: /^<[^<>]*>; *rel="?next"?$/i } } as const
const links = attacks('headers', { rule: 'RFC 8288 §3', needs: 'links', expect: LINK }, [
  ['link-honest', 'an honest link', get('/link?to=/page/2')],
  [
    'link-angle',
    'an angle bracket in a link',
    get('/link?to=%2Fa%3E%3B%20rel%3D%22preload%22%3B%20x%3D%22'),
  ],
  [
    'link-second',
    'a second link in a link',
    get('/link?to=%2Fa%3E%3B%20rel%3Dx%2C%20%3Chttp%3A%2F%2Fevil.test'),
  ],
  ['link-open', 'an opening bracket in a link', get('/link?to=%2Fa%3Cb')],
  ['link-crlf', 'a line end in a link', get('/link?to=/a%0d%0aX-Injected:1'), { expect: ONE_LINE }],
])

const scripts = attacks(
  'headers',
  {
    rule: 'CVE-2014-4671',
    needs: 'jsonp',
    expect: {
      status: ['2xx', '4xx'],
      absent: [/alert\(1\)/, /<script/],
      field: { 'x-content-type-options': /^nosniff$/ },
    },
  },
  [
    ['jsonp-call', 'a call for the name of a callback', get('/jsonp?callback=alert(1)//')],
    [
      'jsonp-markup',
      'markup for the name of a callback',
      get('/jsonp?callback=%3Cscript%3Ealert(1)%3C/script%3E'),
    ],
    [
      'jsonp-binary',
      'the beginning of a Flash file',
      get(`/jsonp?callback=CWSMIKI0hCD0Up0IZUnnnnnnnnnnnnnnnnnnnUU5nnnnnn3Snn7iiudIbEAt`),
      { expect: { status: ['2xx', '4xx'], absent: [/\r\n\r\nCWS/] } },
    ],
    [
      'jsonp-list',
      'two callbacks',
      get('/jsonp?callback=a&callback=alert(1)'),
      { rule: 'CWE-843', expect: { status: ['2xx', '4xx'], absent: [/alert\(1\)/] } },
    ],
  ],
)

export const headers = [
  ...injected,
  ...redirects,
  ...folders,
  ...reflected,
  ...ranges,
  ...negotiation,
  ...names,
  ...links,
  ...scripts,
]
