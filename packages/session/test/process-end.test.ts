import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

// A whole process, as only that can show what keeps one alive.
const program = `
  const session = require('@tokkyu/session')
  const cookie = { originalMaxAge: 3_600_000, expires: new Date(Date.now() + 3_600_000), path: '/' }
  const stores = [
    new session.MemoryStore(),
    new session.CookieStore({ secret: 'a secret of at least thirty-two bytes' }),
    new session.FileStore({ path: process.argv[1], fsync: 3_600_000 }),
  ]
  for (const store of stores) store.set('a', { cookie }, () => {})
  const never = { get() {}, set() {}, destroy() {} }
  const silent = session({ secret: 's', store: never, storeTimeout: 3_600_000 })
  const headers = { cookie: 'connect.sid=s:' + session.signCookie('a', 's') }
  const res = new (require('node:http').ServerResponse)({})
  silent({ headers, url: '/' }, res, () => {})
  console.log('done')
`

describe('a process', () => {
  it(
    'ends by itself: no store and no pending request keeps it alive',
    { timeout: 20_000 },
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-end-'))
      const run = promisify(execFile)
      const options = { timeout: 15_000, cwd: path.join(import.meta.dirname, '..') }
      const { stdout } = await run(
        process.execPath,
        ['-e', program, path.join(folder, 'log')],
        options,
      )
      rmSync(folder, { recursive: true })
      expect(stdout).toBe('done\n')
    },
  )
})
