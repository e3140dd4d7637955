import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'
import { IMAGES } from './images.ts'

const app = createApp({ randomInt: () => 2 }) // the computer shows scissors

type Agent = ReturnType<typeof request.agent>

async function named(name: string): Promise<{ player: Agent; url: string }> {
  const player = request.agent(app)
  const sent = player.post('/profile').set('Accept', 'application/json')
  const { body } = await sent.send({ name }).expect(200)
  return { player, url: body.url }
}

function play(player: Agent, action: string): request.Test {
  return player.post('/game').type('form').send({ action })
}

describe('a name', () => {
  it.each(['Ada', 'Zoë', '小明', 'Jean-Luc 2', '👩\u200d🚀 pilot', 'x'.repeat(20)])(
    'can be %s',
    async (name) => {
      const { url } = await named(name)
      const { body } = await request(app).get(url).set('Accept', 'application/json').expect(200)
      expect(body.name).toBe(name)
    },
  )

  it('is kept composed, and without spaces around', async () => {
    const sent = request(app).post('/profile').set('Accept', 'application/json')
    const { body } = await sent.send({ name: '  Zoe\u0308   B ' }).expect(200)
    expect(body.name).toBe('Zo\u00eb B')
  })

  it.each([
    ['nothing', undefined],
    ['only spaces', '   '],
    ['21 characters', 'x'.repeat(21)],
    ['a line break', 'a\nb'],
    ['what turns the line round', 'a\u202eb'],
    ['what is not seen', '\u200b'],
    ['only what joins', '\u200d\u200d'],
    ['a letter that is not seen', '\u3164'],
    ['a mark without a letter', '\u0301'],
    ['a sign without dots', '\u2800'],
    ['a list', ['a']],
    ['a heap of marks', `a${'\u0301'.repeat(500)}`],
  ])('is refused with 400: %s', async (_what, name) => {
    const sent = request(app).post('/profile').set('Accept', 'application/json')
    const { body, headers } = await sent.send({ name }).expect(400)
    expect(JSON.stringify(body)).toContain('NAME_REFUSED')
    expect(headers['set-cookie']).toBeUndefined()
  })

  it('can be changed, and the profile stays where it is', async () => {
    const { player, url } = await named('Before')
    await player.post('/profile').type('form').send({ name: 'After' }).expect(303, /^/)
    const { text } = await request(app).get(url).expect(200)
    expect(text).toContain('<bdi>After</bdi>')
  })

  it('is not chosen by another site', async () => {
    const sent = request(app).post('/profile').set('Sec-Fetch-Site', 'cross-site')
    const { status } = await sent.send({ name: 'Mallory' })
    expect(status).toBe(403)
  })
})

describe('a public profile', () => {
  it('counts what was played since the name was chosen', async () => {
    const { player, url } = await named('Ada')
    await play(player, 'rock').expect(303)
    await play(player, 'rock').expect(303)
    await play(player, 'paper').expect(303)
    const { body } = await request(app).get(url).set('Accept', 'application/json').expect(200)
    expect(body).toEqual({
      id: url.split('/').at(-1),
      url,
      name: 'Ada',
      avatar: null,
      since: new Date().toISOString().slice(0, 10),
      bestStreak: 2,
      points: 2,
      pointsThisWeek: 2,
      ever: { rounds: 3, wins: 2, duels: 0, duelWins: 0 },
    })
  })

  it('loses no round that is played at the same time as others', async () => {
    const { player, url } = await named('Hasty')
    await Promise.all(Array.from({ length: 8 }, () => play(player, 'rock').expect(303)))
    const { body } = await request(app).get(url).set('Accept', 'application/json')
    expect(body.ever.rounds).toBe(8)
  })

  it('keeps what was counted when the score is reset', async () => {
    const { player, url } = await named('Ada')
    await play(player, 'rock').expect(303)
    await player.post('/reset').expect(303)
    const { body } = await request(app).get(url).set('Accept', 'application/json')
    expect(body.points).toBe(1)
  })

  it('has the avatar, until it is removed', async () => {
    const { player, url } = await named('Ada')
    await player.post('/avatar').attach('avatar', IMAGES['image/png'], 'me.png').expect(303)
    const { text } = await request(app).get(url)
    expect(text).toMatch(/<img src="\/avatars\/[\w-]{36}\.png" alt="Avatar of Ada"/)
    await player.post('/avatar/remove').expect(303)
    expect((await request(app).get(url)).text).not.toContain('/avatars/')
  })

  it('is the same for everybody, starts no session, and has a strong ETag', async () => {
    const { player, url } = await named('Ada')
    const mine = await player.get(url).expect(200)
    const theirs = await request(app).get(url).expect(200)
    expect(mine.text).toBe(theirs.text)
    expect(theirs.headers['set-cookie']).toBeUndefined()
    expect(theirs.headers['etag']).toMatch(/^"/)
    expect(theirs.headers['cache-control']).toBe('no-cache')
    await request(app)
      .get(url)
      .set('If-None-Match', theirs.headers['etag'] ?? '')
      .expect(304)
  })

  it('has another ETag once it has changed, and in another format or language', async () => {
    const { player, url } = await named('Ada')
    const tag = async (headers: Record<string, string>): Promise<string | undefined> =>
      (await request(app).get(url).set(headers)).headers['etag']
    const first = await tag({})
    await play(player, 'rock').expect(303)
    const tags = [
      first,
      await tag({}),
      await tag({ Accept: 'application/json' }),
      await tag({ 'Accept-Language': 'zh' }),
    ]
    expect(new Set(tags).size).toBe(4)
  })

  it('escapes the name', async () => {
    const { url } = await named('<b>&amp;')
    const { text } = await request(app).get(url)
    expect(text).toContain('<bdi>&lt;b&gt;&amp;amp;</bdi>')
  })

  it('says when the name was chosen, in Chinese too', async () => {
    const { url } = await named('小明')
    const { text } = await request(app).get(url).set('Accept-Language', 'zh')
    expect(text).toMatch(/\d{4}-\d\d-\d\d 起开始玩/)
  })

  it.each(['/players/nobody', '/players/__proto__', '/players/..%2f'])(
    'is 404 for who is not there: %s',
    async (url) => {
      const { body } = await request(app).get(url).set('Accept', 'application/json').expect(404)
      expect(JSON.stringify(body)).toContain('NOT_FOUND')
    },
  )
})
