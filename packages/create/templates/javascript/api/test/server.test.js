import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { createApp } from '../src/app.js'
import { readConfig } from '../src/config.js'

describe('the server', () => {
  const app = createApp({ behindTls: false })

  it('says how it is', async () => {
    assert.equal((await app.inject('/health/live')).status, 200)
    assert.equal((await app.inject('/health/ready')).status, 200)
  })

  it('describes itself', async () => {
    const document = await (await app.inject('/openapi.json')).json()
    assert.match(document.openapi, /^3\.1\./)
    assert.deepEqual(Object.keys(document.paths['/tasks']), ['get', 'post'])
  })

  it('tells problems as RFC 9457 says', async () => {
    const reply = await app.inject('/nothing')
    assert.equal(reply.status, 404)
    assert.match(String(reply.headers['content-type']), /^application\/problem\+json/)
    assert.equal((await app.inject({ method: 'DELETE', url: '/tasks' })).status, 405)
  })

  it('refuses a configuration that it cannot use', () => {
    assert.throws(() => readConfig({ PORT: '80000' }), /PORT/)
    assert.throws(() => readConfig({ BEHIND_TLS: 'yes' }), /BEHIND_TLS/)
  })
})
