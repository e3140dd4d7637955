import { once } from 'node:events'
import { get, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import request from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'
import { SlowProfiles } from './slow-profiles.ts'

type Agent = ReturnType<typeof request.agent>

/** A player of this name who has won so many rounds. */
async function winner(
  app: ReturnType<typeof createApp>,
  name: string,
  wins: number,
): Promise<Agent> {
  const player = request.agent(app)
  await player.post('/profile').type('form').send({ name }).expect(303)
  for (let round = 0; round < wins; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one round after the other
    await player.post('/game').type('form').send({ action: 'rock' }).expect(303)
  }
  return player
}

const losing = { randomInt: () => 2 } // the computer shows scissors

describe('the leaderboard', () => {
  it('tells programs who stands where, and where they stand themselves', async () => {
    const app = createApp(losing)
    await winner(app, 'Ada', 2)
    await winner(app, 'Bob', 1)
    const carl = await winner(app, 'Carl', 1)
    await winner(app, 'Dora', 0)
    const { body } = await carl.get('/leaderboard').set('Accept', 'application/json').expect(200)
    const board = [
      { rank: 1, points: 2, name: 'Ada' },
      { rank: 2, points: 1, name: 'Bob' },
      { rank: 2, points: 1, name: 'Carl' },
    ]
    expect(body.week).toMatchObject(board)
    expect(body.ever).toMatchObject(board)
    expect(body.duels).toEqual([])
    const place = { rank: 2, points: 1 }
    expect(body.place).toEqual({ name: 'Carl', url: body.week[2].url, week: place, ever: place })
  })

  it('shows nobody who has not chosen a name', async () => {
    const app = createApp(losing)
    await request(app).post('/game').type('form').send({ action: 'rock' }).expect(303)
    const { body } = await request(app).get('/leaderboard').set('Accept', 'application/json')
    expect(body).toEqual({ week: [], ever: [], duels: [], place: null })
  })

  it('starts no session for somebody who only looks', async () => {
    const { headers } = await request(createApp()).get('/leaderboard').expect(200)
    expect(headers['set-cookie']).toBeUndefined()
  })

  it('is a page in order for who asks for it so: no script, no fallback, names escaped', async () => {
    const app = createApp(losing)
    await winner(app, '<i>Ada', 1)
    const { text } = await request(app).get('/leaderboard?pagelets=in-order').expect(200)
    expect(text).toContain('<bdi>&lt;i&gt;Ada</bdi>')
    expect(text).not.toMatch(/<script(?![^>]+src=)|On its way/)
  })

  it('speaks Chinese when asked to', async () => {
    const { text } = await request(createApp()).get('/leaderboard').set('Accept-Language', 'zh')
    expect(text).toContain('<title>排行榜 · 石头剪刀布</title>')
  })
})

describe('the leaderboard in pieces', () => {
  let server: Server
  afterEach(() => server.close())

  /** Asks for the page; `until` resolves with all that came, once the text is among it. */
  async function open(
    profiles: SlowProfiles,
  ): Promise<{ until: (text: string) => Promise<string>; headers: IncomingHttpHeaders }> {
    server = createApp({ profiles }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const [answer] = (await once(get({ port, path: '/leaderboard' }), 'response')) as [
      IncomingMessage,
    ]
    let page = ''
    answer.setEncoding('utf8').on('data', (piece: string) => {
      page += piece
    })
    const until = async (text: string): Promise<string> => {
      // oxlint-disable-next-line no-await-in-loop -- one piece after the other
      while (!page.includes(text)) await once(answer, 'data')
      return page
    }
    return { until, headers: answer.headers }
  }

  it('sends its frame while no board is ready, and each board when it is', async () => {
    const profiles = new SlowProfiles()
    const releaseWeek = profiles.hold('week')
    const releaseEver = profiles.hold('ever')
    const { until } = await open(profiles)
    const frame = await until('Show the whole page')
    expect(frame).toContain('<h2 id="week-title">This week</h2>')
    expect(frame).toContain('On its way')
    expect(frame).not.toContain('Nobody has points yet.')
    releaseEver()
    const more = await until('Nobody has points yet.')
    expect(more.match(/Nobody has points yet\./g)).toHaveLength(1)
    releaseWeek()
    const whole = await until('</html>')
    expect(whole.match(/Nobody has points yet\./g)).toHaveLength(2)
  })

  it('lets the one script run that puts boards in their places, by a nonce of this answer', async () => {
    const profiles = new SlowProfiles()
    const release = profiles.hold('week')
    const nonceOf = async (): Promise<string> => {
      const { until, headers } = await open(profiles)
      const policy = headers['content-security-policy'] ?? ''
      const [, nonce = ''] = /script-src 'self' 'nonce-([\w+/=]{24})'/.exec(String(policy)) ?? []
      expect(await until('Show the whole page')).toContain(`<script nonce="${nonce}">`)
      return nonce
    }
    const first = await nonceOf()
    server.close()
    expect(await nonceOf()).not.toBe(first)
    release()
  })

  it('loses one board when that fails, and nothing else', async () => {
    const profiles = new SlowProfiles()
    const release = profiles.hold('week')
    const { until } = await open(profiles)
    await until('On its way')
    release(new Error('the store is away'))
    const whole = await until('</html>')
    expect(whole).toContain('Not there at the moment.')
    expect(whole).toContain('Nobody has points yet.')
    expect(whole).not.toContain('the store is away')
  })
})
