import type { ServerResponse } from 'node:http'
import type { FileRequest } from './exchange.ts'
import { CHANGED } from './folder.ts'

/** One request to one `express.static`. */
export interface StaticCase extends FileRequest {
  readonly options?: object
  /** Where the folder is mounted. @default '' */
  readonly mount?: string
}

const get = (path: string, options?: object, headers?: Record<string, string>): StaticCase => ({
  path,
  ...(options === undefined ? {} : { options }),
  ...(headers === undefined ? {} : { headers }),
})

const PATHS = [
  '/todo.txt',
  '/nums.txt',
  '/empty.txt',
  '/page.html',
  '/data.json',
  '/code.js',
  '/picture.png',
  '/no-extension',
  '/unknown.xyzzy',
  '/big.bin',
  '/%25%20of%20dogs.txt',
  '/% of dogs.txt'.replaceAll(' ', '%20'),
  '/a+b%20c.txt',
  '/snow%20%E2%98%83',
  '/snow%20%E2%98%83/',
  '/users',
  '/users/',
  '/users?a=1&b=2',
  '/users/?a=1',
  '/users/tobi.txt',
  '/users/tobi.txt?x=/../y',
  '/users/index.html',
  '/users/tobi',
  '/todo.txt/',
  '/todo',
  '/both',
  '/both.html',
  '/folder',
  '/folder.html',
  '/folder.html/',
  '/empty-folder',
  '/empty-folder/',
  '/empty-folder/nested/x.txt',
  '/nothing',
  '/nothing/',
  '/nothing/below',
  '/todo.txt/below',
  '/',
  '//todo.txt',
  '//users',
  '///users//tobi.txt',
  '/./todo.txt',
  '/users/./tobi.txt',
  '/users/../todo.txt',
  '/users/..',
  '/../secret.txt',
  '/users/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/users/%2e%2e/%2E%2E/secret.txt',
  '/%2e%2e',
  '/..',
  '/..%5csecret.txt',
  '/users/..%5c..%5csecret.txt',
  '/%',
  '/%zz',
  '/%E0%A4',
  '/%c0%ae%c0%ae/secret.txt',
  '/todo.txt%00',
  '/%00',
  '/.hidden',
  '/.well-known/security.txt',
  '/users/.secret/key.txt',
  '/users/.secret/',
  '/.',
  '/name..txt',
  '/..name/file.txt',
  `/${'x'.repeat(300)}`,
  '/link-inside.txt',
  '/link-to-nothing',
  '/todo.txt#fragment',
  '/todo%2etxt',
  '/TODO.TXT',
  'http://example.com/todo.txt',
  'http://example.com',
  '*',
]

const OPTIONS: readonly object[] = [
  {},
  { fallthrough: false },
  { redirect: false },
  { redirect: false, fallthrough: false },
  { dotfiles: 'allow' },
  { dotfiles: 'deny', fallthrough: false },
  { dotfiles: 'ignore', fallthrough: false },
  { index: false },
  { index: false, fallthrough: false },
  { index: 'page.html' },
  { index: ['missing.html', 'page.html', 'index.html'] },
  { index: [] },
  { extensions: 'html' },
  { extensions: ['missing', 'html', 'txt'] },
  { extensions: ['html'], fallthrough: false },
  { extensions: false },
  { maxAge: '1d' },
  { maxAge: 1500, immutable: true },
  { maxage: 60_000 },
  { maxAge: Infinity },
  { maxAge: -1 },
  { maxAge: '2 hours' },
  { cacheControl: false, maxAge: 1 },
  { etag: false },
  { lastModified: false },
  { acceptRanges: false },
]

const everywhere: StaticCase[] = OPTIONS.flatMap((options) =>
  PATHS.map((path) => get(path, options)),
)

const methods: StaticCase[] = ['HEAD', 'POST', 'OPTIONS', 'DELETE', 'QUERY'].flatMap((method) =>
  [{}, { fallthrough: false }].flatMap((options) =>
    ['/todo.txt', '/users', '/nothing', '/big.bin'].map((path) => ({
      ...get(path, options),
      method,
    })),
  ),
)

const RANGES = [
  'bytes=0-0',
  'bytes=0-4',
  'bytes=4-',
  'bytes=-3',
  'bytes=-9',
  'bytes=8-100',
  'bytes=9-',
  'bytes=9-20',
  'bytes=100-200',
  'bytes=5-2',
  'bytes=0-2,3-5',
  'bytes=0-5,2-8',
  'bytes=2-3, 2-3',
  'bytes= 0-1',
  'bytes=asdf',
  'bytes=',
  'bytes=-',
  'bytes=1',
  'bytes=0x1-2',
  'bytes=--1',
  'bytes=1-2-3',
  'items=0-2',
  'bytes 0-2',
  'asdf',
  'bytes=0-1,100-200',
]

