import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

import { sendCommand, type Status } from '@tokkyu/cluster'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

import { comeTo, openRoom, Player } from '../load/player.ts'
import type { DuelView } from '../src/server/duel/view.ts'
import { mayTestRedis, RedisServer } from './redis-server.ts'

/** What `tsc -b` made of `main.ts`: the tests are about what people start. */
const MAIN = path.resolve(import.meta.dirname, '../dist/server/main.js')

vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

interface Process {
  readonly child: ChildProcess
  readonly url: string
  readonly folder: string
  readonly said: string[]
}

describe.skipIf(!mayTestRedis)('a game of several processes', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'processes-test-'))
  const redis = new RedisServer()
  const children: ChildProcess[] = []
  const players: Player[] = []

  beforeAll(() => redis.start())
  afterEach(async () => {
    for (const player of players.splice(0)) player.leave()
    await Promise.all(children.splice(0).map((child) => kill(child, 'SIGKILL')))
  })
  afterAll(async () => {
    await redis.end()
    rmSync(scratch, { recursive: true, force: true })
  })

  /** Starts the game, and waits until as many processes of it as there shall be say where they serve. */
  async function serve(env: Record<string, string> = {}): Promise<Process> {
    const folder = path.join(scratch, randomUUID())
    mkdirSync(folder)
    const child = spawn(process.execPath, [MAIN], {
      cwd: folder, // in which the supervisor has its socket
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        DATA_DIR: path.join(scratch, 'data'),
        REDIS_URL: redis.url,
        RATE_LIMITS: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    const said: string[] = []
    createInterface(child.stderr).on('line', (line) => said.push(line))
    let url = ''
    let missing = Number(env['WORKERS'] ?? 1)
    for await (const line of createInterface(child.stdout)) {
      url = /served at (\S+)\/$/.exec(line)?.[1] ?? url
      if (--missing === 0) break
    }
    if (!url) throw new Error(`the game did not start: ${said.join('\n')}`)
    child.stdout.resume()
    return { child, url, folder, said }
  }

  /** A duel whose players have each a way of their own to the game. */
  async function duel(
    first: () => string,
    second: () => string,
    thinking: () => number = () => 0,
  ): Promise<[Player, Player]> {
    const room = await openRoom(first())
    const pair: Player[] = []
    for (const way of [first, second]) {
      // oxlint-disable-next-line no-await-in-loop -- one comes after the other
      const cookie = await comeTo(way(), room)
      const options = { room, cookie, way: () => ({ url: way() }), think: thinking }
      const player = new Player(options)
      player.plays(false)
      players.push(player)
      pair.push(player)
      // oxlint-disable-next-line no-await-in-loop
      await player.until(({ seated }) => seated[pair.length - 1] === true)
    }
    return pair as [Player, Player]
  }

  /** Duels at once, with players who think before each move. */
  function duels(count: number, url: string): Promise<[Player, Player][]> {
    const way = (): string => url
    return Promise.all(Array.from({ length: count }, () => duel(way, way, think)))
  }

  it('lets two duel who are connected to different ones', async () => {
    const [one, other] = await Promise.all([serve(), serve()])
    const pair = await duel(
      () => one.url,
      () => other.url,
    )
    for (const player of pair) player.plays(true)
    const [first, second] = await Promise.all(pair.map((player) => player.until(isOver)))
    expect(second?.score).toEqual(first?.score)
    expectWon(...pair)
  })

  it('loses nothing of a round when the process of a player is killed', async () => {
    const [one, other] = await Promise.all([serve(), serve()])
    let secondWay = other.url
    const [first, second] = await duel(
      () => one.url,
      () => secondWay,
    )
    second.plays(true)
    const sealed = await first.until(({ commitments }) => commitments[1] !== null)
    secondWay = one.url
    await kill(other.child, 'SIGKILL')
    await vi.waitFor(() => expect(second.returns).toBeGreaterThan(0), { timeout: 20_000 })
    await second.until(({ commitments }) => commitments[1] === sealed.commitments[1])
    first.plays(true)
    await Promise.all([first.until(isOver), second.until(isOver)])
    expectWon(first, second)
  })

  it('goes on with the round after all of it was killed and started again', async () => {
    let game = await serve()
    const way = (): string => game.url
    const [first, second] = await duel(way, way)
    second.plays(true)
    const before = await first.until(({ commitments }) => commitments[1] !== null)
    await kill(game.child, 'SIGKILL')
    game = await serve()
    await vi.waitFor(() => expect(first.returns * second.returns).toBeGreaterThan(0), {
      timeout: 20_000,
    })
    // It may have been killed before it told the second player what the first knows.
    const after = await second.until(({ commitments }) => commitments[1] !== null)
    expect(after.commitments).toEqual(before.commitments)
    first.plays(true)
    await Promise.all([first.until(isOver), second.until(isOver)])
    expectWon(first, second)
  })

  it('counts a match once, for both, in profiles that all of them show', async () => {
    const [one, other] = await Promise.all([serve(), serve()])
    const [first, second] = await duel(
      () => one.url,
      () => other.url,
    )
    const urls = await Promise.all(
      [first, second].map(({ cookie }, index) => chooseName(one.url, cookie, `player ${index}`)),
    )
    for (const player of [first, second]) player.plays(true)
    await Promise.all([first.until(isOver), second.until(isOver)])
    for (const { url } of [one, other]) {
      // oxlint-disable-next-line no-await-in-loop -- one process after the other
      await vi.waitFor(async () => {
        const shown = await Promise.all(urls.map((each) => profileAt(url + each)))
        expect(shown.map(({ ever }) => ever.duels)).toEqual([1, 1])
        expect(shown[0]!.ever.duelWins + shown[1]!.ever.duelWins).toBe(1)
      })
    }
  })

  it('answers every request and ends every duel while `tokkyu reload` replaces its workers', async () => {
    const { url, folder, child } = await serve({ WORKERS: '2' })
    const control = path.join(folder, '.tokkyu.sock')
    const pairs = await duels(12, url)
    const failures: string[] = []
    let asked = 0
    const reloading = new AbortController()
    const ask = async (): Promise<void> => {
      while (!reloading.signal.aborted) {
        const page = ['/', '/leaderboard', '/game?action=rock'][asked++ % 3] ?? '/'
        try {
          const answer = await fetch(url + page)
          await answer.arrayBuffer()
          if (answer.status !== 200) failures.push(`${page}: ${answer.status}`)
        } catch (error) {
          failures.push(`${page}: ${String((error as Error).cause ?? error)}`)
        }
        await pause(10)
      }
    }
    const clients = Array.from({ length: 4 }, ask)
    for (const player of pairs.flat()) player.plays(true)
    const before = pidsOf(await status(control))
    for (let round = 0; round < 2; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one reload after the other
      await sendCommand(control, { command: 'reload' })
    }
    expect(pidsOf(await status(control)).filter((pid) => before.includes(pid))).toEqual([])
    await Promise.all(pairs.flat().map((player) => player.until(isOver)))
    reloading.abort()
    await Promise.all(clients)
    expect(failures).toEqual([])
    expect(asked).toBeGreaterThan(50)
    expectWon(...pairs.flat())
    expect(pairs.flat().some(({ returns }) => returns > 0)).toBe(true)
    expect(await kill(child, 'SIGTERM')).toBe(0)
  })

  it('ends every duel while each of its workers is killed', async () => {
    const { url, folder } = await serve({ WORKERS: '2' })
    const control = path.join(folder, '.tokkyu.sock')
    const pairs = await duels(8, url)
    for (const player of pairs.flat()) player.plays(true)
    for (const pid of pidsOf(await status(control))) {
      process.kill(pid, 'SIGKILL')
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await vi.waitFor(
        async () => {
          const { workers } = await status(control)
          const ready = workers.filter(({ state }) => state === 'ready')
          expect(ready.filter((worker) => worker.pid !== pid)).toHaveLength(2)
        },
        { timeout: 30_000, interval: 100 },
      )
    }
    await Promise.all(pairs.flat().map((player) => player.until(isOver)))
    expectWon(...pairs.flat())
  })
})

