import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import manifest from '../package.json' with { type: 'json' }
import { DevRun } from './dev-run.ts'
import { project, write } from './project.ts'
import { bin, get, tokkyu, tokkyuIn, writes } from './tokkyu.ts'

const app = path.join(import.meta.dirname, '../../cluster/test/fixtures/app.mjs')

/** A program whose one route fails. */
const at = (where: string) => `import express from '@tokkyu/core'
  express().get('${where}', () => { throw new Error('on purpose') }).listen(0)`

describe('the tokkyu command', { timeout: 120_000 }, () => {
  it('tells each command its help', async () => {
    expect((await tokkyu('start', '--help')).text).toMatch(/^Usage: tokkyu start/)
  })

  it.each(['--version', '-v'])('tells by %s which one it is', async (flag) => {
    expect(await tokkyu(flag)).toEqual({ code: 0, text: `${manifest.version}\n` })
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
      await writes(child, '"ready"')
      expect(statSync(control).mode & 0o777).toBe(0o600)
      expect((await tokkyu('reload', '--control', control)).text).toBe('generation 2, 1 workers\n')
      const { text: json } = await tokkyu('status', '--json', '--control', control)
      expect(JSON.parse(json)).toMatchObject({ generation: 2, workers: [{ state: 'ready' }] })
      expect((await tokkyu('status', '--control', control)).text).toMatch(/pid +state +uptime/)
    } finally {
      child.kill('SIGTERM')
    }
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(existsSync(control)).toBe(false)
  })

  it.each([
    ['--grace', 'grace'],
    ['--linger', 'linger'],
    ['--unready-delay', 'unreadyDelay'],
  ])('refuses a time as %s that is none', async (flag, option) => {
    expect(await tokkyu('start', app, flag, 'soon')).toMatchObject({
      code: 1,
      text: expect.stringContaining(`Cannot use NaN as "${option}"`),
    })
  })

  it('starts an application that only listens, and reloads it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-cli-'))
    const file = path.join(folder, 'app.cjs')
    writeFileSync(
      file,
      `require('node:http').createServer((req, res) => res.end('plain')).listen({ path: 'socket' })`,
    )
    const args = ['start', file, '--workers', '1', '--linger', '100', '--control', 'control']
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    try {
      await writes(child, '"ready"')
      expect(await get(path.join(folder, 'socket'))).toBe('plain')
      const control = path.join(folder, 'control')
      expect((await tokkyu('reload', '--control', control)).text).toBe('generation 2, 1 workers\n')
      expect(await get(path.join(folder, 'socket'))).toBe('plain')
    } finally {
      child.kill('SIGTERM')
    }
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('lists routes and explains requests', async () => {
    const folder = project({
      'app.mjs': `import express from '@tokkyu/core'
        export default express().get('/users/:id<int>', function show() {})`,
    })
    expect((await tokkyuIn(folder, 'routes', 'app.mjs')).stdout).toBe(
      'GET,HEAD  /users/:id<int>  show  app.mjs:2:34\n',
    )
    expect(await tokkyuIn(folder, 'explain', '/users/ada', 'app.mjs')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('constraint failed'),
    })
  })

  it('runs an application, anew when it changes, and shows its errors', async () => {
    const folder = project({ 'app.mjs': at('/old') })
    const dev = new DevRun(folder, ['app.mjs'])
    try {
      await dev.starts()
      write(folder, 'app.mjs', at('/new'))
      await dev.starts(2)
      const { text } = await dev.ask('/new', { headers: { accept: 'text/html' } })
      expect(text).toContain('<pre class="message">on purpose</pre>')
    } finally {
      expect(await dev.stop()).toBe(0)
    }
  })
})
