import { describe, it } from 'node:test'

import { MemoryStore } from '@tokkyu/session'
import request from 'supertest'

import { createApp } from '../src/app.ts'
import { testConfig } from './test-config.ts'

const app = createApp(testConfig(), new MemoryStore())

/** What a browser says of a form on a page of this site. */
const own = { 'Sec-Fetch-Site': 'same-origin' }

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('a visitor', () => {
  it('is remembered by name, whatever the name is', async () => {
    const browser = request.agent(app)
    await browser.post('/name').set(own).type('form').send({ name: '<b>Ada</b>' }).expect(303)
    await browser.get('/').expect(200, /Hello, &lt;b&gt;Ada&lt;\/b&gt;/)
  })

  it('may send a picture, and has it back', async () => {
    const browser = request.agent(app)
    await browser.post('/picture').set(own).attach('picture', png, 'me.png').expect(303)
    await browser.get('/picture').expect(200).expect('Content-Type', 'image/png')
    await request(app).get('/picture').expect(404)
  })

  it('is told what is no picture', async () => {
    const page = Buffer.from('<script>alert(1)</script>')
    await request(app)
      .post('/picture')
      .set(own)
      .attach('picture', page, { filename: 'me.png', contentType: 'image/png' })
      .expect(415)
  })

  it('is forgotten on request', async () => {
    const browser = request.agent(app)
    await browser.post('/name').set(own).type('form').send({ name: 'Ada' })
    await browser.post('/leave').set(own).expect(303)
    await browser.get('/').expect(/Hello, stranger/)
  })
})

describe('another site', () => {
  it('changes nothing in a visitor’s name', async () => {
    await request(app)
      .post('/name')
      .set({ 'Sec-Fetch-Site': 'cross-site' })
      .type('form')
      .send({ name: 'Eve' })
      .expect(403, /sent from another site/)
  })
})
