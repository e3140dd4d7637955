import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
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

function run(settings: Record<string, string>): Game {
  const env = { DATA_DIR: path.join(scratch, randomUUID()), ...settings }
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
    [
      { WORKERS: '2' },
      'Cannot use WORKERS: several processes share what they know in Redis: set REDIS_URL\n',
    ],
    [
      { REDIS_URL: 'redis://127.0.0.1:1' },
      'Cannot use REDIS_URL: connect ECONNREFUSED 127.0.0.1:1\n',
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
  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 on %s', async (signal) => {
    const { child, ended } = await serve()
    child.kill(signal)
    expect(await ended).toEqual({ code: 0, errors: '' })
  })

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

describe('starting the game again', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'finds score, profile and avatar of a player as they were before %s',
    async (signal) => {
      const env = { DATA_DIR: path.join(scratch, `again-${signal}`) }
      const before = await serve(env)
      const played = await request(before.url)
        .post('/game')
        .set('Accept', 'application/json')
        .send({ action: 'rock' })
        .expect(200)
      const cookie = String(played.headers['set-cookie']?.[0]).split(';')[0] ?? ''
      const named = await request(before.url)
        .post('/profile')
        .set({ Accept: 'application/json', Cookie: cookie })
        .send({ name: 'Ada' })
        .expect(200)
      await request(before.url)
        .post('/game')
        .set({ Accept: 'application/json', Cookie: cookie })
        .send({ action: 'rock' })
        .expect(200)
      await request(before.url)
        .post('/avatar')
        .set('Cookie', cookie)
        .attach('avatar', IMAGES['image/png'], 'me.png')
        .expect(303)
      before.child.kill(signal)
      await before.ended

      const after = await serve(env)
      const again = await request(after.url)
        .post('/game')
        .set({ Accept: 'application/json', Cookie: cookie })
        .send({ action: 'paper' })
      expect(again.body.scoreboard.rounds).toHaveLength(3)
      expect(again.body.scoreboard.rounds[1]).toMatchObject({ player: 'rock' })
      const { body: profile } = await request(after.url)
        .get(named.body.url)
        .set('Accept', 'application/json')
        .expect(200)
      expect(profile).toMatchObject({ name: 'Ada', ever: { rounds: 2 } })
      await request(after.url).get(profile.avatar).expect(200)
      const avatar = await request(after.url).get('/avatar').set('Cookie', cookie).expect(200)
      expect(avatar.body).toEqual(IMAGES['image/png'])
    },
  )

  it('takes the secret that it made at its first start, which its owner alone may read', async () => {
    const env = { DATA_DIR: path.join(scratch, 'secret') }
    const file = path.join(env.DATA_DIR, 'session-secret')
    const first = await serve(env)
    const secret = readFileSync(file, 'utf8')
    expect(secret).toMatch(/^[\w-]{43}\n$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(env.DATA_DIR).filter((name) => name.startsWith('session-secret'))).toEqual([
      'session-secret',
    ])
    first.child.kill('SIGTERM')
    await first.ended
    await serve(env)
    expect(readFileSync(file, 'utf8')).toBe(secret)
  })

  it('says in one line that its data directory cannot be used, and exits with 1', async () => {
    const DATA_DIR = path.join(scratch, 'a-file')
    writeFileSync(DATA_DIR, '')
    const { code, errors } = await run({ PORT: '0', DATA_DIR }).ended
    expect(code).toBe(1)
    expect(errors).toMatch(/^Cannot use DATA_DIR: .+\n$/)
  })

  it('refuses a secret that somebody cut short', async () => {
    const DATA_DIR = path.join(scratch, 'cut')
    mkdirSync(DATA_DIR)
    writeFileSync(path.join(DATA_DIR, 'session-secret'), 'short')
    const { code, errors } = await run({ PORT: '0', DATA_DIR }).ended
    expect(code).toBe(1)
    expect(errors).toMatch(/session-secret holds 5 characters, and 32 are needed\n$/)
  })

  it('says in one line that another game has the data directory, and exits with 1', async () => {
    const env = { DATA_DIR: path.join(scratch, 'shared') }
    await serve(env)
    const { code, errors } = await run({ PORT: '0', ...env }).ended
    expect(code).toBe(1)
    expect(errors).toMatch(/^Cannot use DATA_DIR: .+\n$/)
  })
})
