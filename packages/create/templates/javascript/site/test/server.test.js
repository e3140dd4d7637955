import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { describe, it } from 'node:test'

import { MemoryStore } from '@tokkyu/session'

import { createApp } from '../src/app.js'
import { testConfig } from './test-config.js'

describe('the server', () => {
  const app = createApp(testConfig(), new MemoryStore())

  it('says how it is', async () => {
    assert.equal((await app.inject('/health/live')).status, 200)
    assert.deepEqual(await (await app.inject('/health/ready')).json(), { status: 'ok' })
  })

  it('is not ready when its data cannot be kept', async () => {
    const config = testConfig()
    const lost = createApp(config, new MemoryStore())
    rmSync(config.dataDirectory, { recursive: true })
    assert.equal((await lost.inject('/health/ready')).status, 503)
  })

  it('answers with a page for what is not there, and tells nothing of the sender’s', async () => {
    const reply = await app.inject('/<script>')
    assert.equal(reply.status, 404)
    assert.doesNotMatch(await reply.text(), /<script>/)
  })

  it('leaves errors to tokkyu dev while it is written', async () => {
    const developed = createApp(testConfig({ isDevelopment: true }), new MemoryStore())
    assert.match(await (await developed.inject('/nothing')).text(), /Cannot GET \/nothing/)
  })

  it('hardens its cookie behind TLS', async () => {
    const behindTls = createApp(testConfig({ behindTls: true }), new MemoryStore())
    const reply = await behindTls.inject({
      method: 'POST',
      url: '/name',
      headers: {
        'x-forwarded-proto': 'https',
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'name=Ada',
    })
    assert.match(String(reply.headers['set-cookie']), /^__Host-.*; Secure/)
  })
})
