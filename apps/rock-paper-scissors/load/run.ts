import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { setTimeout as pause } from 'node:timers/promises'

import { startGame } from './game.ts'
import { Latencies } from './latencies.ts'
import { askForPages } from './pages.ts'
import { comeTo, openRoom, Player } from './player.ts'

const { values } = parseArgs({
  options: {
    duels: { type: 'string', default: '500' },
    pages: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '30' },
    workers: { type: 'string', default: '2' },
  },
})
const [duels, pages, seconds] = [values.duels, values.pages, values.seconds].map(Number) as [
  number,
  number,
  number,
]

/** How long somebody thinks about a move, in milliseconds. */
const think = (): number => 1_000 + Math.random() * 4_000

/** One address has so many sockets at most, and people come from more than one. */
const ADDRESSES = 50

const game = await startGame(values.workers)
try {
  const played = new Latencies()
  const asked = new Latencies()
  const end = Date.now() + seconds * 1000
  const asking = askForPages(game.url, pages, end, asked)
  const results = await Promise.all(
    Array.from({ length: duels }, async (_, index) => {
      await pause((index / duels) * seconds * 500) // they come within the first half
      return playOne(index, played)
    }),
  )
  const failures = await asking
  const busy = await game.coreSeconds()
  const lost = results.filter(({ faults }) => faults.length > 0)
  const model = cpus()[0]?.model ?? 'unknown processor'
  console.log(
    `${availableParallelism()} cores (${model}), node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
  )
  console.log(
    `${duels} duels of ${results.reduce((sum, { rounds }) => sum + rounds, 0)} rounds: ${lost.length} lost`,
  )
  console.log(`  commit or reveal until it is known to its sender: ${played.told()}`)
  console.log(`${asked.count} pages, ${pages} a second for ${seconds} s: ${failures.length} failed`)
  console.log(`  from when it was due until it was read: ${asked.told()}`)
  if (busy !== undefined)
    console.log(`the game was busy for ${busy.toFixed(1)} s of a core, its start included`)
  for (const fault of [...lost.flatMap(({ faults }) => faults), ...failures].slice(0, 20))
    console.log(`  ${fault}`)
  process.exitCode = lost.length + failures.length > 0 ? 1 : 0
} finally {
  await game.stop()
}

/** A match of two players who each connect from an address of their own. */
async function playOne(
  index: number,
  latencies: Latencies,
): Promise<{ readonly rounds: number; readonly faults: readonly string[] }> {
  const room = await openRoom(game.url)
  const way = { url: game.url, localAddress: `127.0.0.${2 + (index % ADDRESSES)}` }
  const measured = (milliseconds: number): void => latencies.add(milliseconds)
  const cookies = [await comeTo(game.url, room), await comeTo(game.url, room)]
  const players = cookies.map(
    (cookie) => new Player({ room, cookie, way: () => way, think, measured }),
  )
  const shown = await Promise.all(
    players.map((each) => each.until(({ phase }) => phase === 'over')),
  )
  for (const player of players) player.leave()
  const faults = players.flatMap((player) => player.faults)
  for (const { ending } of shown)
    if (ending?.reason !== 'won') faults.push(`ended: ${ending?.reason}`)
  if (shown[0]?.score.join() !== shown[1]?.score.join()) faults.push('two different scores')
  return { rounds: (shown[0]?.round ?? 1) - 1, faults }
}
