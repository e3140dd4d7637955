import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { BodyRequest } from './exchange.ts'
import type { ParserName } from './parsers.ts'

/** One request to one parser. */
export interface BodyCase extends BodyRequest {
  readonly name: string
  readonly parser: ParserName
  readonly options?: object
}

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

type Body = string | Buffer | readonly (string | Buffer)[]

function sent(
  name: string,
  parser: ParserName,
  type: string | undefined,
  body: Body,
  options?: object,
  headers: Readonly<Record<string, string>> = {},
): BodyCase {
  const chunks = typeof body === 'string' || Buffer.isBuffer(body) ? [body] : body
  return {
    name: `${parser}(${shown(options)}): ${name}`,
    parser,
    ...(options === undefined ? {} : { options }),
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
    chunks,
  }
}

/** With a Content-Length instead of chunks. */
function measured(one: BodyCase): BodyCase {
  const length = one.chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0)
  return {
    ...one,
    name: `${one.name}, with Content-Length`,
    headers: { ...one.headers, 'content-length': String(length) },
  }
}

function shown(options: object | undefined): string {
  if (options === undefined) return ''
  return JSON.stringify(options, (_key, value: unknown) =>
    typeof value === 'function' ? 'ƒ' : value,
  )
}

const json = (
  name: string,
  body: Body,
  options?: object,
  headers?: Record<string, string>,
): BodyCase => sent(name, 'json', JSON_TYPE, body, options, headers)
const form = (name: string, body: Body, options?: object): BodyCase =>
  sent(name, 'urlencoded', FORM_TYPE, body, options)
const plain = (name: string, body: Body, charset: string, options?: object): BodyCase =>
  sent(name, 'text', `text/plain; charset=${charset}`, body, options)

const values: BodyCase[] = [
  '{"user":"tobi"}',
  '[1,2,3]',
  '{}',
  '[]',
  ' \t\r\n{"a":1}\n',
  '',
  ' \n',
  'true',
  '  1',
  'null',
  '"text"',
  '{"a":',
  '{"a":1',
  '{:',
  'undefined',
  '{"a":1}}',
  '\u00a0{}',
  '{"a":NaN}',
  '{"\\u0061":"\\ud800"}',
  '{"constructor":"of houses","toString":1,"hasOwnProperty":2}',
].flatMap((text) => [
  json(JSON.stringify(text), text),
  json(JSON.stringify(text), text, { strict: false }),
  measured(json(JSON.stringify(text), text)),
])

const reviver = (key: string, value: unknown): unknown =>
  key === 'a' ? `<${String(value)}>` : value

const jsonOptions: BodyCase[] = [
  json('reviver', '{"a":1,"b":{"a":2}}', { reviver }),
  json('reviver null', '{"a":1}', { reviver: null }),
  json('reviver that throws', '{"a":1}', {
    reviver: () => {
      throw new RangeError('not this one')
    },
  }),
]

const types: BodyCase[] = [
  undefined,
  JSON_TYPE,
  'Application/JSON; charset=UTF-8',
  'application/json;charset="utf-8"',
  'application/json ; charset=utf-8',
  'application/json\t;charset=utf-8',
  'application/json; utf-8',
  'application/json; charset: utf-8',
  'application/json; charset=',
  'application/json; charset',
  'application/json; boundary=',
  'application/json; profile=https://schema.test/order',
  'application/json; charset="utf-8',
  'application/json; charset=utf-8 x',
  "application/json; charset='utf-8'",
  'application/json; charset = utf-8',
  'application/json; text/html; charset=UTF-8',
  'application/json;',
  'application/vnd.api+json',
  'application/x-json',
  'text/json',
  'application/json garbage',
  'application/json, text/plain',
  'json',
  '/json',
  'text/html',
  'multipart/form-data; boundary=x',
].flatMap((type) => [
  sent(`as ${type}`, 'json', type, '{"a":1}'),
  ...[
    'application/vnd.api+json',
    ['application/json', 'application/vnd.api+json'],
    '*/*',
    'json',
    '+json',
    'text/*',
    ['urlencoded', 'multipart'],
    () => true,
    () => false,
  ].map((expected) => sent(`as ${type}`, 'json', type, '{"a":1}', { type: expected })),
])

