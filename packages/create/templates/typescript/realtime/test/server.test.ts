import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { MemoryStore } from '@tokkyu/session'

import { createApp } from '../src/app.ts'
import { testConfig } from './test-config.ts'

describe('the server', () => {
  const app = createApp(testConfig(), new MemoryStore())

  it('says how it is', async () => {
    assert.equal((await app.inject('/health/live')).status, 200)
    assert.equal((await app.inject('/health/ready')).status, 200)
  })

  it('asks for a name first', async () => {
    const page = await (await app.inject('/')).text()
    assert.match(page, /Your name/)
    assert.doesNotMatch(page, /chat\.js/)
  })

  it('refuses a name that another site sends', async () => {
    const { status } = await app.inject({
      method: 'POST',
      url: '/name',
      headers: {
        'sec-fetch-site': 'cross-site',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'name=Eve',
    })
    assert.equal(status, 403)
  })

  it('hardens its cookie behind TLS', async () => {
    const behindTls = createApp(testConfig({ behindTls: true }), new MemoryStore())
    const headers = { 'x-forwarded-proto': 'https' }
    const reply = await behindTls.inject({ url: '/', headers })
    assert.match(String(reply.headers['set-cookie']), /^__Host-.*; Secure/)
  })
})
