import http from 'node:http'
import { fileURLToPath } from 'node:url'
import {
  array,
  asyncProperty,
  assert,
  constantFrom,
  integer,
  oneof,
  option,
  record,
  string,
  tuple,
  type Arbitrary,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ask, listening } from './harness/ask.ts'
import type { App, Framework, Question } from './harness/case.ts'
import { express, ours } from './harness/frameworks.ts'
import { settle } from './harness/settle.ts'

const root = fileURLToPath(new URL('fixtures/public', import.meta.url))

/** What URLs, headers and cookies are made of, and what they must not hold. */
const SIGNS = Array.from('%2Fa=;,"\'\\/<>&?#[]{}|^`~ \t\r\n.é☃')

const text = oneof(
  string({ maxLength: 20 }),
  array(integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((codes) =>
    String.fromCharCode(...codes),
  ),
  string({ unit: constantFrom(...SIGNS), maxLength: 20 }),
)

const quality = option(constantFrom('0', '0.3', '0.8', '1', '0.001', 'x', ''), { nil: undefined })
const list = (value: Arbitrary<string>): Arbitrary<string> =>
  array(
    tuple(value, quality).map(([each, q]) => (q === undefined ? each : `${each};q=${q}`)),
    { maxLength: 4 },
  ).map((values) => values.join(', '))

const accept = record({
  accept: list(constantFrom('text/html', 'text/*', '*/*', 'application/json', 'image/png', 'x')),
  'accept-language': list(constantFrom('de', 'de-AT', 'en', '*', 'fr')),
  'accept-encoding': list(constantFrom('gzip', 'br', 'identity', '*')),
})

const tag = constantFrom('"v1"', 'W/"v1"', '"v2"', 'W/"v2"', '""')
/** What stands in for no list of tags is read in more than one way. */
const tags = oneof(constantFrom('*'), array(tag, { minLength: 1, maxLength: 3 }).map(String))
const date = constantFrom(
  'Thu, 19 Nov 2026 10:00:00 GMT',
  'Thu, 19 Nov 2026 10:00:01 GMT',
  'Thu, 19 Nov 2026 09:59:59 GMT',
  'Thursday, 19-Nov-26 10:00:00 GMT',
  'soon',
)
const conditions = record(
  {
    'if-none-match': tags,
    'if-modified-since': date,
    'cache-control': constantFrom('no-cache', 'max-age=0', 'x, no-cache ', 'no-cachex'),
  },
  { requiredKeys: [] },
)

/** Ranges that exist: the reply to others is different on purpose, as are longer suffixes. */
const digit = integer({ min: 0, max: 9 })
const range = oneof(
  tuple(digit, integer({ min: 0, max: 14 }))
    .filter(([first, last]) => first <= last)
    .map(([first, last]) => `bytes=${first}-${last}`),
  digit.map((first) => `bytes=${first}-`),
  digit.map((last) => `bytes=-${last + 1}`),
  constantFrom('bytes=a-b', 'items=0-1', 'bytes', ''),
)

const address = constantFrom('1.1.1.1', '10.0.0.1', '127.0.0.1', '::1', '::ffff:10.0.0.2', 'x', '')
const forwarded = record({
  host: constantFrom('own.example', 'a.own.example:8080'),
  'x-forwarded-for': array(address, { maxLength: 4 }).map((all) => all.join(', ')),
  'x-forwarded-proto': constantFrom('', 'https', 'http, https', ' wss , x'),
  'x-forwarded-host': constantFrom('', 'a.b.c.example', 'x.example:81, y', '[::1]:80'),
})

const given = text.map((value) => ({ 'x-given': encode(value) }))

const query = array(
  tuple(constantFrom('a', 'b', 'a[]', 'a[b]', 'a[0]', '%61', '', 'é'), text).map(
    ([name, value]) => `${encodeURI(name)}=${encode(value)}`,
  ),
  { maxLength: 4 },
).map((pairs) => pairs.join('&'))

/** A lone surrogate has no encoding. */
function encode(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '?'))
}

/** Each road is asked with its own kind of question. */
const roads: Record<string, Arbitrary<Question>> = {
  'puts text into a header': tuple(
    constantFrom('location', 'redirect', 'attachment', 'cookie', 'signed', 'set', 'links', 'json'),
    given,
  )
    // Angle brackets in the target of a link are encoded on purpose: docs/differences.md.
    .filter(([way, headers]) => way !== 'links' || !/%3[CE]/.test(headers['x-given']))
    .map(([way, headers]) => ({ path: `/${way}`, headers })),
  'prefers a form': accept.map((headers) => ({ path: '/accepts', headers })),
  'is asked under a condition': tuple(constantFrom('GET', 'HEAD', 'POST'), conditions).map(
    ([method, headers]) => ({ method, path: '/versioned', headers }),
  ),
  'is asked for part of a file': range.map((each) => ({
    path: '/files/digits.txt',
    headers: { range: each },
  })),
  'is asked through proxies': forwarded.map((headers) => ({ path: '/address', headers })),
  'reads a query': query.map((each) => ({ path: `/query?${each}` })),
}

describe.each(Object.entries(roads))('an app that %s', (_name, question) => {
  it('answers as Express does', { timeout: 60_000 }, async () => {
    await listening(http.createServer(furnish(express)), (theirs) =>
      listening(http.createServer(furnish(ours)), (own) =>
        assert(
          asyncProperty(question, async (each) => {
            expect(settle(await ask(own, each))).toEqual(settle(await ask(theirs, each)))
          }),
          { numRuns: 150 },
        ),
      ),
    )
  })
})

function furnish(framework: Framework): App {
  const app = framework().set('env', 'production').set('trust proxy', 'loopback, 10.0.0.0/8')
  app.use((req, _res, next) => {
    Object.assign(req, { secret: 'secret' })
    next()
  })
  const ways: Record<
    string,
    (res: ReturnType<typeof app.response.status>, value: string) => unknown
  > = {
    location: (res, value) => res.location(value).end(),
    redirect: (res, value) => res.redirect(value),
    attachment: (res, value) => res.attachment(value).send('x'),
    cookie: (res, value) => res.cookie('a', value).clearCookie('b', { maxAge: 5 }).end(),
    signed: (res, value) => res.cookie('a', { value }, { signed: true }).end(),
    set: (res, value) => res.set('X-Own', value).end(),
    links: (res, value) => res.links({ next: value }).end(),
    json: (res, value) => res.json({ value }),
  }
  for (const [way, answer] of Object.entries(ways)) {
    app.get(`/${way}`, (req, res) => void answer(res, decodeURIComponent(req.get('X-Given') ?? '')))
  }
  app.get('/accepts', (req, res) => {
    res.vary('Accept-Language').format({
      json: () => res.json([req.accepts(), req.acceptsLanguages(), req.acceptsEncodings()]),
      html: () => res.send(String(req.acceptsLanguages('de', 'en'))),
      text: () => res.send(String(req.acceptsEncodings('br', 'gzip'))),
    })
  })
  app.all('/versioned', (_req, res) => {
    res.set({ ETag: '"v1"', 'Last-Modified': 'Thu, 19 Nov 2026 10:00:00 GMT' }).send('body')
  })
  app.use('/files', framework.static(root))
  app.get('/address', (req, res) => {
    res.json([req.ip, req.ips, req.protocol, req.secure, req.host, req.hostname, req.subdomains])
  })
  app.get('/query', (req, res) => res.json(req.query))
  app.use(((
    error: { status?: number },
    _req: unknown,
    res: typeof app.response,
    _next: unknown,
  ) => {
    res.status(error.status ?? 500).end('failed')
  }) as never)
  return app
}
