import express from 'express'
import { describe, expect, it } from 'vitest'
import { basicAuth, parseBasicAuth } from '@tokkyu/session'
import type { BasicAuthOptions } from '@tokkyu/session'
import { serve } from './client.ts'

const basic = (text: string | Buffer): string => `Basic ${Buffer.from(text).toString('base64')}`

describe('parseBasicAuth (RFC 7617)', () => {
  it.each([
    ['Basic YWRhOnNlY3JldA==', { name: 'ada', password: 'secret' }],
    ['bAsIc   YWRhOnNlY3JldA==', { name: 'ada', password: 'secret' }],
    [basic('ada:with:colons'), { name: 'ada', password: 'with:colons' }],
    [basic(':'), { name: '', password: '' }],
    [basic('žluť:特急'), { name: 'žluť', password: '特急' }],
  ])('reads %s', (header, expected) => {
    expect(parseBasicAuth(header)).toEqual(expected)
  })

  it.each([
    undefined,
    '',
    'Bearer YWRhOnNlY3JldA==',
    'Basic',
    'Basic !!!',
    'Basic YWRh OnNlY3JldA==',
    basic('no colon'),
    basic('ada\r\nforged log line:x'), // CVE-2026-5078
    basic('ada:x\0'),
    basic(Buffer.from([0x61, 0x3a, 0xff])), // not UTF-8
  ])('reads nothing from %j', (header) => {
    expect(parseBasicAuth(header)).toBeUndefined()
  })
})

describe('basicAuth()', () => {
  it('lets in who knows the password', async () => {
    const client = await guarded({ users: { ada: 'secret' } })
    expect(await client.get('/', { authorization: basic('ada:secret') })).toMatchObject({
      status: 200,
      text: 'ada',
    })
  })

  it.each([
    'ada:wrong',
    'ada:',
    'eve:secret',
    ':secret',
    '__proto__:x',
    'toString:x',
    'ada:secret2',
  ])('challenges %s', async (credentials) => {
    const client = await guarded({ users: { ada: 'secret' }, realm: 'the "back" office' })
    const answer = await client.get('/', { authorization: basic(credentials) })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe(
      'Basic realm="the \\"back\\" office", charset="UTF-8"',
    )
  })

  it('challenges who sends nothing', async () => {
    const answer = await (await guarded({ users: { ada: 'secret' } })).get('/')
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      401,
      'Basic realm="Restricted", charset="UTF-8"',
    ])
  })

  it('asks a function, which may take its time or fail', async () => {
    const client = await guarded({
      verify: async ({ name, password }) => {
        if (name === 'boom') throw new Error('the directory is away')
        return password === name
      },
    })
    expect((await client.get('/', { authorization: basic('a:a') })).text).toBe('a')
    expect((await client.get('/', { authorization: basic('a:b') })).status).toBe(401)
    expect((await client.get('/', { authorization: basic('boom:') })).status).toBe(500)
  })

  it.each([
    {},
    { users: { 'a:b': 'x' } },
    { users: { a: '' } },
    { users: { a: undefined } },
    { users: {}, realm: 'a\r\nb' },
  ])('refuses %j at once', (options) => {
    expect(() => basicAuth(options as never)).toThrow(TypeError)
  })
})

async function guarded(options: BasicAuthOptions) {
  const app = express()
  app.use(basicAuth(options))
  app.get('/', (req, res) => res.send((req as unknown as { auth: { user: string } }).auth.user))
  app.use(((error, _req, res, next) =>
    error.status === 401
      ? next(error)
      : res.status(500).send('error')) as express.ErrorRequestHandler)
  app.set('env', 'test')
  return serve(app)
}
