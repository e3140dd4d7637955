import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

/** Ends with 0 when nothing is left to do, with 3 when a worker is started. */
const script = `
  import cluster from 'node:cluster'
  import { supervise } from '@tokkyu/cluster'
  cluster.on('fork', () => process.exit(3))
  try {
    supervise({ entry: 'fixtures/app.mjs', workers: 1, log: 'no such folder/log' })
    process.exitCode = 4
  } catch (error) {
    if (error.code !== 'ENOENT') process.exitCode = 5
  }
`

describe('a supervisor whose log cannot be opened', { timeout: 120_000 }, () => {
  it('throws, and leaves nothing running', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: path.join(import.meta.dirname),
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
