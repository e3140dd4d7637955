import type { Family, Tools, App } from '../harness/case.ts'
import { override } from '../harness/override.ts'

const CHAIN = {
  path: '/',
  headers: { 'X-Forwarded-For': '9.9.9.9, 10.0.0.7, 192.168.1.1, 127.0.0.2' },
}

const trusting = (value: unknown) => (app: App) => {
  app.set('trust proxy', value)
  app.get('/', (req, res) => {
    res.json([req.ip, req.ips, req.protocol, req.hostname])
  })
}

const also = (headers: Record<string, string>) => ({
  path: '/',
  headers: { ...CHAIN.headers, Host: 'own.example', ...headers },
})

const ask = [
  CHAIN,
  also({ 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'public.example' }),
  { path: '/', headers: { Host: 'own.example' } },
]

const values: Record<string, unknown> = {
  'nothing (false)': false,
  everything: true,
  'no hop': 0,
  'one hop': 1,
  'three hops': 3,
  'a named range': 'loopback',
  'a list of ranges as text': 'loopback, 192.168.0.0/16, 10.0.0.0/8',
  'a list of ranges': ['127.0.0.0/8', '::1/128', '::ffff:127.0.0.1/128'],
  'one address': '127.0.0.1',
  'an empty list': [],
  'a function': (address: string, hop: number) => address.endsWith('127.0.0.1') || hop === 1,
}

export const trust: Family = {
  name: 'trust',
  fault: (app) => {
    override(app, 'set', (set, name, ...value) =>
      name === 'trust proxy' && value[0] === 1 ? set(name, 2) : set(name, ...value),
    )
  },
  cases: [
    ...Object.entries(values).map(([name, value]) => ({
      name: `can go to ${name}`,
      app: trusting(value),
      ask,
    })),
    {
      name: 'gives a function the hops from the socket outward',
      app: (app: App, { note }: Tools) => {
        app.set('trust proxy', (address: string, hop: number) => {
          note(`${hop} ${address.replace('::ffff:', '')}`)
          return hop < 2
        })
        app.get('/', (req, res) => res.json([req.ip]))
      },
      ask: CHAIN,
    },
    {
      name: 'refuses a range that is none',
      app: (app: App, { note }: Tools) => {
        for (const value of ['300.0.0.1', '10.0.0.0/99', 'nonsense']) {
          try {
            app.set('trust proxy', value)
            note('accepted')
          } catch (error) {
            note(`${(error as Error).name} ${(error as Error).message}`)
          }
        }
        app.get('/', (_req, res) => res.send('x'))
      },
      ask: '/',
    },
  ],
}
