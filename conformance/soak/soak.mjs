// Mixed traffic for minutes, and what it leaves behind: pnpm soak [--minutes N] [--write]
//
// Three servers: the game as people start it; the parts that it does not have (Redis, event streams, HTTP/2, …) in one
// process; and the same parts in two workers under the supervisor, which is told to reload in each round. Visitors use
// them in rounds. After each round all of them rest, and each process says what it holds. The game is stopped and
// started anew after the first round; from the middle on all that is held is compared.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { findPort } from '../../tools/free-port.mjs'
import { Tally, Visitor } from './client.mjs'
import { duel, journeys as gameJourneys } from './play-game.mjs'
import { childrenOf, Server, vitalsOf } from './servers.mjs'
import { journeys as partJourneys, multiplex } from './use-parts.mjs'
import { countsOf, judge, tableOf } from './verdict.mjs'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new RangeError(`--minutes is "${values.minutes}", and no number above 0`)

const root = path.join(import.meta.dirname, '../..')
const scratch = mkdtempSync(path.join(tmpdir(), 'soak-'))
const folder = (name) => {
  const at = path.join(scratch, name)
  mkdirSync(at, { recursive: true })
  return at
}
const vitals = folder('vitals')
/** No journey takes so long, on the slowest machine. */
const PATIENCE_MS = 60_000
const roundCount = Math.max(6, Math.min(60, Math.round(minutes * 2)))
const roundMs = (minutes * 60_000) / roundCount
const tally = new Tally()
const samples = { game: [], parts: [], supervisor: [] }
const hasRedis = spawnSync('redis-server', ['--version']).status === 0

const redis = hasRedis ? startRedis() : undefined
const game = new Server('the game', ['apps/rock-paper-scissors/dist/server/main.js'].map(inRoot), {
  ...environment('game'),
  DATA_DIR: folder('game-data'),
  NODE_ENV: 'production',
  PORT: '0',
  RATE_LIMITS: '0',
})
const parts = new Server('parts', [path.join(import.meta.dirname, 'parts.mjs')], {
  ...environment('parts'),
  HTTP2_PORT: '0',
  PORT: '0',
})
const freePort = await findPort()
const control = path.join(scratch, 'control')
const command = [
  inRoot('packages/cli/entry/tokkyu.cjs'),
  'start',
  path.join(import.meta.dirname, 'parts.mjs'),
]
const supervised = new Server('supervised', [...command, '--workers', '2', '--control', control], {
  ...environment('supervised'),
  PORT: String(freePort),
})

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    killAll()
    process.exit(1)
  })

const began = Date.now()
try {
  await run()
} finally {
  killAll()
}

function killAll() {
  for (const server of [game, parts, supervised]) server.kill()
  redis?.kill()
}

async function run() {
  if (redis) while (!existsSync(redisSocket())) await wait(20)
  const atGame = visitors(6, await startGame())
  const [http1, http2] = (await parts.start()).trim().split(' ')
  const atParts = visitors(4, `http://127.0.0.1:${http1}`)
  await supervised.start()
  await untilAnswered(freePort)
  const atSupervised = visitors(2, `http://127.0.0.1:${freePort}`)
  for (const visitor of atSupervised) visitor.mayBeLeft = true
  for (let round = 0; round < roundCount; round++) {
    const until = Date.now() + roundMs
    const [first, second, watcher] = atGame
    await Promise.all([
      attempt(duel, first, second, watcher).then(() =>
        Promise.all(atGame.map((visitor) => repeat(until, gameJourneys, visitor))),
      ),
      ...atParts.map((visitor) => repeat(until, partJourneys, visitor)),
      repeat(until, { multiplex: () => multiplex(`http://127.0.0.1:${http2}`, tally) }),
      ...atSupervised.map((visitor) => repeat(until, partJourneys, visitor)),
      wait(roundMs / 3).then(() => supervised.signal('SIGHUP')),
    ])
    for (const visitor of [...atGame, ...atParts, ...atSupervised]) visitor.rest()
    await allReplaced()
    if (round === 0) {
      const code = await game.stop()
      if (code !== 0) tally.faults.push(`the game ended with ${code} when it was told to stop`)
      const origin = await startGame()
      for (const visitor of atGame) visitor.moveTo(origin)
    }
    if (round >= Math.floor(roundCount / 2) - 1) {
      samples.game.push(await rested(game.pid))
      samples.parts.push(await rested(parts.pid))
      samples.supervisor.push(await rested(supervised.pid))
    }
  }
  for (const [name, server] of Object.entries({ game, parts, supervised })) {
    const code = await server.stop()
    if (code !== 0) tally.faults.push(`${name} ended with ${code} when it was told to stop`)
    const said = server.errors.split('\n').filter((line) => line !== '' && !isOrdinary(line))
    if (said.length > 0) tally.faults.push(`${name} said: ${said.join('\n').slice(0, 2000)}`)
  }
  tell()
}

