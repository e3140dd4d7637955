import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after } from 'node:test'

/** A configuration with a folder of its own, which is removed when the tests of the file are done. */
export function testConfig(changes = {}) {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'app-test-'))
  after(() => rmSync(dataDirectory, { recursive: true, force: true }))
  return {
    host: '127.0.0.1',
    port: 0,
    behindTls: false,
    isDevelopment: false,
    dataDirectory,
    sessionSecret: randomBytes(32).toString('base64url'),
    ...changes,
  }
}
