import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'

import { checkHost } from '../src/guard/canonical-head.ts'
import { HostError } from '../src/guard/errors.ts'

const request = (url: string, ...hosts: string[]) =>
  ({ url, rawHeaders: hosts.flatMap((host) => ['Host', host]) }) as IncomingMessage

describe('the host of a request', () => {
  it.each([
    'example.com',
    'EXAMPLE.com:8080',
    'a_b.test',
    '127.0.0.1:80',
    '[::1]',
    '[::1]:3000',
    '',
  ])('may be %j', (host) => expect(() => checkHost(request('/', host))).not.toThrow())

  it('may be missing, as in HTTP/1.0', () => {
    expect(() => checkHost(request('/'))).not.toThrow()
  })

  // CVE-2026-27959 (Koa): a host name taken from before the user information.
  it.each([
    'evil.com:fake@legit.test',
    'u@a',
    'a, b',
    'a,b',
    'a/b',
    'a b',
    'a?b',
    'a#b',
    'a\\b',
    'a"><script>',
    "a'b",
    'a:b',
    'a:1:2',
    'a:99999',
    'a:123456',
    ':80',
    '[::1',
    '[::g]',
    '[fe80::1%25eth0]',
    '::1',
    'a%2fb',
    'ex\u00e4mple',
  ])('may not be %j', (host) => {
    expect(() => checkHost(request('/', host))).toThrow(
      expect.objectContaining({ name: 'HostError', code: 'HOST_INVALID', status: 400 }),
    )
  })

  it('may not be named twice, even with one value', () => {
    expect(() => checkHost(request('/', 'a', 'b'))).toThrow(HostError)
    expect(() => checkHost(request('/', 'a', 'a'))).toThrow(HostError)
  })

  it('ends the connection when it is not clear', () => {
    expect(() => checkHost(request('/', 'a', 'b'))).toThrow(
      expect.objectContaining({ headers: { Connection: 'close' } }),
    )
  })

  it.each([
    ['http://a/x', 'a'],
    ['http://A:80/x', 'a'],
    ['https://a/x', 'A:443'],
    ['http://a:81?x', 'a:81'],
  ])('is the same in the target %s and in the field %s', (target, host) => {
    expect(() => checkHost(request(target, host))).not.toThrow()
  })

  it.each([
    ['http://a/x', 'b'],
    ['http://a:81/x', 'a'],
    ['http://u@a/x', 'a'],
    ['http:////x', 'a'],
    ['http://a/x', ''],
  ])('may not differ in the target %s and in the field %j', (target, host) => {
    expect(() => checkHost(request(target, host))).toThrow(HostError)
  })

  it.each(['http://example.com', 'https://example.com:8443'])(
    'is not believed when the field holds the origin %s',
    (host) => {
      const req = Object.assign(request('/', host), { headers: { host } })
      checkHost(req)
      expect(req.headers).not.toHaveProperty('host')
    },
  )

  it.each(['http://a/b', 'http://u@a', 'ftp://a', 'http://', 'http://a, b'])(
    'may not be %j',
    (host) => expect(() => checkHost(request('/', host))).toThrow(HostError),
  )

  it('is not looked for in a query', () => {
    expect(() => checkHost(request('/?to=http://b/', 'a'))).not.toThrow()
  })
})
