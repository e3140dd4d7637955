// What a hit costs the server in CPU, next to what cannot be done without: sending the bytes, or asking Redis for them.
import { load, median, start, startRedis } from './processes.mjs'

const CONNECTIONS = 20

/** Ratios of CPU of the second subject to the first, one for each round. */
async function compare(names, { socket = '', client = '', size, rounds, requests }) {
  const subjects = await Promise.all(
    names.map((name) => start('hit-server.mjs', name, socket, client, String(size))),
  )
  for (const { ready } of subjects) await load(ready, 2, 1)
  const answers = await Promise.all(subjects.map(({ ready }) => load(ready, 1, 1)))
  const [bare, kept] = answers.map(shape)
  if (bare !== kept) throw new Error(`not the same answers:\n${bare}\n${kept}`)
  for (const { ready } of subjects) await load(ready, requests, CONNECTIONS)
  const costs = []
  for (let round = 0; round < rounds; round++) {
    const cost = []
    // Who goes first has the caches of the machine to itself; they take turns.
    for (const at of round % 2 ? [1, 0] : [0, 1]) {
      const { ready, ask } = subjects[at]
      const { cpu } = await ask({})
      await load(ready, requests, CONNECTIONS)
      cost[at] = ((await ask({})).cpu - cpu) / requests
    }
    costs.push(cost)
  }
  for (const { child } of subjects) child.disconnect()
  return costs
}

/** An answer without what differs from second to second. */
const shape = (text) =>
  text
    .replace(/^Date: .*\r\n/im, 'Date\r\n')
    .replace(/(ttl=|Age: )\d+/gi, '$1')
    .replace(/^([\w-]+):/gm, (name) => name.toLowerCase())
    .split('\r\n')
    .toSorted()
    .join('\n')

function report(what, costs, goal) {
  const [floor, ours] = [0, 1].map((at) => median(costs.map((cost) => cost[at])))
  const ratio = median(costs.map((cost) => cost[1] / cost[0]))
  console.log(
    `${what}: ${ratio.toFixed(2)} × (${floor.toFixed(0)} → ${ours.toFixed(0)} µs CPU); goal ${goal}`,
  )
}

export async function hits({ rounds, requests }) {
  for (const size of [2_000, 50_000]) {
    const costs = await compare(['bare', 'memory'], { size, rounds, requests })
    report(`hit from memory, ${size} bytes, to bare node:http`, costs, '1.15')
  }
  const redis = await startRedis()
  try {
    for (const client of ['ioredis', 'node-redis']) {
      const options = { socket: redis.socket, client, size: 2_000, rounds, requests }
      const costs = await compare(['client alone', 'redis'], options)
      report(`hit from Redis, to node:http with ${client}'s own GET`, costs, '1.2')
    }
  } finally {
    await redis.stop()
  }
}
