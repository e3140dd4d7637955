// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import request from 'supertest'
import { describe, it } from 'vitest'
import express from '@tokkyu/core'

type Read = (req: express.Request) => unknown

function reading(read: Read, trust: unknown = false) {
  const app = express().set('trust proxy', trust)
  return app.use((req, res) => void res.json([read(req) ?? null]))
}

describe('the address of a client', () => {
  it('is the socket’s own, whatever an untrusted peer says', () =>
    request(reading((req) => [req.ip, req.ips, req.protocol, req.host, req.secure]))
      .get('/')
      .set({
        Host: 'shop.example',
        'X-Forwarded-For': '6.6.6.6',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'evil.example',
      })
      .expect(/"(::ffff:)?127\.0\.0\.1",\[\],"http","shop\.example",false/))

  it('is what the trusted proxies in a row say, and no further', () =>
    request(reading((req) => [req.ip, req.ips], 'loopback, 10.0.0.0/8'))
      .get('/')
      .set('X-Forwarded-For', '1.1.1.1, 2.2.2.2, 10.0.0.5')
      .expect([['2.2.2.2', ['2.2.2.2', '10.0.0.5']]]))

  it('takes protocol and host from the first entry of a trusted list', () =>
    request(reading((req) => [req.protocol, req.secure, req.host, req.hostname], 1))
      .get('/')
      .set({ 'X-Forwarded-Proto': 'https , http', 'X-Forwarded-Host': 'a.example:81 , b.example' })
      .expect([['https', true, 'a.example:81', 'a.example']]))

  it('is not taken from a forwarded host that is none, unless the host policy is off', async () => {
    const forged = { Host: 'own.example', 'X-Forwarded-Host': 'evil.example:x@own.example' }
    const app = reading((req) => req.hostname, true)
    await request(app).get('/').set(forged).expect(['own.example'])
    await request(app.set('host policy', false)).get('/').set(forged).expect(['evil.example'])
  })

  it.each([
    ['tobi.ferrets.example.com', 2, ['ferrets', 'tobi']],
    ['example.com', 2, []],
    ['127.0.0.1', 2, []],
    ['127.0.0.1', 0, ['127.0.0.1']],
    ['[::1]:81', 2, []],
    ['a.b.example.com:81', 3, ['a']],
  ])('has the subdomains of %s, %i labels aside', async (host, offset, expected) => {
    await request(reading((req) => req.subdomains).set('subdomain offset', offset))
      .get('/')
      .set('Host', host)
      .expect([expected])
  })
})
