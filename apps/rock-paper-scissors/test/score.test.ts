import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'
import { readConfig } from '../src/server/config.ts'
import { drawing } from './opponent.ts'

describe('the score of a player', () => {
  it('grows from request to request', async () => {
    const app = createApp({ randomInt: drawing('scissors', 'paper', 'rock', 'scissors') })
    const player = request.agent(app)
    for (const action of ['rock', 'rock', 'rock', 'rock']) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other is the point
      await player.post('/game').type('form').send({ action }).expect(303)
    }
    const res = await player
      .post('/game')
      .set('Accept', 'application/json')
      .send({ action: 'rock' })
    expect(res.body.scoreboard).toMatchObject({
      wins: 3,
      losses: 1,
      draws: 1,
      streak: 2,
      bestStreak: 2,
    })
    expect(res.body.scoreboard.rounds.map((round: { outcome: string }) => round.outcome)).toEqual([
      'win',
      'win',
      'draw',
      'lose',
      'win',
    ])
  })

  it('stands on the page, with the last round on the table', async () => {
    const player = request.agent(createApp({ randomInt: drawing('scissors') }))
    const sent = player.post('/game').type('form').send({ action: 'rock' })
    const played = await sent.redirects(1).expect(200)
    const reloaded = await player.get('/').expect(200)
    for (const { text } of [played, reloaded]) {
      expect(text).toContain('<dd id="wins">1</dd>')
      expect(text).toContain('<dd id="streak">1</dd>')
      expect(text).toContain('<strong>You win</strong>')
      expect(text).toContain('Rock against Scissors:')
    }
  })

  it('shows ten rounds of eleven', async () => {
    const player = request.agent(createApp({ randomInt: drawing('scissors') }))
    for (let round = 0; round < 11; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other is the point
      await player.post('/game').type('form').send({ action: 'rock' }).expect(303)
    }
    const { text } = await player.get('/')
    expect(text).toContain('<dd id="wins">11</dd>')
    expect(text.match(/<li /g)).toHaveLength(10)
  })

  it('belongs to one player alone', async () => {
    const app = createApp({ randomInt: drawing('scissors') })
    await request.agent(app).post('/game').type('form').send({ action: 'rock' }).expect(303)
    const { text } = await request.agent(app).get('/')
    expect(text).toContain('<dd id="wins">0</dd>')
  })

  it('does not count what was answered 400 or 406', async () => {
    const player = request.agent(createApp({ randomInt: drawing('scissors') }))
    await player.post('/game').type('form').send({ action: 'rock' }).expect(303)
    await player.post('/game').type('form').send({ action: 'lizard' }).expect(400)
    const refused = player.post('/game').set('Accept', 'image/png').type('form')
    await refused.send({ action: 'rock' }).expect(406)
    const { text } = await player.get('/')
    expect(text).toContain('<dd id="wins">1</dd>')
  })

  it('is kept under an HttpOnly cookie that other sites cannot send along', async () => {
    const res = await request(createApp()).post('/game').type('form').send({ action: 'rock' })
    expect(res.headers['set-cookie']).toHaveLength(1)
    expect(res.headers['set-cookie']?.[0]).toMatch(/; HttpOnly/)
    expect(res.headers['set-cookie']?.[0]).toMatch(/; SameSite=Lax/)
  })

  it('is kept under a __Host- cookie when players come over https', async () => {
    const app = createApp({ config: readConfig({ BEHIND_HTTPS: '1' }) })
    const sent = request(app).post('/game').set('X-Forwarded-Proto', 'https').type('form')
    const res = await sent.send({ action: 'rock' }).expect(303)
    expect(res.headers['set-cookie']?.[0]).toMatch(/^__Host-/)
    expect(res.headers['set-cookie']?.[0]).toMatch(/; Secure/)
  })

  it('is nobody else’s to change: a forged cookie starts from nothing', async () => {
    const cookie = 'connect.sid=s%3Aabc.def; sid=s%3Aabc.def'
    const { text } = await request(createApp()).get('/').set('Cookie', cookie).expect(200)
    expect(text).toContain('<dd id="wins">0</dd>')
  })
})

describe('a round that another site tries to play', () => {
  it.each([
    [{ 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }],
    [{ 'Sec-Fetch-Site': 'same-site' }],
    [{ Origin: 'https://evil.example' }],
    [{ Origin: 'null' }],
    [{ Origin: 'https://127.0.0.1' }],
  ])('is refused with 403 and does not count: %j', async (headers) => {
    const player = request.agent(createApp({ randomInt: drawing('scissors') }))
    await player.post('/game').type('form').send({ action: 'rock' }).expect(303)
    const refused = player.post('/game').set(headers).set('Accept', 'application/json').type('form')
    const res = await refused.send({ action: 'rock' }).expect(403)
    expect(res.body).toMatchObject({ status: 403, code: 'CSRF_REFUSED' })
    const { text } = await player.get('/')
    expect(text).toContain('<dd id="wins">1</dd>')
  })

  it.each(['same-origin', 'none'])(
    'is fine from the page itself: Sec-Fetch-Site %s',
    async (site) => {
      const sent = request(createApp()).post('/game').set('Sec-Fetch-Site', site).type('form')
      const res = await sent.send({ action: 'rock' })
      expect(res.status).toBe(303)
    },
  )

  it('is fine from the page itself where browsers send only Origin', async () => {
    const headers = { Host: 'game.example:3000', Origin: 'http://game.example:3000' }
    const app = createApp({ config: readConfig({ ALLOWED_HOSTS: 'game.example' }) })
    const sent = request(app).post('/game').set(headers).type('form')
    const res = await sent.send({ action: 'rock' })
    expect(res.status).toBe(303)
  })

  it('is fine from the page itself behind a proxy that speaks https', async () => {
    const app = createApp({
      config: readConfig({ BEHIND_HTTPS: '1', ALLOWED_HOSTS: 'game.example' }),
    })
    const headers = {
      'X-Forwarded-Proto': 'https',
      Host: 'game.example',
      Origin: 'https://game.example',
    }
    const res = await request(app).post('/game').set(headers).type('form').send({ action: 'rock' })
    expect(res.status).toBe(303)
  })
})

describe('a body that cannot be read', () => {
  it.each([
    ['broken JSON', 'application/json', '{"action":', 400],
    ['a body of a megabyte', 'application/json', `{"action":"${'x'.repeat(2 ** 20)}"}`, 413],
    ['an unknown charset', 'application/json; charset=klingon', '{}', 415],
  ])('is answered with a clear status: %s', async (_name, type, body, status) => {
    const sent = request(createApp()).post('/game').set('Content-Type', type)
    const res = await sent.set('Accept', 'application/json').send(body).expect(status)
    expect(res.body).toMatchObject({ status })
    expect(res.text).not.toContain('node_modules')
  })
})
