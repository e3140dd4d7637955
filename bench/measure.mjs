// One scenario: every subject up at once, rounds interleaved, CPU time per request read from the server.
import autocannon from 'autocannon'

import { prepare } from './answer.mjs'
import { start } from './process.mjs'

const CONNECTIONS = 64
const SLOW_CONNECTIONS = 8 // a megabyte each

/**
 * @returns per subject: `cpu` (seconds per 100,000 requests, one figure a round), `rate` (requests per
 * second, one a round), `rss` (bytes, after the load)
 */
export async function measure(name, scenario, subjects, { rounds, requests, env = {} }) {
  const servers = []
  try {
    for (const subject of subjects)
      servers.push(
        await start(subject.module, subject.scenario ?? name, { ...env, ...subject.env }),
      )
    let expected
    const results = []
    for (const [i, server] of servers.entries()) {
      const { prepared, shape } = await prepare(
        server,
        { ...scenario, path: subjects[i].path ?? scenario.path },
        expected,
      )
      expected ??= shape
      results.push({ name: subjects[i].name, server, prepared, cpu: [], rate: [] })
    }
    for (const { server, prepared } of results) await load(server, prepared, requests)
    for (let round = 0; round < rounds; round++) {
      // Another order each round: who comes first finds a cooler machine.
      for (let i = 0; i < results.length; i++) {
        const { server, prepared, cpu, rate } = results[(i + round) % results.length]
        const before = await server.usage()
        const seconds = await load(server, prepared, requests)
        const after = await server.usage()
        cpu.push(((after.cpu - before.cpu) / 1e6 / requests) * 100_000)
        rate.push(requests / seconds)
      }
    }
    for (const result of results) result.rss = (await result.server.usage()).rss
    return results.map(({ name: subject, cpu, rate, rss }) => ({ subject, cpu, rate, rss }))
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** Latency in ms at a rate that every subject can keep: the tail is the subject's, not the queue's. */
export async function latency(server, prepared, rate, seconds) {
  const { latency: seen } = await autocannon({
    ...options(server, prepared),
    overallRate: rate,
    duration: seconds,
  })
  return { p50: seen.p50, p99: seen.p99, max: seen.max }
}

/** @returns the seconds that `requests` requests took. */
export async function load(server, prepared, requests) {
  const began = performance.now()
  const result = await autocannon({ ...options(server, prepared), amount: requests, sampleInt: 10 })
  const failed = result.errors + result.timeouts + result['4xx'] + result['5xx']
  if (failed > 0) throw new Error(`${server.subject}: ${failed} of ${requests} requests failed`)
  return (performance.now() - began) / 1000
}

const options = ({ port }, { path, method = 'GET', headers, body, slow }) => ({
  url: `http://127.0.0.1:${port}${path}`,
  connections: slow ? SLOW_CONNECTIONS : CONNECTIONS,
  method,
  headers,
  ...(body === undefined ? {} : { body }),
})
