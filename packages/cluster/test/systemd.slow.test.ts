import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

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
function start(
  env: Record<string, string>,
  listening: number | 'ignore' = 'ignore',
  options: object = {},
): ChildProcess {
  child = spawn(
    'sh',
    ['-c', 'LISTEN_PID=$$ exec "$0" "$@"', process.execPath, supervisor, JSON.stringify(options)],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'ignore', listening, 'ipc'],
    },
  )
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

/** Prints what comes as datagrams to a socket at a path: what node itself cannot do. */
const listensAt = `
import socket, sys
it = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
it.bind(sys.argv[1])
print('listens', flush=True)
while True: print(it.recv(4096).decode(), flush=True)
`
const spoken = ['systemd-notify', 'python3'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
)
if (!spoken) console.warn('NOT TESTED: the real systemd-notify; it or python3 is not installed')

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

  it('does not say that it lives while nobody is there to serve', async () => {
    const { PATH, heard } = fakeNotify()
    const env = { PATH, NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '100000' }
    start(env, 'ignore', { entry: 'stuck-app.mjs' })
    let starts = 0
    const bothStart = new Promise<void>((resolve) => {
      child.on('message', ({ event }: Message) => {
        if (event?.event === 'start' && ++starts === 2) resolve()
      })
    })
    await bothStart
    await pause(500) // ten times the pause between two beats
    expect(heard()).toEqual([])
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

  it.runIf(spoken)('is heard at a real socket by the real `systemd-notify`', async () => {
    const socket = `${mkdtempSync(`${tmpdir()}/tokkyu-notify-`)}/socket`
    const manager = spawn('python3', ['-c', listensAt, socket])
    let heard = ''
    manager.stdout.on('data', (chunk) => (heard += String(chunk)))
    await expect.poll(() => heard, { timeout }).toBe('listens\n')
    start({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' })
    await expect.poll(() => heard, { timeout }).toContain('READY=1')
    await expect.poll(() => heard, { timeout }).toContain('WATCHDOG=1')
    child.kill('SIGTERM')
    await expect.poll(() => heard, { timeout }).toContain('STOPPING=1')
    manager.kill('SIGKILL')
  })

  it('leaves the socket alone that was opened for another process', async () => {
    const socket = createServer().listen(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address() as { port: number }
    const { fd } = (socket as unknown as { _handle: { fd: number } })['_handle']
    child = spawn(process.execPath, [supervisor, '{}'], {
      env: { ...process.env, LISTEN_FDS: '1', LISTEN_PID: '1' },
      stdio: ['ignore', 'ignore', 'ignore', fd, 'ipc'],
    })
    const told = new Promise<number>((resolve) => {
      child.on('message', (message: Message) => {
        if (message.port !== undefined) resolve(message.port)
      })
    })
    expect(await told).not.toBe(port)
    socket.close()
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
