import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'

const app = createApp()

describe('the page of the game', () => {
  it('offers the three moves as buttons of a plain form', async () => {
    const { text } = await request(app)
      .get('/')
      .expect(200)
      .expect('Content-Type', /^text\/html/)
    expect(text).toContain('<form class="moves" method="post" action="/game"')
    for (const action of ['rock', 'paper', 'scissors']) {
      expect(text).toContain(`<button class="move" name="action" value="${action}"`)
      expect(text).toContain(`href="#icon-${action}"`)
    }
  })

  it('speaks Chinese when asked to', async () => {
    const { text } = await request(app).get('/').set('Accept-Language', 'zh-CN')
    expect(text).toContain('<title>石头剪刀布</title>')
  })

  it('starts no session for somebody who only looks', async () => {
    const res = await request(app).get('/')
    expect(res.headers['set-cookie']).toBeUndefined()
  })

  it('loads nothing from elsewhere and holds nothing that its policy forbids', async () => {
    const { text } = await request(app).get('/')
    const addresses = [...text.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, url]) => url)
    expect(addresses.length).toBeGreaterThan(5)
    for (const url of addresses) expect(url).toMatch(/^[/#](?!\/)/)
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]+src=)/)
  })
})

describe('every answer', () => {
  it.each(['/', '/game?action=rock', '/game?action=x', '/game.css', '/nowhere', '/avatar'])(
    'tells browsers to be strict: %s',
    async (url) => {
      const { headers } = await request(app).get(url)
      const policy = headers['content-security-policy'] ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['referrer-policy']).toBe('same-origin')
      expect(headers['x-powered-by']).toBeUndefined()
    },
  )
})

describe('a static file', () => {
  it.each([
    ['/favicon.ico', /^image\/(x-icon|vnd\.microsoft\.icon)/],
    ['/favicon.svg', /^image\/svg\+xml/],
    ['/game.css', /^text\/css/],
    ['/client/game.js', /^text\/javascript/],
    ['/client/submit-in-place.js', /^text\/javascript/],
  ])('is served with its type: %s', async (url, type) => {
    const { headers } = await request(app).get(url).expect(200)
    expect(headers['content-type']).toMatch(type)
  })

  it('is answered 304 without a body when the browser has it', async () => {
    const first = await request(app).get('/game.css').expect(200)
    const etag = first.headers['etag'] ?? ''
    const modified = first.headers['last-modified'] ?? ''
    const byTag = await request(app).get('/game.css').set('If-None-Match', etag).expect(304)
    expect(byTag.text).toBe('')
    await request(app).get('/game.css').set('If-Modified-Since', modified).expect(304)
    await request(app).get('/game.css').set('If-None-Match', '"another"').expect(200)
  })

  it('imports only modules that are served too', async () => {
    const { text } = await request(app).get('/client/game.js')
    const imports = [...text.matchAll(/from '\.\/([\w-]+\.js)'/g)].map(([, file]) => file)
    expect(imports.length).toBeGreaterThan(0)
    for (const file of imports) {
      // oxlint-disable-next-line no-await-in-loop -- two small files
      await request(app).get(`/client/${file}`).expect(200)
    }
  })

  it.each([
    '/..%2fpackage.json',
    '/../package.json',
    '/client/..%2f..%2fpackage.json',
    '/client/%2e%2e/%2e%2e/package.json',
    '/client/.tsbuildinfo',
    '/views/home.html',
    String.raw`/..\package.json`,
  ])('never comes from outside its folder: %s', async (url) => {
    const res = await request(app).get(url)
    expect(res.status).toBeGreaterThanOrEqual(400)
    expect(res.status).toBeLessThan(500)
    expect(res.text).not.toContain('rock-paper-scissors')
  })
})

describe('an address that leads nowhere', () => {
  it('is a 404 page with the way back', async () => {
    const { text } = await request(app).get('/nowhere').expect(404)
    expect(text).toContain('There is no such page.')
    expect(text).toContain('href="/">Back to the game</a>')
  })

  it('is a 404 in the format and language asked for', async () => {
    const headers = { Accept: 'application/json', 'Accept-Language': 'zh' }
    const { body } = await request(app).get('/nowhere').set(headers).expect(404)
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: '没有这个页面。',
      code: 'NOT_FOUND',
    })
  })

  it.each(['put', 'patch', 'delete'] as const)('can be the wrong method: %s', async (method) => {
    const { status } = await request(app)[method]('/game')
    expect(status).toBe(404)
  })

  it('says which methods an address has when asked for its options', async () => {
    const res = await request(app).options('/game').expect(200)
    expect(res.headers['allow']?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST'])
  })
})

describe('a fault of our own', () => {
  it('is a 500 that tells nothing of the inside', async () => {
    const errors: unknown[] = []
    const { error } = console
    console.error = (...args: unknown[]) => errors.push(...args)
    try {
      const broken = createApp({ randomInt: () => 99 })
      const res = await request(broken).get('/game?action=rock').expect(500)
      expect(res.text).toContain('Something went wrong on our side.')
      expect(res.text).not.toMatch(/RangeError|match\.ts|Cannot draw/)
    } finally {
      console.error = error
    }
    expect(errors).toHaveLength(1)
  })
})
