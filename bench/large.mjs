// node bench/large.mjs [--node 20,24] [--rounds 5] [--only jsonOut,bigFile]
//
// Large answers and bodies, and many small uploads: server CPU for each, relative to Express 5, and the most
// memory that the server ever held.
import { parseArgs } from 'node:util'

import { prepare } from './answer.mjs'
import { sendAll } from './load.mjs'
import { cpuOf } from './measure.mjs'
import { describeProgram, programOf } from './node-line.mjs'
import { pinLoad, start } from './process.mjs'
import { largeScenarios, writeBigFile } from './scenarios.mjs'
import { median, paired } from './statistics.mjs'

const { values: flags } = parseArgs({
  options: {
    node: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
})

pinLoad()
writeBigFile()
for (const line of flags.node?.split(',') ?? [undefined]) {
  const node = programOf(line)
  console.log(`\n── Node ${describeProgram(node).node}`)
  for (const [kind, scenario] of Object.entries(largeScenarios)) {
    if (flags.only && !flags.only.split(',').includes(kind)) continue
    console.log(`\n${scenario.name}`)
    console.table(await measureKind(kind, scenario, node))
  }
}

async function measureKind(kind, scenario, node) {
  const names = ['express5', 'tokkyu', ...(kind === 's10' ? ['tokkyu-npm'] : [])]
  const servers = []
  try {
    for (const name of names) servers.push(await start(name, kind, { node }))
    const [{ prepared, shape }] = [await prepare(servers[0], scenario)]
    for (const server of servers.slice(1)) await prepare(server, scenario, shape)
    const send = (server) => cpuOf(server, () => sendAll(server, prepared, scenario.amount))
    for (const server of servers) await send(server)
    const cpu = servers.map(() => [])
    for (let round = 0; round < Number(flags.rounds); round++) {
      for (let i = 0; i < servers.length; i++) {
        const at = (i + round) % servers.length
        cpu[at].push((await send(servers[at])).cpu)
      }
    }
    const rows = []
    for (const [i, server] of servers.entries()) {
      const { peak } = await server.usage()
      const times = Math.round(paired(cpu[i], cpu[0]).median * 100) / 100
      const figures = { µs: Math.round(median(cpu[i])), '× Express': times }
      rows.push([server.subject, { ...figures, 'peak MiB': Math.round(peak / 2 ** 20) }])
    }
    return Object.fromEntries(rows)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}
