import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import { get, type Message } from './supervised.ts'

const timeout = 120_000
const supervisor = path.join(import.meta.dirname, 'fixtures/supervisor.mjs')
let child: ChildProcess

afterEach(async () => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}, timeout)

/** Starts a supervisor as systemd does: by its process number it knows that the environment is for it. */
function start(env: Record<string, string>, listening: number | 'ignore' = 'ignore'): ChildProcess {
  child = spawn('sh', ['-c', 'LISTEN_PID=$$ exec "$0" "$@"', process.execPath, supervisor, '{}'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'ignore', listening, 'ipc'],
  })
  return child
}

/** A program of the name that speaks with systemd; it writes down what it is told to say. */
function fakeNotify(): { PATH: string; heard: () => string[] } {
  const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-systemd-'))
  const [program, log] = ['systemd-notify', 'heard'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ]
  writeFileSync(program, `#!/bin/sh\necho "$@" >> "${log}"\n`)
  chmodSync(program, 0o755)
  return {
    PATH: `${folder}:${process.env['PATH']}`,
    heard: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  }
}

describe('under systemd', { timeout }, () => {
  it('says that it is ready, lives, and stops', async () => {
    const { PATH, heard } = fakeNotify()
    start({ PATH, NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '200000' })
    const pid = `--pid=${child.pid}`
    await expect.poll(heard, { timeout }).toContain(`${pid} READY=1`)
    await expect.poll(heard, { timeout }).toContain(`${pid} WATCHDOG=1`)
    child.kill('SIGTERM')
    await once(child, 'exit')
    await expect.poll(heard, { timeout }).toContain(`${pid} STOPPING=1`)
  })

  it('says nothing when nobody asks', async () => {
    const { PATH, heard } = fakeNotify()
    start({ PATH })
    const ready = new Promise((resolve) => {
      child.on('message', (message: Message) => {
        if (message.ready) resolve(message)
      })
    })
    await ready
    child.kill('SIGTERM')
    await once(child, 'exit')
    expect(heard()).toEqual([])
  })

  it('takes the socket that was opened for it', async () => {
    const socket = createServer().listen(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address() as { port: number }
    const { fd } = (socket as unknown as { _handle: { fd: number } })['_handle']
    start({ LISTEN_FDS: '1' }, fd)
    // It is asked for port 0, and given the one that is open.
    const told = new Promise<number>((resolve) => {
      child.on('message', (message: Message) => {
        if (message.port !== undefined) resolve(message.port)
      })
    })
    expect(await told).toBe(port)
    socket.close() // ours; the connection can be for the supervisor only
    expect(await get(port, '/release')).toBe('first')
  })
})
