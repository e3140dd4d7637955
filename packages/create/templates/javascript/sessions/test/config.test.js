import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

import { readConfig } from '../src/config.js'
import { testConfig } from './test-config.js'

describe('the configuration', () => {
  const { dataDirectory: DATA_DIRECTORY } = testConfig()

  it('keeps a secret that it has made, for this user alone', () => {
    const { sessionSecret } = readConfig({ DATA_DIRECTORY })
    assert.match(sessionSecret, /^[\w-]{43}$/)
    assert.equal(readConfig({ DATA_DIRECTORY }).sessionSecret, sessionSecret)
    if (process.platform !== 'win32') {
      const { mode } = statSync(path.join(DATA_DIRECTORY, 'session-secret'))
      assert.equal(mode & 0o777, 0o600)
    }
  })

  it('refuses what it cannot use', () => {
    assert.throws(() => readConfig({ DATA_DIRECTORY, PORT: '80000' }), /PORT/)
    assert.throws(() => readConfig({ DATA_DIRECTORY, BEHIND_TLS: 'yes' }), /BEHIND_TLS/)
  })
})
