import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'
import type { Outcome } from '../src/server/game/rules.ts'
import { AGAINST_ROCK, drawing } from './opponent.ts'

const TOLD: [Outcome, string, string, string, string][] = [
  ['win', 'en', 'You win', 'Rock blunts scissors', 'scissors'],
  ['lose', 'en', 'You lose', 'Paper wraps rock', 'paper'],
  ['draw', 'en', 'Draw', 'Both chose rock', 'rock'],
  ['win', 'zh', '你赢了', '石头砸坏剪刀', 'scissors'],
  ['lose', 'zh', '你输了', '布包住石头', 'paper'],
  ['draw', 'zh', '平局', '双方都出了石头', 'rock'],
]

describe.each(['GET', 'POST'] as const)('a round by %s', (method) => {
  function play(outcome: Outcome, headers: Record<string, string>): request.Test {
    const agent = request.agent(createApp({ randomInt: drawing(AGAINST_ROCK[outcome]) }))
    const sent =
      method === 'GET'
        ? agent.get('/game').query({ action: 'rock' })
        : agent.post('/game').type('form').send({ action: 'rock' }).redirects(1)
    return sent.set(headers)
  }

  it.each(TOLD)('tells %s in %s as a page: %s', async (outcome, language, message, reason) => {
    const headers = { Accept: 'text/html', 'Accept-Language': language }
    const res = await play(outcome, headers)
      .expect(200)
      .expect('Content-Type', /^text\/html/)
    expect(res.headers['content-language']).toBe(language)
    expect(res.text).toContain(`<html lang="${language}">`)
    expect(res.text).toContain(`<strong>${message}</strong>`)
    expect(res.text).toContain(reason)
  })

  it.each(TOLD)(
    'tells %s in %s as JSON: %s',
    async (outcome, language, message, reason, computer) => {
      const headers = { Accept: 'application/json', 'Accept-Language': language }
      const res = await play(outcome, headers)
        .expect(200)
        .expect('Content-Type', /^application\/json/)
      expect(res.body).toMatchObject({ player: 'rock', computer, outcome, message, reason })
    },
  )

  it.each(TOLD)('tells %s in %s as text: %s', async (outcome, language, message, reason) => {
    const headers = { Accept: 'text/plain', 'Accept-Language': language }
    const res = await play(outcome, headers)
      .expect(200)
      .expect('Content-Type', /^text\/plain/)
    expect(res.text).toBe(`${message}\n${reason}\n`)
  })

  it.each([
    [undefined, 'You win'],
    ['*', 'You win'],
    ['fr-FR, de;q=0.8', 'You win'],
    ['zh-CN,zh;q=0.9,en;q=0.8', '你赢了'],
    ['zh-Hant-TW', '你赢了'],
    ['en;q=0.5, zh;q=0.6', '你赢了'],
    ['zh;q=0.5, en', 'You win'],
    ['zh;q=0', 'You win'],
  ])('answers Accept-Language %j with %s', async (language, message) => {
    const headers = language === undefined ? {} : { 'Accept-Language': language }
    const res = await play('win', { Accept: 'text/plain', ...headers })
    expect(res.text).toContain(message)
  })

  it.each([
    [undefined, 'text/html'],
    ['*/*', 'text/html'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html'],
    ['application/json, text/plain, */*', 'application/json'],
    ['text/*', 'text/html'],
    ['text/plain, text/html;q=0.5', 'text/plain'],
  ])('answers Accept %j with %s', async (accept, type) => {
    const res = await play('win', accept === undefined ? {} : { Accept: accept }).expect(200)
    expect(res.type).toBe(type)
    expect(res.headers['vary']).toMatch(/Accept-Language/)
    expect(res.headers['vary']).toMatch(/Accept(,|$)/)
  })

  it('answers 406 with what can be had when no format fits', async () => {
    const res = await play('win', { Accept: 'image/png' }).expect(406)
    expect(res.text).toContain('text/html, application/json or text/plain')
  })
})

describe('GET /game', () => {
  const app = createApp({ randomInt: drawing('scissors') })

  it('sets no cookie and is never cached', async () => {
    const res = await request(app).get('/game?action=rock').expect('Cache-Control', 'no-store')
    expect(res.headers['set-cookie']).toBeUndefined()
  })

  it('leaves the score of the player who asks alone', async () => {
    const player = request.agent(app)
    await player.post('/game').type('form').send({ action: 'rock' })
    const asked = await player.get('/game?action=rock').expect(200)
    expect(asked.headers['set-cookie']).toBeUndefined()
    const page = await player.get('/')
    expect(page.text).toContain('<dd id="wins">1</dd>')
  })

  it('answers HEAD like GET, without a body', async () => {
    const res = await request(app).head('/game?action=rock').expect(200)
    expect(res.type).toBe('text/html')
    expect(res.text).toBeFalsy()
  })
})

describe('an unknown action', () => {
  const app = createApp()
  const allowed = ['rock', 'paper', 'scissors']

  it.each([
    ['action=lizard', '"lizard"'],
    ['action=Rock', '"Rock"'],
    ['action=', '""'],
    ['action=rock&action=paper', '["rock","paper"]'],
    ['action=__proto__', '"__proto__"'],
    ['action=%00%0d%0a', String.raw`"\u0000\r\n"`],
    [`action=${'x'.repeat(5000)}`, `"${'x'.repeat(39)}…`],
  ])('is refused with 400: GET /game?%s', async (query, shown) => {
    const res = await request(app)
      .get(`/game?${query}`)
      .set('Accept', 'application/json')
      .expect(400)
    const message = `Unknown action ${shown}. Allowed: rock, paper, scissors`
    expect(res.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(res.body).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: message,
      code: 'UNKNOWN_ACTION',
      allowed,
    })
  })

  it.each(['', '?', '?Action=rock', '?action[]=rock', '?action[toString]=rock', '?__proto__=rock'])(
    'is refused with 400 when it is missing: GET /game%s',
    async (query) => {
      const res = await request(app).get(`/game${query}`).set('Accept', 'text/plain').expect(400)
      expect(res.text).toBe('No action was given. Allowed: rock, paper, scissors\n')
    },
  )

  it('lists what is allowed on a page, in the language asked for', async () => {
    const res = await request(app).get('/game?action=x').set('Accept-Language', 'zh').expect(400)
    expect(res.type).toBe('text/html')
    expect(res.text).toContain('未知的出法 &quot;x&quot;。可选：rock, paper, scissors')
  })

  it('is shown as text on the page, never as markup', async () => {
    const attack = '<script>alert(1)</script>'
    const res = await request(app).get('/game').query({ action: attack }).expect(400)
    expect(res.text).toContain('&lt;script')
    expect(res.text).not.toContain('<script>alert')
  })

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'action=lizard'],
    ['JSON', 'application/json', '{"action":"lizard"}'],
    ['a JSON list', 'application/json', '["rock"]'],
    ['no body', 'application/json', ''],
    ['an unread type', 'application/xml', '<action>rock</action>'],
  ])('is refused with 400 when posted as %s', async (_name, type, body) => {
    const sent = request(app)
      .post('/game')
      .set('Content-Type', type)
      .set('Accept', 'application/json')
    const res = await sent.send(body).expect(400)
    expect(res.body).toMatchObject({ code: 'UNKNOWN_ACTION', allowed })
    expect(res.headers['set-cookie']).toBeUndefined()
  })
})
