// From the start of a process to its first answer of s2.
import { ask } from './answer.mjs'
import { start } from './process.mjs'
import { scenarios } from './scenarios.mjs'
import { median, paired } from './statistics.mjs'

export async function coldStart(subjects, { rounds, node }) {
  const times = subjects.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [i, subject] of subjects.entries()) {
      const began = performance.now()
      const server = await start(subject, 's2', { node })
      await ask(server.port, scenarios.s2)
      const ms = performance.now() - began
      await server.stop()
      if (round > 0) times[i].push(ms) // the first round warms the disk's cache
    }
  }
  return subjects.map((subject, i) => {
    const { median: middle, low, high } = paired(times[i], times[0])
    const cpu = { median: Math.round(middle * 100) / 100, low, high }
    return { subject, ms: Math.round(median(times[i])), cpu }
  })
}