const kb = (n: number): string => 'x'.repeat(n * 1024)

const limits: BodyCase[] = [
  undefined,
  0,
  1,
  1024,
  '1kb',
  '1 KB',
  '1.5kb',
  '1mb',
  '2048',
  null,
  Infinity,
]
  .flatMap((limit) =>
    [10, 1024, 1025, 1536, 1537, 100 * 1024, 100 * 1024 + 1].map((size) =>
      sent(`${size} bytes`, 'raw', 'application/octet-stream', Buffer.alloc(size, 120), { limit }),
    ),
  )
  .flatMap((one) => [one, measured(one)])

const lengths: BodyCase[] = [
  sent('of Content-Length 0', 'json', JSON_TYPE, [], undefined, { 'content-length': '0' }),
  sent('of no chunks', 'json', JSON_TYPE, [], undefined, { 'transfer-encoding': 'chunked' }),
  sent('of no chunks', 'raw', 'application/octet-stream', [], undefined, {
    'transfer-encoding': 'chunked',
  }),
  sent('of no chunks', 'text', 'text/plain', [], undefined, { 'transfer-encoding': 'chunked' }),
  sent('of no chunks', 'urlencoded', FORM_TYPE, [], undefined, { 'transfer-encoding': 'chunked' }),
]

const document = '{"name":"論"}'
const encodings: BodyCase[] = [
  json('gzip', gzipSync(document), undefined, { 'content-encoding': 'gzip' }),
  json(
    'gzip in pieces',
    [...gzipSync(document)].map((byte) => Buffer.from([byte])),
    undefined,
    {
      'content-encoding': 'gzip',
    },
  ),
  json('deflate', deflateSync(document), undefined, { 'content-encoding': 'deflate' }),
  json('deflate without its header', deflateRawSync(document), undefined, {
    'content-encoding': 'deflate',
  }),
  json('GZIP', gzipSync(document), undefined, { 'content-encoding': 'GZIP' }),
  json('identity', document, undefined, { 'content-encoding': 'identity' }),
  json('IDENTITY', document, { inflate: false }, { 'content-encoding': 'IDENTITY' }),
  json('an unknown coding', document, undefined, { 'content-encoding': 'nulls' }),
  json('two codings', gzipSync(document), undefined, { 'content-encoding': 'gzip, identity' }),
  json('x-gzip', gzipSync(document), undefined, { 'content-encoding': 'x-gzip' }),
  json(
    'gzip, switched off',
    gzipSync(document),
    { inflate: false },
    { 'content-encoding': 'gzip' },
  ),
  json('gzip that is none', document, undefined, { 'content-encoding': 'gzip' }),
  json('gzip cut short', gzipSync(document).subarray(0, 20), undefined, {
    'content-encoding': 'gzip',
  }),
  json('gzip with a wrong check sum', corrupt(gzipSync(document)), undefined, {
    'content-encoding': 'gzip',
  }),
  json('gzip with garbage behind', [gzipSync(document), 'garbage'], undefined, {
    'content-encoding': 'gzip',
  }),
  json('gzip that inflates past the limit', gzipSync(`"${kb(200)}"`), undefined, {
    'content-encoding': 'gzip',
  }),
  json('gzip of nothing', gzipSync(''), undefined, { 'content-encoding': 'gzip' }),
].flatMap((one) => [one, measured(one)])

function corrupt(gzip: Buffer): Buffer {
  const bytes = Buffer.from(gzip)
  const checksum = bytes.length - 8
  bytes[checksum] = (bytes[checksum] as number) ^ 0xff
  return bytes
}

