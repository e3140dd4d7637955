import { createHmac } from 'node:crypto'
import cookieParser from 'cookie-parser'
import type { Family } from '../harness/case.ts'
import { override } from '../harness/override.ts'

export const cookies: Family = {
  name: 'cookies',
  fault: (app) => {
    override(app.response, 'append', (append, name, value) =>
      append(name, String(value).replace('Path=/', 'Path=/x')),
    )
  },
  cases: [
    {
      name: 'sets cookies one by one',
      app: (app) =>
        app.get('/', (_req, res) => res.cookie('a', '1').cookie('b', 2).cookie('c', true).end()),
      ask: '/',
    },
    {
      name: 'encodes values',
      app: (app) =>
        app.get('/', (_req, res) =>
          res
            .cookie('a', 'ü ;,"')
            .cookie('b', { x: [1, 'ä'] })
            .cookie('c', null)
            .cookie('d', '')
            .end(),
        ),
      ask: '/',
    },
    {
      name: 'takes an encoder',
      app: (app) =>
        app.get('/', (_req, res) =>
          res.cookie('a', 'plain+text', { encode: (value: string) => value.toUpperCase() }).end(),
        ),
      ask: '/',
    },
    {
      name: 'writes every attribute',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.cookie('a', '1', {
            domain: 'example.com',
            path: '/in',
            expires: new Date('2030-01-01T00:00:00Z'),
            httpOnly: true,
            secure: true,
            sameSite: 'lax',
            priority: 'high',
            partitioned: true,
          })
          res.cookie('b', '1', { sameSite: true, secure: false })
          res.cookie('c', '1', { sameSite: 'none', secure: true })
          res.cookie('d', '1', { sameSite: false }).end()
        }),
      ask: '/',
    },
    {
      name: 'counts maxAge in milliseconds',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.cookie('a', '1', { maxAge: 60_500 })
          res.cookie('b', '1', { maxAge: 0 })
          res.cookie('c', '1', { maxAge: -1000 })
          res.cookie('d', '1', { maxAge: null as never })
          res.cookie('e', '1', { maxAge: undefined }).end()
        }),
      ask: '/',
    },
    {
      name: 'leaves the options of the caller as they were',
      app: (app) =>
        app.get('/', (_req, res) => {
          const options = { maxAge: 1000 }
          res.cookie('a', '1', options)
          res.json(options)
        }),
      ask: '/',
    },
    {
      name: 'clears cookies',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.clearCookie('a').clearCookie('b', { path: '/in', maxAge: 900 })
          res.clearCookie('c', { expires: new Date('2030-01-01T00:00:00Z'), httpOnly: true }).end()
        }),
      ask: '/',
    },
    {
      name: 'signs with the secret that cookie-parser was given',
      app: (app) => {
        app.use(cookieParser('secret'))
        app.get('/', (_req, res) =>
          res.cookie('a', 'value', { signed: true }).cookie('b', { x: 1 }, { signed: true }).end(),
        )
        app.get('/read', (req, res) => res.json([req.cookies, req.signedCookies]))
      },
      ask: [
        '/',
        ([first]) => ({
          path: '/read',
          headers: {
            Cookie: [
              ...(first?.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]),
              'a=forged; plain=1',
            ].join('; '),
          },
        }),
        { path: '/read', headers: { Cookie: 'a=s%3Avalue.forged' } },
      ],
    },
    {
      name: 'signs with the first of several secrets, and reads with each',
      app: (app) => {
        app.use(cookieParser(['new', 'old']))
        app.get('/read', (req, res) => res.json(req.signedCookies))
      },
      ask: {
        path: '/read',
        headers: { Cookie: `a=${encodeURIComponent(`s:value.${signature('value', 'old')}`)}` },
      },
    },
    {
      name: 'refuses to sign without a secret',
      app: (app) => app.get('/', (_req, res) => res.cookie('a', '1', { signed: true }).end()),
      ask: '/',
    },
    {
      name: 'sends what browsers drop',
      app: (app) => {
        app.get('/large', (_req, res) => res.cookie('a', 'x'.repeat(5000)).end())
        app.get('/path', (_req, res) =>
          res.cookie('a', '1', { path: `/${'x'.repeat(2000)}` }).end(),
        )
        app.get('/host', (_req, res) => res.cookie('__Host-a', '1').end())
        app.get('/secure', (_req, res) => res.cookie('__Secure-a', '1').end())
        app.get('/clear', (_req, res) => res.clearCookie('__Host-a').end())
      },
      ask: ['/large', '/path', '/host', '/secure', '/clear'],
    },
    {
      name: 'refuses what is no cookie',
      app: (app) => {
        app.get('/name', (_req, res) => res.cookie('a b', '1').end())
        app.get('/domain', (_req, res) => res.cookie('a', '1', { domain: 'x;y' }).end())
        app.get('/path', (_req, res) => res.cookie('a', '1', { path: '/;Domain=evil' }).end())
        app.get('/site', (_req, res) => res.cookie('a', '1', { sameSite: 'other' as never }).end())
      },
      ask: ['/name', '/domain', '/path', '/site'],
      differs: {
        id: 'error-texts',
        express: ['/name', '/domain', '/path', '/site'].map(() => ({ status: 500 })),
        ours: ['/name', '/domain', '/path', '/site'].map(() => ({ status: 500 })),
      },
    },
    {
      name: 'adds to Set-Cookie by hand as well',
      app: (app) =>
        app.get('/', (_req, res) => {
          res.append('Set-Cookie', 'x=1').cookie('a', '1')
          res.append('Set-Cookie', ['y=1', 'z=1']).end()
        }),
      ask: '/',
    },
  ],
}

function signature(value: string, secret: string): string {
  return createHmac('sha256', secret).update(value).digest('base64').replace(/=+$/, '')
}
