import { once } from 'node:events'

import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'

const app = createApp()

describe('the switch of language', () => {
  it('stands on every page as a plain form that shows what is spoken', async () => {
    const { text } = await request(app).get('/leaderboard').set('Accept-Language', 'zh')
    expect(text).toContain('<form class="language" method="post" action="/language"')
    expect(text).toMatch(/value="zh" lang="zh" aria-pressed="true"/)
    expect(text).toMatch(/value="en" lang="en" aria-pressed="false"/)
  })

  it('wins over Accept-Language from then on', async () => {
    const player = request.agent(app)
    await player.post('/language').type('form').send({ language: 'zh' }).expect(303)
    const { text, headers } = await player.get('/').set('Accept-Language', 'en')
    expect(text).toContain('<html lang="zh">')
    expect(headers['content-language']).toBe('zh')
    expect((await player.get('/nowhere')).text).toContain('没有这个页面。')
  })

  it('tells caches that pages depend on it', async () => {
    const { headers } = await request(app).get('/players/nobody')
    expect(headers['vary']).toMatch(/Accept-Language/)
    expect(headers['vary']).toMatch(/Cookie/)
  })

  it('starts no session, and is remembered for a year where scripts cannot read it', async () => {
    const { headers } = await request(app).post('/language').send({ language: 'en' })
    const cookies = headers['set-cookie'] as unknown as string[]
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(/^language=en; Max-Age=31536000; .*HttpOnly; SameSite=Lax$/)
  })

  it('leads back to the page where it was pressed', async () => {
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const sent = request(server).post('/language').type('form').send({ language: 'zh' })
    const { host } = new URL(sent.url)
    const { headers } = await sent.set('Referer', `http://${host}/leaderboard?pagelets=in-order`)
    server.close()
    expect(headers['location']).toBe('/leaderboard?pagelets=in-order')
  })

  it.each(['https://evil.example/x', 'nonsense', 'javascript:alert(1)'])(
    'leads nowhere else: %s',
    async (referrer) => {
      const sent = request(app).post('/language').type('form').send({ language: 'zh' })
      const { headers } = await sent.set('Referer', referrer).expect(303)
      expect(headers['location']).toBe('/')
    },
  )

  it('does not take a path for a host', async () => {
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const sent = request(server).post('/language').type('form').send({ language: 'zh' })
    const { host } = new URL(sent.url)
    const { headers } = await sent.set('Referer', `http://${host}//evil.example/`)
    server.close()
    expect(headers['location']).toBe('/')
  })

  it('refuses what the game does not speak, and says what it does', async () => {
    const sent = request(app).post('/language').set('Accept', 'application/json')
    const { body, headers } = await sent.send({ language: 'tlh' }).expect(400)
    expect(body).toMatchObject({ code: 'UNKNOWN_LANGUAGE', allowed: ['en', 'zh'] })
    expect(headers['set-cookie']).toBeUndefined()
  })

  it('ignores a cookie that somebody made up', async () => {
    const { headers } = await request(app).get('/').set('Cookie', 'language=__proto__')
    expect(headers['content-language']).toBe('en')
  })

  it('is not pressed by another site', async () => {
    const sent = request(app).post('/language').set('Sec-Fetch-Site', 'cross-site')
    const { status } = await sent.send({ language: 'zh' })
    expect(status).toBe(403)
  })
})
