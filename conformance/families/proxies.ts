import { expect } from 'vitest'
import type { App, Family } from '../harness/case.ts'

const address = (app: App) => {
  app.get('/', (req, res) => {
    const { ip, ips, protocol, secure, host, hostname, subdomains } = req
    res.json({ ip, ips, protocol, secure, host, hostname, subdomains })
  })
}

const behind = (headers: Record<string, string>) => ({
  path: '/',
  headers: { Host: 'own.example:81', ...headers },
})

const FORWARDED = {
  'X-Forwarded-For': '1.1.1.1, 2.2.2.2, 10.0.0.5',
  'X-Forwarded-Proto': 'https, http',
  'X-Forwarded-Host': 'a.b.public.example:444, inner.example',
}

export const proxies: Family = {
  name: 'proxies',
  fault: (app) => {
    Object.defineProperty(app.request, 'protocol', { get: () => 'http' })
    Object.defineProperty(app.request, 'host', { get: () => 'own.example:81' })
  },
  cases: [
    {
      name: 'believes the socket and Host alone by default',
      app: address,
      ask: [behind({}), behind(FORWARDED)],
    },
    {
      name: 'believes a trusted proxy',
      app: (app) => address(app.set('trust proxy', true)),
      ask: [
        behind({}),
        behind(FORWARDED),
        behind({ 'X-Forwarded-For': '' }),
        behind({ 'X-Forwarded-For': 'unknown, 1.1.1.1' }),
        behind({ 'X-Forwarded-For': '::ffff:1.1.1.1,[::1]:80 , 2001:db8::1' }),
        behind({ 'X-Forwarded-Proto': '' }),
        behind({ 'X-Forwarded-Proto': ' HTTPS ' }),
        behind({ 'X-Forwarded-Host': '' }),
        behind({ 'X-Forwarded-Host': '[::1]:8080' }),
      ],
    },
    {
      name: 'cuts hosts into name, port and subdomains',
      app: address,
      ask: [
        'a.b.example.com',
        'example.com',
        'localhost:80',
        '127.0.0.1:80',
        '[::1]:80',
        '[::1]',
      ].map((Host) => ({ path: '/', headers: { Host } })),
    },
    {
      name: 'counts the labels of the domain as told',
      app: (app) => address(app.set('subdomain offset', 0)),
      ask: ['a.b.example.com', '10.0.0.1'].map((Host) => ({ path: '/', headers: { Host } })),
    },
    {
      name: 'refuses a host that is none',
      app: address,
      ask: ['evil.example:fake@legit.test', 'a, b', 'a/b', 'a b'].map((Host) => ({
        path: '/',
        headers: { Host },
      })),
      differs: {
        id: 'host-policy',
        express: [{ status: 200 }, { status: 200 }, { status: 200 }, { status: 200 }],
        ours: [{ status: 400 }, { status: 400 }, { status: 400 }, { status: 400 }],
      },
    },
    {
      name: 'does not believe a trusted proxy that names no host',
      app: (app) => address(app.set('trust proxy', true)),
      ask: behind({ 'X-Forwarded-Host': 'evil.example:fake@own.example' }),
      differs: {
        id: 'host-policy',
        express: [{ body: expect.stringContaining('"hostname":"evil.example"') }],
        ours: [{ body: expect.stringContaining('"hostname":"own.example"') }],
      },
    },
    {
      name: 'takes any host when told to',
      app: (app) => address(app.set('host policy', false)),
      ask: ['evil.example:fake@legit.test', 'a, b', 'a/b'].map((Host) => ({
        path: '/',
        headers: { Host },
      })),
    },
    {
      name: 'serves a target that names its host',
      app: (app) => {
        app.get('/a', (req, res) => res.json([req.path, req.query, req.hostname]))
      },
      ask: [{ path: 'http://own.example/a?x=1', headers: { Host: 'own.example' } }],
    },
  ],
}
