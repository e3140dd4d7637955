// Goodput (answered within 200 ms) at three times what a database can do, with and without a limit.
import http from 'node:http'
import { median, quantile, start } from './processes.mjs'

const [CAPACITY, IN_TIME, SECONDS] = [500, 200, 4]
const SUBJECTS = ['without a limit', 'with { max: 12 }', 'adaptive, { max: 400, latency: 30 }']

/** Asks at this rate, whatever comes back, as clients do; clients give up after 2 s. */
async function flood(port, rate) {
  const agent = new http.Agent({ keepAlive: true })
  const refused = []
  let good = 0
  const one = () =>
    new Promise((resolve) => {
      const begun = performance.now()
      const request = http.get({ port, agent, timeout: 2000 }, (response) => {
        response.resume().on('end', () => {
          const time = performance.now() - begun
          if (response.statusCode === 503) refused.push(time)
          else if (time <= IN_TIME) good++
          resolve()
        })
      })
      request.on('timeout', () => request.destroy()).on('error', resolve)
    })
  const begun = performance.now()
  const asked = []
  while (performance.now() - begun < SECONDS * 1000) {
    while (asked.length < ((performance.now() - begun) / 1000) * rate) asked.push(one())
    await new Promise((resolve) => setTimeout(resolve, 4))
  }
  await Promise.all(asked)
  agent.destroy()
  return { good: good / SECONDS, refused }
}

const ms = (times, share) => `${quantile(times, share).toFixed(2)} ms`

export async function overload({ rounds }) {
  const results = new Map()
  const keep = (what, value) => results.set(what, [...(results.get(what) ?? []), value])
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    for (const name of SUBJECTS) {
      const { child, ready: port, ask } = await start('overload-server.mjs', name)
      if (name === SUBJECTS[0])
        for (const share of [0.8, 0.9, 1]) keep(share, (await flood(port, share * CAPACITY)).good)
      const { good, refused } = await flood(port, 3 * CAPACITY)
      const { refusals } = await ask({})
      keep(name, { good, refused, refusals })
      child.disconnect()
    }
  }
  const peak = Math.max(...[0.8, 0.9, 1].map((share) => median(results.get(share))))
  console.log(`peak goodput ${peak.toFixed(0)} in a second; ${3 * CAPACITY} asked for:`)
  for (const name of SUBJECTS) {
    const seen = results.get(name)
    const good = median(seen.map((each) => each.good))
    const server = seen.flatMap((each) => each.refusals)
    const client = seen.flatMap((each) => each.refused)
    const refusal = server.length
      ? `; a refusal takes the server ${ms(server, 0.5)} (p99 ${ms(server, 0.99)}), the client waits ${ms(client, 0.5)}`
      : ''
    console.log(`  ${name}: ${((100 * good) / peak).toFixed(0)} % of it${refusal}`)
  }
  console.log('  goal: 90 %, refusals under 1 ms')
}
