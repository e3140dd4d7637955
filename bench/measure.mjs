// One scenario: every subject up at once, rounds interleaved, CPU time per request read from the server.
import { prepare } from './answer.mjs'
import { connectionsOf, saturate, sendAll } from './load.mjs'
import { pace } from './pace.mjs'
import { start } from './process.mjs'

const RATE = 2_000 // requests a second, of all connections together
const SLOW_RATE = 40

/**
 * @param seconds - of each load in each round.
 * @returns per subject: `saturated` and `paced` (CPU in µs per request, one figure a round), `rate`
 * (requests per second, one a round), `p50` and `p99` (µs at the fixed rate, one a round) and `rss` (bytes, after the load)
 */
export async function measure(name, scenario, subjects, { rounds, seconds, node }) {
  const servers = []
  try {
    for (const { module, scenario: other, env } of subjects)
      servers.push(await start(module, other ?? name, { env, node }))
    const results = await prepareAll(scenario, subjects, servers)
    for (const { server, prepared } of results) await warmUp(server, prepared)
    for (let round = 0; round < rounds; round++) {
      // Another order each round: who comes first finds a cooler machine.
      for (let i = 0; i < results.length; i++)
        await measureOnce(results[(i + round) % results.length], seconds)
    }
    for (const result of results) result.rss = (await result.server.usage()).rss
    return results
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** By number and not by time: on a busy machine V8's compilers get none of it, and cold code is measured. */
export async function warmUp(server, prepared) {
  await sendAll(server, prepared, prepared.slow ? 200 : 8_000)
}

async function prepareAll(scenario, subjects, servers) {
  let expected
  const results = []
  for (const [i, server] of servers.entries()) {
    const asked = { ...scenario, path: subjects[i].path ?? scenario.path }
    const { prepared, shape } = await prepare(server, asked, expected)
    expected ??= shape
    const empty = { saturated: [], rate: [], paced: [], p50: [], p99: [] }
    results.push({ subject: subjects[i].name, server, prepared, ...empty })
  }
  return results
}

async function measureOnce({ server, prepared, ...figures }, seconds) {
  const full = await cpuOf(server, () => saturate(server, prepared, seconds))
  figures.saturated.push(full.cpu)
  figures.rate.push(full.requests / full.seconds)
  const rate = prepared.slow ? SLOW_RATE : RATE
  const steady = await cpuOf(server, () =>
    pace(server, prepared, { rate, seconds, connections: connectionsOf(prepared) }),
  )
  figures.paced.push(steady.cpu)
  figures.p50.push(steady.p50)
  figures.p99.push(steady.p99)
}

/** @returns what the load tells, and the server's CPU for each request of it, in µs. */
export async function cpuOf(server, load) {
  const before = await server.usage()
  const told = await load()
  const after = await server.usage()
  return { ...told, cpu: (after.cpu - before.cpu) / told.requests }
}
