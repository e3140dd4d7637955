// oxlint-disable unicorn/consistent-function-scoping -- each stands where it is asked about
// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
// What docs/guards.md says, sentence by sentence.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import session, { csrf } from '@tokkyu/session'
import upload from '@tokkyu/upload'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import express, { type RequestHandler } from '@tokkyu/core'

const guard: RequestHandler = (_req, res) => void res.status(403).send('kept out')
const secret = 'at least thirty-two bytes of secret'

describe('a guard at a path', () => {
  const app = express().use('/admin', guard)
  app.use((_req, res) => void res.send('in'))

  it.each(['/admin', '/admin/', '//admin', '/%61dmin', '/x/../admin', '/admin/panel'])(
    'runs for %s',
    async (target) => {
      const reply = await app.inject(target)
      expect(reply.status).toBe(403)
    },
  )
})

describe('a guard at a regular expression', () => {
  const app = express().use(/^\/admin\/panel$/, guard)
  app.use((_req, res) => void res.send('in'))

  it('runs for what it matches, in the canonical spelling', async () => {
    expect((await app.inject('//admin/%70anel')).status).toBe(403)
  })

  it.each(['/admin/panel/', '/Admin/panel', '/admin/panel/x'])(
    'does not run for %s',
    async (target) => {
      expect((await app.inject(target)).status).toBe(200)
    },
  )
})

describe('a splat behind a guard', () => {
  let root = ''
  beforeAll(() => {
    root = mkdtempSync(path.join(tmpdir(), 'guards-page-'))
    mkdirSync(path.join(root, 'private'))
    writeFileSync(path.join(root, 'private/key'), 'the key')
  })
  afterAll(() => rmSync(root, { recursive: true }))

  it('sees %2F as data, which sendFile takes for a slash', async () => {
    const app = express().use('/files/private', guard)
    app.get('/files/*path', (req, res) => res.sendFile(req.params.path.join('/'), { root }))
    await request(app).get('/files/private/key').expect(403)
    await request(app).get('/files/private%2Fkey').expect(200)
  })

  it('holds when values with a slash are refused', async () => {
    const app = express().use('/files/private', guard)
    app.get('/files/*path', (req, res, next) => {
      if (req.params.path.some((part) => /[\\/]/.test(part))) res.sendStatus(404)
      else res.sendFile(req.params.path.join('/'), { root }, (error) => error && next(error))
    })
    await request(app).get('/files/private%2Fkey').expect(404)
  })

  it('holds when express.static serves the tree', async () => {
    const app = express().use('/files/private', guard).use('/files', express.static(root))
    await request(app).get('/files/private%2Fkey').expect(404)
  })
})

describe('a method that is overridden', () => {
  const override: RequestHandler = (req, _res, next) => {
    req.method = req.get('X-HTTP-Method-Override') ?? req.method
    next()
  }
  const forged = (app: express.Express) =>
    request(app).post('/').set('Origin', 'https://evil.test').set('X-HTTP-Method-Override', 'GET')
  const transfer: RequestHandler = (_req, res) => void res.send('transferred')

  it('opens csrf() when it comes first', () =>
    forged(express().use(override, csrf()).all('/', transfer)).expect(200))

  it('does not when csrf() comes first', () =>
    forged(express().set('env', 'test').use(csrf(), override).all('/', transfer)).expect(403))
})

describe('a token in the form of an upload', () => {
  const sessions = session({ secret, hardened: true })
  const send = async (app: express.Express) => {
    const page = await request(app).get('/token')
    const cookie = (page.headers['set-cookie'] as unknown as string[])[0]!.split(';')[0]!
    return request(app)
      .post('/')
      .set('Cookie', cookie)
      .field('_csrf', page.text)
      .attach('avatar', Buffer.from('x'), 'a.png')
  }
  const token: RequestHandler = (req, res) => {
    res.send((req as unknown as { csrfToken(): string }).csrfToken())
  }
  const name: RequestHandler = (req, res) => {
    res.send((req as unknown as { file: { originalname: string } }).file.originalname)
  }

  it('is not seen by csrf() before upload()', async () => {
    const app = express()
      .set('env', 'test')
      .use(sessions, csrf({ token: 'always' }))
    app.get('/token', token).post('/', upload().single('avatar'), name)
    expect((await send(app)).status).toBe(403)
  })

  it('is seen by csrf() behind upload()', async () => {
    const app = express().set('env', 'test').use(sessions)
    app.get('/token', csrf({ token: 'always' }), token)
    const avatar = upload({ limits: { fileSize: 1_000_000 } }).single('avatar')
    app.post('/', avatar, csrf({ token: 'always' }), name)
    expect((await send(app)).text).toBe('a.png')
  })
})
