// oxlint-disable vitest/expect-expect -- `expectContract` expects
// oxlint-disable import/no-named-as-default-member -- `express.json` is how apps write it
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import express, { type Express } from '../src/index.ts'

/** What lies in the folder that is served; each file says where it is. */
const FILES = [
  'admin/secret.txt',
  'admin/deep/secret.txt',
  'public.txt',
  'x/admin/y.txt',
  'adminx.txt',
  'ad/min.txt',
]

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'guard-'))
  for (const file of FILES) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), `file:${file}`)
  }
})
afterAll(() => rmSync(root, { recursive: true }))

/** Puts a guard that only leaves a mark before everything that answers. */
function guarded(app: Express, path = '/admin'): Express {
  app.set('env', 'test')
  app.use(path, (_req, res, next) => {
    res.set('X-Guard', 'ran')
    void next()
  })
  return app
}

/** Everything that answers: files, then routes that tell the segments they were asked for. */
function answering(app: Express): Express {
  app.use(express.static(root))
  app.get('/{*path}', (req, res) => {
    const { path = [] } = req.params
    res.send(`route:${JSON.stringify(path.filter((segment) => segment !== ''))}`)
  })
  return app
}

/** Every byte of a text in percent-encoding, in lower case for once. */
function percent(text: string): string {
  return Buffer.from(text).toString('hex').replace(/../g, '%$&')
}

/** The segments that an answer says it lies at; undefined when nothing was answered. */
function placeOf(body: string): string[] | undefined {
  if (body.startsWith('file:')) return body.slice(5).split('/')
  if (body.startsWith('route:')) return JSON.parse(body.slice(6)) as string[]
  return undefined
}

async function expectContract(app: Express, url: string): Promise<void> {
  const reply = await app.inject({ url })
  const place = placeOf(await reply.text())
  const guardRan = reply.headers['x-guard'] === 'ran'
  // Where nothing was answered there is nothing to guard, but it must have been an error.
  const shouldHaveRun = place ? place[0]?.toLowerCase() === 'admin' : guardRan
  const isFine = place !== undefined || reply.status >= 300
  expect({ url, guardRan, isFine }).toEqual({ url, guardRan: shouldHaveRun, isFine: true })
}

// Spellings by which guards of Express, Fastify, Hono and h3 plugins were walked around, among them
// CVE-2026-22031 (%61), CVE-2026-33804 (//), CVE-2026-29045 (%2F), CVE-2026-112362 (absolute form).
const SPELLINGS = [
  '/admin/secret.txt',
  '/%61dmin/secret.txt',
  '/%61%64%6D%69%6e/secret.txt',
  '/admin%2Fsecret.txt',
  '/admin%2fsecret.txt',
  '/admin%5Csecret.txt',
  '/admin\\secret.txt',
  '//admin/secret.txt',
  '///admin///secret.txt',
  '/admin//secret.txt',
  '/./admin/secret.txt',
  '/x/../admin/secret.txt',
  '/x/y/../../admin/secret.txt',
  '/%2e/admin/secret.txt',
  '/x/%2e%2e/admin/secret.txt',
  '/x/.%2E/admin/secret.txt',
  '/%252e%252e/admin/secret.txt',
  '/..%2fadmin/secret.txt',
  '/../admin/secret.txt',
  '/admin/../admin/secret.txt',
  '/admin;v=1/secret.txt',
  '/ADMIN/secret.txt',
  '/admin/',
  '/admin',
  '/admin%00/secret.txt',
  '/admin%0a/secret.txt',
  '/admin%20/secret.txt',
  '/admin./secret.txt',
  '/admin#/secret.txt',
  '/admin?/secret.txt',
  '/x#?/../admin/secret.txt',
  '/%2561dmin/secret.txt',
  '/%%361dmin/secret.txt',
  '/%%36%31dmin/secret.txt',
  '/%c0%ae/admin/secret.txt',
  '/%ef%bc%8fadmin/secret.txt',
  '/%uff0fadmin/secret.txt',
  '/C:/admin/secret.txt',
  '/x/..;/admin/secret.txt',
  'http://localhost/admin/secret.txt',
  'http://localhost/%61dmin/secret.txt',
  'http://localhost//admin/secret.txt',
  'HTTP://LOCALHOST/x/../admin/secret.txt',
  'http:////admin/secret.txt',
  'http://localhost',
  '*',
]