function isOver({ phase }: DuelView): boolean {
  return phase === 'over'
}

function expectWon(...all: readonly Player[]): void {
  for (const { duel: shown, faults } of all) {
    expect(shown?.ending?.reason).toBe('won')
    expect(Math.max(...(shown?.score ?? []))).toBe(2)
    expect(faults).toEqual([])
  }
}

/** Some seconds, so that a match outlives what happens to the processes. */
function think(): number {
  return 1000 + Math.random() * 1000
}

/** Ends a process, and gives its exit code. */
async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return child.exitCode
}

async function status(control: string): Promise<Status> {
  return (await sendCommand(control, { command: 'status' })) as Status
}

function pidsOf({ workers }: Status): number[] {
  return workers.map(({ pid }) => pid)
}

async function chooseName(url: string, cookie: string, name: string): Promise<string> {
  const answer = await fetch(`${url}/profile`, {
    method: 'POST',
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      Cookie: cookie,
      Origin: url,
    },
    body: JSON.stringify({ name }),
  })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { url: string }).url
}

async function profileAt(
  url: string,
): Promise<{ readonly ever: { readonly duels: number; readonly duelWins: number } }> {
  const answer = await fetch(url, { headers: { Accept: 'application/json' } })
  return (await answer.json()) as { ever: { duels: number; duelWins: number } }
}