/** A supervisor logs what it does; nobody else has anything to say, and no worker ends unless it is told to. */
function isOrdinary(line) {
  if (!line.startsWith('{"event":')) return false
  const { event, reason } = JSON.parse(line)
  if (event === 'exit') return reason === 'reload' || reason === 'SIGTERM'
  return ['start', 'ready', 'reloaded', 'stopping', 'stopped'].includes(event)
}

/** A reload ends with as many workers as there were before. */
async function allReplaced() {
  const until = Date.now() + PATIENCE_MS
  do {
    await wait(300)
    if (childrenOf(supervised.pid).length === 2) return
  } while (Date.now() < until)
  tally.faults.push('the supervisor has not two workers again')
}

/** What a process holds when it has let go of the last visitors: asked until it holds no more than before. */
async function rested(pid) {
  let best
  for (let tries = 0; tries < 5; tries++) {
    const now = await vitalsOf(pid, vitals)
    if (best !== undefined && now.descriptors >= best.descriptors) return now
    best = now
    await wait(300)
  }
  return best
}

async function startGame() {
  const line = await game.start()
  return /http:\S+[^/\s]/.exec(line)[0]
}

function visitors(count, origin) {
  return Array.from({ length: count }, (_, number) => new Visitor(number, origin, tally))
}

/** One journey after the other until the time is over; where it begins differs from visitor to visitor. */
async function repeat(until, journeys, visitor) {
  const all = Object.values(journeys)
  for (let at = visitor?.number ?? 0; Date.now() < until; at++) {
    const journey = all[at % all.length]
    await attempt(journey, visitor)
  }
}

async function attempt(journey, ...by) {
  const done = new AbortController()
  const late = wait(PATIENCE_MS, undefined, { signal: done.signal }).then(
    () => Promise.reject(new Error(`${journey.name} does not end`)),
    () => {},
  )
  try {
    await Promise.race([journey(...by), late])
  } catch (error) {
    tally.faults.push(error.message)
    // Where nothing works there is no use in trying a million times.
    if (tally.faults.length > 100) throw error
  } finally {
    done.abort()
  }
}

/** Files that are there when all visitors have taken theirs away, and all programs have ended. */
function leftFiles() {
  const kept =
    /^(?:game-data\/(?:profiles\.log|sessions\.log|session-secret|avatars)|redis\/|vitals\/)/
  return readdirSync(scratch, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(scratch, path.join(entry.parentPath, entry.name)))
    .filter((file) => !kept.test(file) || file.includes('avatars/'))
}

function tell() {
  const verdicts = Object.entries(samples).map(([name, rounds]) => judge(name, rounds))
  const files = leftFiles()
  const faults = [
    ...new Set(tally.faults),
    ...verdicts.flatMap((verdict) => verdict.faults),
    ...files.map((file) => `left behind: ${file}`),
  ]
  const took = ((Date.now() - began) / 60_000).toFixed(1)
  const text = `${tally.total} answers in ${took} minutes (${roundCount} rounds), ${tally.faults.length} of them unexpected, ${files.length} files left behind.
Node ${process.version}, ${cpus().length} cores, sessions of the parts ${hasRedis ? 'in Redis' : 'in memory, for there is no redis-server'}.

${tableOf(verdicts.map(({ row }) => row))}

${countsOf(tally.counts)}
`
  console.log(text)
  for (const fault of faults) console.log(`✗ ${fault}`)
  if (faults.length > 0) process.exitCode = 1
  else rmSync(scratch, { recursive: true })
  if (values.write && faults.length === 0) writeFileSync(inRoot('docs/soak.md'), page(text))
}

function page(text) {
  return `# Soak

Written by \`pnpm soak --minutes ${minutes} --write\` on ${new Date().toISOString().slice(0, 10)}. What is asked of whom, and how it is
measured: [\`conformance/soak/soak.mjs\`](../conformance/soak/soak.mjs).

${text}
Each row of the first table is one process from the middle of the run on: its heap and buffers after a collection, while
all visitors rest; the trend of that over all these rounds; its descriptors and what \`process.getActiveResourcesInfo()\`
counts, neither of which may grow. The workers under the supervisor are replaced in each round.
`
}

function environment(name) {
  const env = {
    SOAK_VITALS: vitals,
    TMPDIR: folder(`${name}-temp`),
    UPLOADS: folder(`${name}-uploads`),
  }
  return hasRedis ? { ...env, REDIS_SOCKET: redisSocket() } : env
}

function redisSocket() {
  return path.join(scratch, 'redis', 'redis.sock')
}

function startRedis() {
  const place = ['--port', '0', '--unixsocket', redisSocket(), '--dir', folder('redis')]
  return spawn('redis-server', [...place, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' })
}

async function untilAnswered(port) {
  const until = Date.now() + 30_000
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/file`, {
      headers: { connection: 'close' },
    }).catch(() => {})
    await answer?.arrayBuffer()
    if (answer?.ok) return
    if (Date.now() > until) throw new Error('the supervised parts do not answer')
    await wait(50)
  }
}

function inRoot(file) {
  return path.join(root, file)
}
