import { describe, expect, it } from 'vitest'
import { json } from '../../src/body/index.ts'
import { parseJson, readJsonGuards, type JsonGuardOptions } from '../../src/body/parse-json.ts'
import { parsingServer } from './parsing-server.ts'

const parse = (text: string, options: JsonGuardOptions = {}): unknown =>
  parseJson(text, readJsonGuards(options))

const unpack = (key: string, value: unknown): unknown =>
  key === 'packed' ? JSON.parse(value as string) : value

const decode = (key: string, value: unknown): unknown =>
  key === 'constructor' ? { [atob(value as string)]: {} } : value

const decipher = (_req: unknown, _res: unknown, bytes: Buffer): void => {
  for (let i = 0; i < bytes.length; i++) bytes[i]! ^= 1
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

describe('a JSON body', () => {
  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"b":{"__proto__":1}}]}',
    String.raw`{"\u005f\u005fproto__":{}}`,
    String.raw`{"__\u0070roto__":{}}`,
    '{"__proto__":1,"__proto__":2}',
    '{"constructor":{"prototype":{"admin":true}}}',
    String.raw`{"\u0063onstructor":{"prototype":{}}}`,
    String.raw`{"constructor":{"\u0070rototype":{}}}`,
    '{"a":['.repeat(45_000) + '{"__proto__":1}' + ']}'.repeat(45_000),
  ])('%.40s is refused', (text) => {
    expect(() => parse(text, { depth: Infinity })).toThrow(
      expect.objectContaining({ type: 'entity.prototype.key', status: 400, expose: true }),
    )
  })

  it.each([
    ['{"constructor":"of houses"}', { constructor: 'of houses' }],
    ['{"prototype":{"wheels":2}}', { prototype: { wheels: 2 } }],
    ['{"text":"__proto__ constructor"}', { text: '__proto__ constructor' }],
    ['{"hasOwnProperty":1}', { hasOwnProperty: 1 }],
  ])('%s is data', (text, value) => {
    expect(parse(text)).toEqual(value)
  })

  it('keeps the key __proto__ for whoever asks, and changes no prototype', () => {
    const value = parse('{"__proto__":{"admin":true}}', { prototypeKeys: 'keep' }) as object
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it('may be 1000 levels deep, and no deeper', () => {
    expect(JSON.stringify(parse(nested(1000)))).toBe(nested(1000))
    expect(() => parse(nested(1001))).toThrow(
      expect.objectContaining({ type: 'entity.too.deep', status: 400, limit: 1000 }),
    )
  })

  it('counts no brackets inside of strings', () => {
    const text = JSON.stringify({ text: `"\\${'['.repeat(5000)}` })
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  it.each([
    ['in strings', JSON.stringify(['['.repeat(3000), { '{{[': '[[['.repeat(1000) }])],
    ['behind escaped quotes', JSON.stringify([`"${'['.repeat(3000)}`, '\\', '"\\"', ']'])],
    [
      'behind a string that ends in a backslash',
      JSON.stringify(['\\'.repeat(5), '['.repeat(3000)]),
    ],
  ])('does not count brackets %s', (_place, text) => {
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  it('counts brackets behind strings that hold quotes and backslashes', () => {
    const strings = ['"', '\\', '\\"', '', '[', '\\\\']
      .map((text) => JSON.stringify(text))
      .join(',')
    const text = `[${strings},${'['.repeat(1001)}${']'.repeat(1001)}]`
    expect(() => parse(text)).toThrow('JSON is nested deeper than 1000 levels')
  })

  it('is as deep as `depth` allows', () => {
    expect(() => parse(nested(45_000))).toThrow('JSON is nested deeper than 1000 levels')
    expect(parse(nested(45_000), { depth: Infinity })).toBeInstanceOf(Array)
    expect(() => parse(`${nested(3)}      `, { depth: 2 })).toThrow('deeper than 2 levels')
  })

  it.each([1, 2, 249, 250, 251, 500, 501, 999])(
    'may be %i levels deep and no deeper, mixed',
    (depth) => {
      const mixed = (levels: number): string =>
        levels === 0
          ? '"[{"'
          : levels % 2
            ? `[1,${mixed(levels - 1)}]`
            : `{"a":${mixed(levels - 1)}}`
      const pad = ' '.repeat(2 * depth)
      expect(parse(mixed(depth) + pad, { depth })).toEqual(JSON.parse(mixed(depth)))
      expect(() => parse(mixed(depth + 1) + pad, { depth })).toThrow(`deeper than ${depth} levels`)
    },
  )

  it('is refused as text, unfinished as it is, when nothing but brackets comes', () => {
    expect(() => parse('['.repeat(90_000))).toThrow(
      expect.objectContaining({ type: 'entity.parse.failed', status: 400 }),
    )
  })

  it.each([247, 248, 249, 250, 251, 499, 998])('hides no key under %i levels', (levels) => {
    const within = (text: string): string => '{"a":'.repeat(levels) + text + '}'.repeat(levels)
    expect(() => parse(within('{"__proto__":1}'))).toThrow('the key "__proto__"')
    const key = '{"constructor":{"prototype":1}}'
    const depth = 2000
    expect(() => parse(within(key), { depth })).toThrow('the key "constructor.prototype"')
    expect(parse(within('{"constructor":{"protocol":1}}'), { depth })).toBeInstanceOf(Object)
  })

  it('is as deep as it was sent where Object.prototype was added to', () => {
    const added = { configurable: true, enumerable: true, writable: true, value: {} }
    // oxlint-disable-next-line no-extend-native -- what some old libraries do
    Object.defineProperty(Object.prototype, 'added', added)
    try {
      expect(parse('{"prototype":{}}           ', { depth: 2 })).toStrictEqual({ prototype: {} })
    } finally {
      Reflect.deleteProperty(Object.prototype, 'added')
    }
  })

  it('comes to no reviver when it is too deep', () => {
    const keys: string[] = []
    const reviver = (key: string, value: unknown): unknown => {
      keys.push(key)
      return value
    }
    expect(() => parse(nested(1001), { reviver })).toThrow('deeper than 1000 levels')
    expect(keys).toEqual([])
  })

  it('may hold no key that reaches a prototype in what a reviver makes of it', () => {
    const text = JSON.stringify({ packed: '{"__proto__":{}}' })
    expect(() => parse(text, { reviver: unpack })).toThrow('the key "__proto__"')
    const encoded = JSON.stringify({ constructor: btoa('prototype') })
    expect(() => parse(encoded, { reviver: decode })).toThrow('the key "constructor.prototype"')
    expect(
      parse('{"__proto__":1}', { reviver: (key, value) => (key ? undefined : value) }),
    ).toEqual({})
  })

  it('that cannot be parsed is a SyntaxError in the words of V8, with its text', async () => {
    const errors: unknown[] = []
    await using server = await parsingServer((req, res, next) =>
      json()(req, res, (error) => {
        errors.push(error)
        next(error)
      }),
    )
    await server.post('{"a":')
    const [error] = errors as [SyntaxError]
    expect(error).toBeInstanceOf(SyntaxError)
    expect(error).toMatchObject({
      message: 'Unexpected end of JSON input',
      type: 'entity.parse.failed',
      status: 400,
      expose: true,
      body: '{"a":',
    })
    expect(error.stack).toContain('SyntaxError: Unexpected end of JSON input')
  })

  it('is kept in bytes beside its value on request', async () => {
    await using server = await parsingServer(json({ rawBody: true }), (req, res) => {
      res.end(JSON.stringify({ body: [req.body, req.rawBody?.toString()] }))
    })
    const { result } = await server.post('{ "a": 1 }')
    expect(result).toEqual([{ a: 1 }, '{ "a": 1 }'])
  })

  it('is what `verify` made of its bytes, however many chunks they came in', async () => {
    const verify = json({ limit: '1mb', verify: decipher })
    await using server = await parsingServer(verify, (req, res) => {
      res.end(JSON.stringify({ body: (req.body as string[])[0]?.length }))
    })
    const sent = Buffer.from(JSON.stringify(['x'.repeat(300_000)]))
    decipher(undefined, undefined, sent)
    expect((await server.post(sent)).result).toBe(300_000)
  })

  it('takes no bytes with it otherwise', async () => {
    await using server = await parsingServer(json(), (req, res) => {
      res.end(JSON.stringify({ body: 'rawBody' in req }))
    })
    expect((await server.post('{}')).result).toBe(false)
  })

  it.each([{ depth: 0 }, { depth: Number.NaN }, { depth: '5' }, { prototypeKeys: 'ignore' }])(
    'is never parsed with %j',
    (options) => {
      expect(() => json(options as object)).toThrow(TypeError)
    },
  )

  it.each([{ limit: Number.NaN }, { limit: 'many' }, { limit: -1 }, { limit: '100k' }])(
    'is never read with a limit that is none (CVE-2026-12590): %j',
    (options) => {
      expect(() => json(options)).toThrow(TypeError)
    },
  )

  it.each([{ inflate: ['lzma'] }, { inflate: ['gzip', 3] }])(
    'is never inflated by what does not exist: %j',
    (options) => {
      expect(() => json(options as object)).toThrow('option inflate cannot hold')
    },
  )
})
