// 5,000 requests in a second on a cold key, of one process and of four with one Redis; a call takes 50 ms.
import { median, quantile, start, startRedis } from './processes.mjs'

const [REQUESTS, CALL] = [5000, 50]

export async function stampede({ rounds }) {
  const redis = await startRedis()
  const teams = [
    { name: 'one process', members: [await start('stampede-member.mjs')] },
    {
      name: 'four processes, one Redis',
      members: await Promise.all(
        [1, 2, 3, 4].map(() => start('stampede-member.mjs', redis.socket)),
      ),
    },
  ]
  const seen = new Map()
  for (let round = -1; round < rounds; round++) {
    for (const { name, members } of teams) {
      for (const way of ['a function', 'a page']) {
        const count = REQUESTS / members.length
        const told = await Promise.all(
          members.map(({ ask }) => ask({ way, key: `k${round}`, count, over: 1000 })),
        )
        // The first round compiles the code.
        if (round < 0) continue
        const times = told.flatMap((each) => each.times)
        const calls = told.reduce((sum, each) => sum + each.calls, 0)
        const what = `${way}, ${name}`
        seen.set(what, [...(seen.get(what) ?? []), { p99: quantile(times, 0.99), calls }])
      }
    }
  }
  for (const [what, results] of seen) {
    const p99 = median(results.map((each) => each.p99))
    const most = Math.max(...results.map((each) => each.calls))
    console.log(
      `stampede on ${what}: p99 ${(p99 / CALL).toFixed(2)} × one call (${p99.toFixed(0)} ms), at most ${most} call; goal 1.2`,
    )
  }
  for (const { child } of teams.flatMap(({ members }) => members)) child.disconnect()
  await redis.stop()
}
