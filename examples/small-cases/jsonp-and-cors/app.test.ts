import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { app } from './app.ts'

const partner = 'https://partner.example'

describe('JSONP', () => {
  it('calls the function that the page names', async () => {
    const { text, headers } = await request(app).get('/weather.js?callback=show')
    expect(text).toMatch(
      /^\/\*\*\/ typeof show === 'function' && show\({"city":"Zürich","celsius":\d+}\);$/,
    )
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it('is plain JSON without a name', () =>
    request(app)
      .get('/weather.js')
      .expect('Content-Type', /^application\/json/)
      .expect(200))

  it.each(['alert(1)//', 'a;b', '<script>', 'x\u2028y', '"-alert(1)-"'])(
    'takes out of the name what is no part of one: %j',
    async (name) => {
      const { text } = await request(app).get('/weather.js').query({ callback: name })
      expect(text).toMatch(/^\/\*\*\/ typeof ([\w$.[\]]+) === 'function' && \1\(\{.*\}\);$/)
    },
  )
})

describe('CORS', () => {
  it('lets the page of a partner read the answer', () =>
    request(app)
      .get('/api/weather')
      .set('Origin', partner)
      .expect('Access-Control-Allow-Origin', partner)
      .expect('Access-Control-Allow-Credentials', 'true')
      .expect('Vary', 'Origin')
      .expect(200))

  it.each(['https://evil.example', 'https://partner.example.evil.example', 'null'])(
    'says nothing to the page of %s, so its browser keeps the answer from it',
    async (origin) => {
      const { headers } = await request(app).get('/api/weather').set('Origin', origin)
      expect(headers).not.toHaveProperty('access-control-allow-origin')
      expect(headers['vary']).toBe('Origin')
    },
  )

  it('answers the question that a browser asks before it writes', async () => {
    const { status, headers } = await request(app)
      .options('/api/weather')
      .set('Origin', partner)
      .set('Access-Control-Request-Method', 'PUT')
      .set('Access-Control-Request-Headers', 'content-type')
    expect(status).toBe(204)
    expect(headers).toMatchObject({
      'access-control-allow-origin': partner,
      'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    })
  })

  it('speaks for errors too, so that the page can read them', () =>
    request(app)
      .put('/api/weather')
      .set('Origin', partner)
      .send({ celsius: 'warm' })
      .expect('Access-Control-Allow-Origin', partner)
      .expect(400, { error: 'celsius is a number' }))
})

describe('writing', () => {
  it('takes JSON', () =>
    request(app)
      .put('/api/weather')
      .send({ celsius: 8 })
      .expect(200, { city: 'Zürich', celsius: 8 }))

  it('answers 415 to a form, which a foreign page can send without asking', () =>
    request(app).put('/api/weather').type('form').send('celsius=99').expect(415))

  it('answers 400 to JSON that is none', () =>
    request(app).put('/api/weather').type('json').send('{"celsius":').expect(400))
})
