import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'

import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'
import { readConfig } from '../src/server/config.ts'
import { IMAGES } from './images.ts'

const FEW = { play: 2, names: 2, rooms: 2, uploads: 2 }

describe('one address in a minute', () => {
  it.each([
    ['play', (app: App) => request(app).post('/game').send({ action: 'rock' })],
    ['play once', (app: App) => request(app).get('/game?action=rock')],
    ['take names', (app: App) => request(app).post('/profile').send({ name: 'Ada' })],
    ['open rooms', (app: App) => request(app).post('/duels')],
    [
      'upload',
      (app: App) => request(app).post('/avatar').attach('avatar', IMAGES['image/png'], 'a.png'),
    ],
  ])('may %s as often as the limit says, and is told when to come again', async (_what, ask) => {
    const app = createApp({ rateLimits: FEW })
    for (let time = 0; time < 2; time += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status } = await ask(app)
      expect(status).toBeLessThan(400)
    }
    const { status, body, headers } = await ask(app).set('Accept', 'application/json')
    expect(status).toBe(429)
    expect(body).toMatchObject({ code: 'TOO_MANY_REQUESTS', title: 'Too Many Requests' })
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  })

  it('may look at pages as often as it likes', async () => {
    const app = createApp({ rateLimits: FEW })
    const seen = await Promise.all(Array.from({ length: 6 }, () => request(app).get('/')))
    expect(seen.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  })

  it('is known by the address that the proxy tells, and by no made-up one without a proxy', async () => {
    const behind = createApp({ rateLimits: FEW, config: readConfig({ BEHIND_HTTPS: '1' }) })
    const direct = createApp({ rateLimits: FEW })
    const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3']
    const statuses = async (app: App): Promise<number[]> =>
      (
        await Promise.all(
          addresses.map((address) => request(app).post('/duels').set('X-Forwarded-For', address)),
        )
      ).map(({ status }) => status)
    expect(await statuses(behind)).toEqual([303, 303, 303])
    expect(new Set(await statuses(direct))).toEqual(new Set([303, 429]))
  })

  it('may do anything when limits are off, which is for measuring', async () => {
    const app = createApp({ config: readConfig({ RATE_LIMITS: '0' }) })
    const { headers } = await request(app).post('/duels').expect(303)
    expect(headers['ratelimit']).toBeUndefined()
  })
})

describe('the name by which the game is asked', () => {
  const app = createApp({ config: readConfig({ ALLOWED_HOSTS: 'game.example' }) })

  it.each([
    'game.example',
    'GAME.example:8080',
    'localhost:3000',
    'a.localhost',
    '127.0.0.1',
    '192.0.2.7:80',
    '[::1]:3000',
  ])('can be %s', async (host) => {
    const { status } = await request(app).get('/').set('Host', host)
    expect(status).toBe(200)
  })

  it.each(['evil.example', 'game.example.evil.example', 'xgame.example', 'localhost.evil.example'])(
    'is refused when the game does not have it: %s',
    async (host) => {
      const sent = request(app).get('/').set('Host', host).set('Accept', 'application/json')
      const { body } = await sent.expect(421)
      expect(body).toMatchObject({
        code: 'WRONG_HOST',
        detail: 'The game does not answer by this name.',
      })
    },
  )

  it('is looked at for handshakes of duels, and for files, too', async () => {
    const { status } = await request(app).get('/game.css').set('Host', 'evil.example')
    expect(status).toBe(421)
    const { body } = await request(app).post('/duels').set('Accept', 'application/json')
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const handshake = httpRequest({
      port: (server.address() as AddressInfo).port,
      path: body.duel,
      headers: {
        Host: 'evil.example',
        Origin: 'http://evil.example',
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      },
    })
    handshake.end()
    const [answer] = await once(handshake, 'response')
    expect(answer.statusCode).toBe(421)
    answer.resume()
    server.close()
  })
})

type App = ReturnType<typeof createApp>
