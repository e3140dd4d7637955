import { generateKeyPairSync } from 'node:crypto'

import jwt from 'jsonwebtoken'
import request from 'supertest'
import { describe, it } from 'vitest'

import { createApp } from './app.ts'

const secret = 'a secret of at least thirty-two bytes'
const audience = 'small-cases'
const app = createApp(secret)

async function tokenOf(name: string, password: string): Promise<string> {
  const { body } = await request(app).post('/login').send({ name, password }).expect(200)
  return (body as { token: string }).token
}

describe('logging in', () => {
  it('gives a token that says who asks', async () => {
    const token = await tokenOf('ada', 'analytical')
    await request(app).get('/api/me').auth(token, { type: 'bearer' }).expect(200, { name: 'ada' })
  })

  it.each([
    ['a wrong password', { name: 'ada', password: 'guess' }],
    ['no such user', { name: 'eve', password: 'guess' }],
    ['a name that every object has', { name: 'constructor' }],
    ['no name', {}],
    ['a list', ['ada']],
  ])('answers 401 to %s', async (_what, body) => {
    await request(app).post('/login').send(body).expect(401, { error: 'Wrong name or password' })
  })

  it('answers 401 when there is no body', () => request(app).post('/login').expect(401))
})

describe('a route behind the token', () => {
  it('answers 401 without one, and says what it wants', () =>
    request(app)
      .get('/api/me')
      .expect('WWW-Authenticate', 'Bearer')
      .expect(401, { error: 'credentials_required' }))

  it.each([
    ['that is none', 'not.a.token'],
    [
      'of another key',
      jwt.sign({ sub: 'ada' }, 'another secret of thirty-two bytes', { audience }),
    ],
    ['that has expired', jwt.sign({ sub: 'ada' }, secret, { audience, expiresIn: -1 })],
    ['for somebody else', jwt.sign({ sub: 'ada' }, secret, { audience: 'another app' })],
    ['that is not signed', jwt.sign({ sub: 'ada' }, '', { audience, algorithm: 'none' })],
    [
      'signed by an algorithm of its choice',
      jwt.sign({}, secret, { audience, algorithm: 'HS512' }),
    ],
    ['signed by a key pair', jwt.sign({}, keyPair(), { audience, algorithm: 'RS256' })],
  ])('answers 401 to a token %s', async (_what, token) => {
    await request(app)
      .get('/api/me')
      .auth(token, { type: 'bearer' })
      .expect('WWW-Authenticate', 'Bearer error="invalid_token"')
      .expect(401)
  })

  it('answers 401 to a token whose claims were changed', async () => {
    const [head, , signature] = (await tokenOf('bob', 'builder')).split('.')
    const claims = { sub: 'bob', roles: ['admin'], aud: audience, exp: 4_102_444_800 }
    const forged = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature]
    await request(app)
      .delete('/api/users/ada')
      .auth(forged.join('.'), { type: 'bearer' })
      .expect(401, { error: 'invalid_token' })
  })

  it('answers 401 to a header of another scheme', () =>
    request(app).get('/api/me').auth('ada', 'analytical').expect(401))
})

describe('a route for some', () => {
  it('answers 204 to those', async () => {
    const token = await tokenOf('ada', 'analytical')
    await request(app).delete('/api/users/bob').auth(token, { type: 'bearer' }).expect(204)
  })

  it('answers 403 to the others, whose token is good', async () => {
    const token = await tokenOf('bob', 'builder')
    await request(app).delete('/api/users/ada').auth(token, { type: 'bearer' }).expect(403)
  })
})

function keyPair(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}