const charsets: BodyCase[] = [
  ...['utf-8', 'UTF-8', 'utf-16', 'utf-16le', 'utf-16be', 'utf-32', 'utf-32le', 'utf-32be'].flatMap(
    (charset) =>
      [
        json(charset, encode('{"name":"論"}', charset)),
        json(`${charset} with a mark`, encode('\ufeff{"name":"論 🎉"}', charset)),
      ].map((one) => ({ ...one, headers: { 'content-type': `${JSON_TYPE}; charset=${charset}` } })),
  ),
  ...['koi8-r', 'iso-8859-1', 'utf8', 'x-bogus', 'us-ascii'].map((charset) =>
    sent(`in ${charset}`, 'json', `${JSON_TYPE}; charset=${charset}`, '{}'),
  ),
  sent('by defaultCharset', 'json', JSON_TYPE, encode('{"a":1}', 'utf-16le'), {
    defaultCharset: 'utf-16le',
  }),
  ...[
    ['koi8-r', 'd0c4'],
    ['koi8-u', 'd0a4'],
    ['windows-1251', 'cff0e8e2e5f2'],
    ['windows-1252', '80e4f6fc'],
    ['iso-8859-1', '80e4f6fcff'],
    ['latin1', '80e4f6fcff'],
    ['iso-8859-2', 'a1b1c6e6'],
    ['iso-8859-15', 'a4e4'],
    ['us-ascii', '61627f'],
    ['gbk', 'c4e3bac3'],
    ['gb2312', 'c4e3bac3'],
    ['gb18030', 'c4e3bac38139ef30'],
    ['big5', 'a741a66e'],
    ['shift_jis', '8365835883'],
    ['euc-jp', 'c6fccbdcb8ec'],
    ['euc-kr', 'c7d1b1b9'],
    ['utf-8', 'efbbbf61c3'],
    ['utf-8', 'c328ff'],
    ['ucs-2', '61006200'],
    ['x-bogus', '61'],
  ].map(([charset, hex]) =>
    plain(`${charset} ${hex}`, Buffer.from(hex as string, 'hex'), charset as string),
  ),
  sent('by defaultCharset', 'text', 'text/plain', Buffer.from('e4', 'hex'), {
    defaultCharset: 'koi8-r',
  }),
]

function encode(text: string, charset: string): Buffer {
  if (/^utf-8$/i.test(charset)) return Buffer.from(text)
  if (charset.startsWith('utf-16')) {
    const bytes = Buffer.from(text, 'utf16le')
    return charset.endsWith('be') ? bytes.swap16() : bytes
  }
  const bytes = Buffer.from(
    Uint32Array.from(Array.from(text, (sign) => sign.codePointAt(0) as number)).buffer,
  )
  return charset.endsWith('be') ? bytes.swap32() : bytes
}

const custom = Object.assign(new Error('checked and refused'), { custom: 'kept' })
const verifiers: BodyCase[] = [
  [
    'an error',
    (): never => {
      throw custom
    },
  ],
  [
    'an error with a status',
    (): never => {
      throw Object.assign(new Error('no'), { status: 400 })
    },
  ],
  [
    'an error with a type',
    (): never => {
      throw Object.assign(new Error('no'), { type: 'foo.bar' })
    },
  ],
  ['nothing', (): void => {}],
].flatMap(([name, verify]) => [
  json(`verify throws ${String(name)}`, '{"a":1}', { verify }),
  form(`verify throws ${String(name)}`, 'a=1', { verify }),
  sent(`verify throws ${String(name)}`, 'raw', 'application/octet-stream', 'abc', { verify }),
  plain(`verify throws ${String(name)}`, 'abc', 'utf-8', { verify }),
  plain(`verify throws ${String(name)}, charset unknown`, 'abc', 'x-bogus', { verify }),
])

