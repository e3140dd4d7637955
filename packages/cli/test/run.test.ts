import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

const bin = path.join(import.meta.dirname, '../entry/tokkyu.cjs')
const app = path.join(import.meta.dirname, '../../cluster/test/fixtures/app.mjs')

function tokkyu(...args: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [bin, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, text: stdout + stderr }),
    )
  })
}

describe('the tokkyu command', () => {
  it('tells each command its help', async () => {
    expect((await tokkyu('start', '--help')).text).toMatch(/^Usage: tokkyu start/)
  })

  it('ends with 2 when it does not understand', async () => {
    expect((await tokkyu('strat')).code).toBe(2)
    expect((await tokkyu('status', '--jsn')).code).toBe(2)
  })

  it('ends with 1 when there is no supervisor', async () => {
    expect(await tokkyu('status', '--control', 'nobody.sock')).toMatchObject({
      code: 1,
      text: expect.stringContaining('Cannot reach a supervisor'),
    })
  })

  it('starts, shows and reloads an application, by a socket of this user alone', async () => {
    const control = path.join(mkdtempSync(path.join(tmpdir(), 'tokkyu-cli-')), 'control')
    const args = ['start', app, '--workers', '1', '--linger', '100', '--control', control]
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    try {
      let text = ''
      child.stderr.on('data', (chunk) => (text += String(chunk)))
      await expect.poll(() => text, { timeout: 5000 }).toContain('"ready"')
      expect(statSync(control).mode & 0o777).toBe(0o600)
      expect((await tokkyu('reload', '--control', control)).text).toBe('generation 2, 1 workers\n')
      const { text: json } = await tokkyu('status', '--json', '--control', control)
      expect(JSON.parse(json)).toMatchObject({ generation: 2, workers: [{ state: 'ready' }] })
      expect((await tokkyu('status', '--control', control)).text).toMatch(/pid +state +uptime/)
    } finally {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  }, 20_000)
})
