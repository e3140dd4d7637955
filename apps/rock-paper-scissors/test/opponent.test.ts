import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'
import { drawing } from './opponent.ts'

const JSON_ONLY = { Accept: 'application/json' }

describe('choosing the opponent', () => {
  it('lets the guesser play against habits, and the page says so', async () => {
    const player = request.agent(createApp({ randomInt: drawing('rock') }))
    await player.post('/opponent').type('form').send({ opponent: 'guesser' }).expect(303)
    const played: string[] = []
    for (let round = 0; round < 4; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other is the point
      const { body } = await player.post('/game').set(JSON_ONLY).send({ action: 'scissors' })
      played.push(body.computer)
    }
    expect(played).toEqual(['rock', 'rock', 'rock', 'rock'])
    const { body } = await player.post('/game').set(JSON_ONLY).send({ action: 'paper' })
    expect(body).toMatchObject({ computer: 'rock', outcome: 'win' })
    const { text } = await player.get('/')
    expect(text).toMatch(/value="guesser"[^>]* checked>/)
  })

  it.each([
    ['lizard', 'Unknown opponent "lizard". Allowed: dice, guesser'],
    [undefined, 'No opponent was given. Allowed: dice, guesser'],
  ])('refuses %j with 400 and says what is allowed', async (opponent, message) => {
    const sent = request(createApp()).post('/opponent').set(JSON_ONLY)
    const { body } = await sent.send({ opponent }).expect(400)
    const allowed = ['dice', 'guesser']
    expect(body).toMatchObject({ status: 400, code: 'UNKNOWN_OPPONENT', detail: message, allowed })
  })

  it('is not for other sites to do', async () => {
    const sent = request(createApp()).post('/opponent').set('Origin', 'https://evil.example')
    const { status } = await sent.type('form').send({ opponent: 'guesser' })
    expect(status).toBe(403)
  })
})

describe('starting over', () => {
  it('forgets score and habits, and keeps the opponent', async () => {
    const player = request.agent(createApp({ randomInt: drawing('scissors') }))
    await player.post('/opponent').set(JSON_ONLY).send({ opponent: 'guesser' }).expect(200)
    await player.post('/game').set(JSON_ONLY).send({ action: 'rock' }).expect(200)
    await player.post('/reset').expect(303).expect('Location', '/')
    const { body } = await player.get('/').set(JSON_ONLY).expect(200)
    expect(body).toMatchObject({ scoreboard: { wins: 0, rounds: [] }, opponent: 'guesser' })
    expect(body.habits[0]).toEqual({ action: 'rock', count: 0, percent: 0 })
  })

  it('is not for other sites to do', async () => {
    const sent = request(createApp()).post('/reset').set('Sec-Fetch-Site', 'cross-site')
    expect((await sent).status).toBe(403)
  })
})

describe('the chart of habits', () => {
  it('is drawn on the server, with its numbers as its name', async () => {
    const player = request.agent(createApp({ randomInt: drawing('rock') }))
    for (const action of ['rock', 'rock', 'rock', 'paper']) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other is the point
      await player.post('/game').set(JSON_ONLY).send({ action }).expect(200)
    }
    const { text } = await player.get('/')
    expect(text).toContain(
      'role="img" aria-label="Rock 3 (75 %), Paper 1 (25 %), Scissors 0 (0 %)"',
    )
    expect(text).toContain('<rect class="bar rock" x="84" y="8" width="120"')
  })
})