const forms: BodyCase[] = [
  'user=tobi',
  '',
  'a=1&b=2&a=3',
  'a[b]=1&a[c]=2',
  'a[]=1&a[]=2',
  'a[0]=1&a[2]=3&a[1]=2',
  'a[100]=1',
  'a[999999999]=1',
  'a[b][c][d]=1',
  'a.b=1',
  'a=1,2,3',
  'a=1&a[b]=2',
  'a]=1',
  '[]=1',
  '=1',
  '&&a=1&',
  'a',
  'a=b=c',
  'a=%zz&b=%E0%A4',
  'a+b=c+d%20e',
  'a=%u0041',
  '__proto__[x]=1&a=2',
  'a[__proto__][x]=1&a[b]=2',
  'toString=1&hasOwnProperty=2&a[valueOf]=3',
  'length=1&a[length]=2',
  'utf8=%E2%9C%93&a=%c3%b8',
  'utf8=%26%2310003%3B&a=%c3%b8',
  'a=%26%239786%3B',
].flatMap((text) => [
  form(JSON.stringify(text), text),
  form(JSON.stringify(text), text, { extended: false }),
  form(JSON.stringify(text), text, { extended: true }),
  form(JSON.stringify(text), text, { extended: true, charsetSentinel: true }),
  form(JSON.stringify(text), text, {
    extended: true,
    charsetSentinel: true,
    interpretNumericEntities: true,
    defaultCharset: 'iso-8859-1',
  }),
])

const nested = (levels: number): string => `a${'[b]'.repeat(levels)}=1`
const repeated = (count: number): string =>
  Array.from({ length: count }, (_, i) => `k${i}=v`).join('&')

const budgets: BodyCase[] = [
  ...[undefined, 0, 1, 5, 32, 100].flatMap((depth) =>
    [0, 1, 2, 5, 6, 32, 33, 100].map((levels) =>
      form(`${levels} levels`, nested(levels), { extended: true, depth }),
    ),
  ),
  ...[undefined, 1, 10, 10.9, 1000, Infinity, '10'].flatMap((parameterLimit) =>
    [1, 10, 11, 1000, 1001].flatMap((count) => [
      form(`${count} parameters`, repeated(count), { parameterLimit }),
      form(`${count} parameters`, repeated(count), { extended: true, parameterLimit }),
    ]),
  ),
  form('one array of 1000', Array.from({ length: 1000 }, () => 'a[]=1').join('&'), {
    extended: true,
  }),
  form('one name, 1000 times', Array.from({ length: 1000 }, () => 'a=1').join('&')),
  ...['text/html; charset=UTF-8', 'utf-8', 'charset: utf-8', "charset='utf-8'"].map((rest) =>
    sent(`with ${rest}`, 'urlencoded', `${FORM_TYPE}; ${rest}`, 'a=%e4&b=%C3%A4'),
  ),
  ...["'utf-8'", 'utf-8 x', '"utf-8', '', "'windows-1251'"].map((charset) =>
    plain(`in ${charset}`, Buffer.from('a\u00e4'), charset),
  ),
  ...['utf-8', 'iso-8859-1', 'koi8-r', 'utf-16'].map((charset) =>
    sent(`in ${charset}`, 'urlencoded', `${FORM_TYPE}; charset=${charset}`, 'a=%e4&b=%C3%A4'),
  ),
]

export const bodyCases: readonly BodyCase[] = [
  ...values,
  ...jsonOptions,
  ...types,
  ...limits,
  ...lengths,
  ...encodings,
  ...charsets,
  ...verifiers,
  ...forms,
  ...budgets,
]

/** Options that are right or wrong at the start. */
export const optionCases: readonly (readonly [ParserName, object])[] = [
  ...[null, undefined, 0, 5, Number.NaN, Infinity, '1kb', '5', 'many', '', true, [], {}].map(
    (limit) => ['json', { limit }] as const,
  ),
  ...[undefined, false, null, 0, '', 'yes', {}, (): void => {}].map(
    (verify) => ['raw', { verify }] as const,
  ),
  ...[undefined, 0, 1, -1, Number.NaN, 'x', '5', Infinity, null].flatMap((value) => [
    ['urlencoded', { parameterLimit: value }] as const,
    ['urlencoded', { depth: value }] as const,
    ['urlencoded', { depth: value, extended: true }] as const,
  ]),
  ...['utf-8', 'iso-8859-1', 'koi8-r', 'UTF-8', ''].map(
    (defaultCharset) => ['urlencoded', { defaultCharset }] as const,
  ),
]