describe('the guard mounted at a path', () => {
  it.each(SPELLINGS)('runs for %j exactly when the answer lies under it', (url) =>
    expectContract(answering(guarded(express())), url),
  )

  const piece = fc.constantFrom(
    'admin',
    'ADMIN',
    '%61dmin',
    'adm%69n',
    'x',
    'ad',
    'min',
    '..',
    '.',
    '%2e',
    '%2E%2e',
    '%2F',
    '%2f',
    '%5c',
    '%00',
    '%',
    '%6',
    '61',
    '1',
    '%25',
    ';',
    ':',
    '/',
    '/',
    '/',
    '//',
    '#',
    '?',
    '%3F',
    '%23',
    'secret.txt',
    'public.txt',
    'deep',
    '%20',
    'http:',
    '\\',
  )
  const anyUrl = fc
    .tuple(
      fc.constantFrom('/', '/', '//', 'http://localhost/', '/x/'),
      fc.array(piece, { maxLength: 9 }),
    )
    .map(([start, rest]) => start + rest.join(''))

  it('runs for any spelling exactly when the answer lies under it', async () => {
    const app = answering(guarded(express()))
    await fc.assert(
      fc.asyncProperty(anyUrl, (url) => expectContract(app, url)),
      { numRuns: 400 },
    )
  })

  it('runs when the answer comes from a mounted router, app or folder', async () => {
    const app = guarded(express())
    app.use(express.Router().use(express.static(root)))
    app.use(answering(express()))
    await fc.assert(
      fc.asyncProperty(anyUrl, (url) => expectContract(app, url)),
      { numRuns: 100 },
    )
  })

  it('runs when a middleware before it rewrites the URL', async () => {
    const app = express()
    app.use((req, _res, next) => {
      req.url = req.url.replace(/^\/from/, '/x/../%61dmin')
      void next()
    })
    answering(guarded(app))
    const reply = await app.inject('/from/secret.txt')
    expect(reply.headers['x-guard']).toBe('ran')
    expect(await reply.text()).toBe('file:admin/secret.txt')
  })

  it.each(['/@admin', '/~admin', '/a+b', "/it's", '/a=b', '/a,b', '/v1.0', '/a:b', '/a&b', '/$a'])(
    'runs for every encoding of %s',
    async (path) => {
      const pattern = path.replace(/[+:()!*?{}[\]]/g, String.raw`\$&`)
      const app = guarded(express(), pattern)
      app.use((req, res) => res.send(decodeURIComponent(req.path)))
      const encoded = path.replace(/(?!^)./g, (each) => `%${each.charCodeAt(0).toString(16)}`)
      const reply = await app.inject(`${encoded}/x`)
      expect(await reply.text()).toBe(`${path}/x`)
      expect(reply.headers['x-guard']).toBe('ran')
    },
  )

  const names = fc
    .array(fc.constantFrom(...Array.from('aZ09-_~!$&()*+,;=:@ é日|^<>"[]{}?#`')), {
      minLength: 1,
      maxLength: 6,
    })
    .map((characters) => characters.join(''))
  const spellings = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })

  it('runs for a folder of any name, however that is encoded', async () => {
    await fc.assert(
      fc.asyncProperty(names, spellings, async (name, encoded) => {
        mkdirSync(join(root, name), { recursive: true })
        writeFileSync(join(root, name, 'in.txt'), 'inside')
        const pattern = `/${name.replace(/[^\w\s-]/g, String.raw`\$&`)}`
        const app = guarded(express(), pattern).use(express.static(root))
        const url = Array.from(name, (each, at) => (encoded[at] ? percent(each) : encodeURI(each)))
        const reply = await app.inject(`/${url.join('').replace(/[?#]/g, percent)}/in.txt`)
        const guardRan = reply.headers['x-guard'] === 'ran'
        expect({ name, body: await reply.text(), guardRan }).toEqual({
          name,
          body: 'inside',
          guardRan: true,
        })
      }),
      { numRuns: 200 },
    )
  })

  it('is walked around in Express, and here only when Express’s way was asked for', async () => {
    const app = guarded(express())
    app.set('path canonical', false)
    const reply = await answering(app).inject('/%61dmin/secret.txt')
    expect(await reply.text()).toBe('file:admin/secret.txt')
    expect(reply.headers).not.toHaveProperty('x-guard')
  })
})

describe('the URL a handler sees', () => {
  it('is canonical, beside the original', async () => {
    const app = express()
    app.use('/a', (req, res) =>
      res.json([req.url, req.path, req.baseUrl, req.originalUrl, req.query]),
    )
    const reply = await app.inject('//%61/x/..//b%2fc?q=%61')
    expect(await reply.json()).toEqual([
      '/b%2Fc?q=%61',
      '/b%2Fc',
      '/a',
      '//%61/x/..//b%2fc?q=%61',
      { q: 'a' },
    ])
  })

  it('keeps a URL inside the path', async () => {
    const app = express()
    app.get('/proxy/*url', (req, res) => res.send(req.params.url.join('/')))
    expect(await (await app.inject('/proxy/https://h//a')).text()).toBe('https://h/a')
  })
})