const ranges: StaticCase[] = RANGES.flatMap((range) =>
  [{}, { acceptRanges: false }].map((options) => get('/nums.txt', options, { range })),
)

export const TAG = `W/"9-${CHANGED.getTime().toString(16)}"`
const THEN = CHANGED.toUTCString()
export const BEFORE = new Date(CHANGED.getTime() - 1000).toUTCString()
const AFTER = new Date(CHANGED.getTime() + 1000).toUTCString()

const conditions: StaticCase[] = [
  { 'if-none-match': TAG },
  { 'if-none-match': TAG.slice(2) },
  { 'if-none-match': '"other"' },
  { 'if-none-match': `"other", ${TAG}` },
  { 'if-none-match': '*' },
  { 'if-modified-since': THEN },
  { 'if-modified-since': BEFORE },
  { 'if-modified-since': AFTER },
  { 'if-modified-since': 'yesterday' },
  { 'if-none-match': '"other"', 'if-modified-since': AFTER },
  { 'if-none-match': TAG, 'if-modified-since': BEFORE },
  { 'if-none-match': TAG, 'cache-control': 'no-cache' },
  { 'if-none-match': TAG, 'cache-control': 'max-age=0, no-cache' },
  { 'if-none-match': TAG, 'cache-control': 'max-age=0' },
  { 'if-match': '"other"' },
  { 'if-unmodified-since': 'yesterday' },
  { range: 'bytes=0-1', 'if-range': '"other"' },
  { range: 'bytes=0-1', 'if-range': THEN },
  { range: 'bytes=0-1', 'if-range': BEFORE },
  { range: 'bytes=0-1', 'if-range': 'yesterday' },
  { range: 'bytes=0-1', 'if-none-match': TAG },
  { range: 'bytes=50-', 'if-none-match': TAG },
  { range: 'bytes=0-1', 'if-match': '"other"' },
].flatMap((headers) =>
  [{}, { etag: false }, { lastModified: false }].map((options) =>
    get('/nums.txt', options, headers),
  ),
)

/** Each with the validator that it needs. */
const held: StaticCase[] = [
  ...[{ 'if-match': '*' }, { 'if-match': '*', 'if-unmodified-since': BEFORE }].map((headers) =>
    get('/nums.txt', {}, headers),
  ),
  get('/nums.txt', {}, { 'if-match': '*', 'if-none-match': TAG }),
  ...[BEFORE, THEN, AFTER].map((date) =>
    get('/nums.txt', { etag: false }, { 'if-unmodified-since': date }),
  ),
]

const mounted: StaticCase[] = [
  '/static',
  '/static/',
  '/static?x=1',
  '/static/users',
  '/static//users',
]
  .concat(['/static/todo.txt', '/static/../todo.txt', '/static/users/?a'])
  .flatMap((path) =>
    [{}, { index: false }, { redirect: false }].map((options) => ({
      ...get(path, options),
      mount: '/static',
    })),
  )

const setters: StaticCase[] = [
  (res: ServerResponse): unknown => res.setHeader('x-custom', 'set'),
  (res: ServerResponse): unknown => res.setHeader('Content-Type', 'text/x-own'),
  (res: ServerResponse): unknown => res.setHeader('ETag', '"own"'),
  (res: ServerResponse): unknown => res.setHeader('Last-Modified', AFTER),
  (res: ServerResponse): unknown => res.setHeader('Cache-Control', 'no-store'),
  (res: ServerResponse): unknown => res.setHeader('Accept-Ranges', 'none'),
  (res: ServerResponse, path: string): unknown =>
    res.setHeader('x-name', path.split('/').at(-1) ?? ''),
  (res: ServerResponse, _path: string, stats: { size: number }): unknown =>
    res.setHeader('x-size', stats.size),
].flatMap((setHeaders) => [
  get('/nums.txt', { setHeaders }),
  get('/nums.txt', { setHeaders }, { 'if-none-match': '"own"' }),
  get('/nums.txt', { setHeaders }, { 'if-modified-since': AFTER }),
  get('/users/', { setHeaders }),
  get('/users', { setHeaders }),
  get('/nothing', { setHeaders }),
])

export const staticCases: readonly StaticCase[] = [
  ...everywhere,
  ...methods,
  ...ranges,
  ...conditions,
  ...held,
  ...mounted,
  ...setters,
]

/** Roots and options that are right or wrong at the start. */
export const optionCases: readonly (readonly unknown[])[] = [
  [undefined],
  [''],
  [42],
  [{}],
  ['/tmp', { setHeaders: 'no' }],
  ['/tmp', { setHeaders: 3 }],
  ['/tmp', { setHeaders: null }],
  ['/tmp', { dotfiles: 'deny' }],
  ['/tmp', { index: 'x' }],
  ['/tmp', null],
]
