import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { describe, expect, it } from 'vitest'

/** The exit code of a process that runs `script` in this folder. */
async function exitCodeOf(script: string): Promise<number | null> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: 'ignore',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

describe('a supervisor whose log cannot be opened', { timeout: 120_000 }, () => {
  it('throws, and starts no worker', async () => {
    const code = await exitCodeOf(`
      import cluster from 'node:cluster'
      import { supervise } from '@tokkyu/cluster'
      cluster.on('fork', () => process.exit(3))
      try {
        supervise({ entry: 'fixtures/app.mjs', workers: 1, log: 'no such folder/log' })
      } catch (error) {
        process.exitCode = error.code === 'ENOENT' ? 42 : 4
      }
    `)
    expect(code).toBe(42)
  })
})

describe('a process that awaits its supervisor', { timeout: 120_000 }, () => {
  it('ends with 0 when it is told to stop before the workers are ready', async () => {
    const code = await exitCodeOf(`
      import { supervise } from '@tokkyu/cluster'
      const supervisor = supervise({ entry: 'fixtures/stuck-app.mjs', workers: 1 })
      supervisor.on('event', ({ event }) => {
        if (event === 'start') process.kill(process.pid, 'SIGTERM')
      })
      await supervisor.ready
    `)
    expect(code).toBe(0)
  })
})
