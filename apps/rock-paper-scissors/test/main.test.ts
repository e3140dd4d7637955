import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'

import request from 'supertest'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'

import { IMAGES } from './images.ts'

/** What `tsc -b` made of `main.ts`: the tests are about what people start. */
const MAIN = path.resolve(import.meta.dirname, '../dist/server/main.js')

// Processes take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)

const scratch = await mkdtemp(path.join(tmpdir(), 'main-test-'))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

interface Game {
  readonly child: ChildProcess
  /** Its exit code and all that it said on stderr, once it has ended. */
  readonly ended: Promise<{ code: unknown; errors: string }>
}

function run(env: Record<string, string>): Game {
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    env: { PATH: process.env['PATH'], TMPDIR: scratch, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const exit = once(child, 'exit')
  const ended = text(child.stderr).then(async (errors) => ({ code: (await exit)[0], errors }))
  return { child, ended }
}

/** Starts the game on a free port; its address is known once it is printed. */
async function serve(env: Record<string, string> = {}): Promise<Game & { url: string }> {
  const game = run({ PORT: '0', ...env })
  const line = await Promise.race([
    once(game.child.stdout ?? game.child, 'data').then(([chunk]) => String(chunk)),
    game.ended.then(({ errors }) => `it ended: ${errors}`),
  ])
  expect(line).toMatch(/^Rock, paper, scissors is served at http:\/\/\S+\/\n$/)
  return { ...game, url: line.trim().split(' ').at(-1) ?? '' }
}

describe('starting the game', () => {
  it('prints the address on one line and answers there', async () => {
    const { url } = await serve()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    await request(url).get('/').expect(200)
    await request(url).get('/client/game.js').expect(200)
  })

  it.skipIf(!hasIpv6)('puts an IPv6 host in brackets', async () => {
    const { url } = await serve({ HOST: '::1' })
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+\/$/)
  })

  it('says in one line that the port is taken, and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, errors } = await run({ PORT: String(port) }).ended
    other.close()
    expect(code).toBe(1)
    expect(errors).toBe(
      `Cannot listen on 127.0.0.1:${port}: another program listens there already; set PORT to a free port\n`,
    )
  })

  it.each([
    [{ PORT: 'http' }, 'Cannot use PORT: "http" is not a whole number from 0 to 65535\n'],
    [{ PORT: '70000' }, 'Cannot use PORT: "70000" is not a whole number from 0 to 65535\n'],
    [{ BEHIND_HTTPS: 'maybe' }, 'Cannot use BEHIND_HTTPS: "maybe" is neither 1 (on) nor 0 (off)\n'],
    [
      { SESSION_SECRET: 'short' },
      'Cannot use SESSION_SECRET: it has 5 characters, and 32 are needed\n',
    ],
  ])('says in one line what is wrong with %j, and exits with 1', async (env, message) => {
    expect(await run(env).ended).toEqual({ code: 1, errors: message })
  })

  it('says in one line that the host is none of this machine, and exits with 1', async () => {
    const { code, errors } = await run({ HOST: '192.0.2.1', PORT: '0' }).ended // RFC 5737: nobody's
    expect(code).toBe(1)
    expect(errors).toMatch(/^Cannot listen on 192\.0\.2\.1:0: .+; set HOST to one it has\n$/)
  })
})

describe('stopping the game', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with 0 on %s and takes its avatars along',
    async (signal) => {
      const { child, ended, url } = await serve()
      await request(url).post('/avatar').attach('avatar', IMAGES['image/png'], 'me.png').expect(303)
      const folders = readdirSync(scratch)
      expect(folders).toHaveLength(1)
      child.kill(signal)
      expect(await ended).toEqual({ code: 0, errors: '' })
      expect(existsSync(path.join(scratch, String(folders[0])))).toBe(false)
    },
  )

  it('does not wait for ever for a client that says nothing', async () => {
    const { child, ended, url } = await serve()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write('GET / HTTP/1.1\r\nHost: x') // and no more
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 0, errors: '' })
    socket.destroy()
  })
})
