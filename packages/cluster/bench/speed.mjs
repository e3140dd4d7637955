// What several workers bring, and what handing connections over costs, in time on a core.
//
//   node packages/cluster/bench/speed.mjs [--rounds 3] [--connections 3000] [--requests 600]
//
// Time on a core is what the processes have used, as Linux counts it: other work on the machine lengthens
// the run, and moves these numbers little.
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import os from 'node:os'
import { parseArgs } from 'node:util'

import { Subject } from './subject.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '3000' },
    requests: { type: 'string', default: '600' },
  },
})
const [rounds, connections, requests] = [values.rounds, values.connections, values.requests].map(
  Number,
)
const clients = 8
const common = { linger: 0, silence: 60_000 }

const ways = [
  ['ours, least connections', 'ours', { balance: 'least-connections' }],
  ['ours, round robin', 'ours', { balance: 'round-robin' }],
  ['ours, sticky by address', 'ours', { balance: { sticky: 'address' } }],
  ['ours, sticky by header', 'ours', { balance: { sticky: 'header', name: 'X-Key' } }],
  ["node's round robin", 'node', {}],
  ["node's shared socket (SCHED_NONE)", 'node', { share: 'none' }],
]

say()
console.log(`\n${requests} requests that hash 4 MiB each, ${clients} connections`)
const gains = []
for (let round = 0; round < rounds; round++) {
  const one = await work(1)
  const two = await work(2)
  gains.push(two.perCoreSecond / one.perCoreSecond)
  const walls = [one, two].map(({ seconds }) => `${seconds.toFixed(1)} s`).join(', ')
  const share = Math.round(two.largestShare * 100)
  console.log(
    `  two workers ${gains.at(-1).toFixed(2)} × one (by the clock ${walls}; the busier one ${share} %)`,
  )
}
console.log(`  median ${middle(gains).toFixed(2)} ×`)

console.log(`\n${connections} connections of one request each, µs of a core for each`)
const costs = ways.map(() => ({ supervisor: [], workers: [], shares: [] }))
for (let round = 0; round < rounds; round++)
  for (const [at, [, name, settings]] of ways.entries()) {
    const cost = await connect(name, settings)
    for (const [key, list] of Object.entries(costs[at])) list.push(cost[key])
  }
for (const [at, [title]] of ways.entries()) {
  const { supervisor, workers, shares } = costs[at]
  const columns = [middle(supervisor), middle(workers)].map((each) => each.toFixed(0).padStart(4))
  const share = Math.round(Math.max(...shares) * 100)
  console.log(
    `  ${title.padEnd(34)} supervisor ${columns[0]}, workers ${columns[1]}; the busier one at most ${share} %`,
  )
}
say()

/**
 * How much is done in the time in which the busiest worker uses its core for a second: as many cores as
 * workers, and none of them used by anybody else.
 */
async function work(workers) {
  const subject = await Subject.start('ours', { ...common, workers })
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const before = await used(subject)
  const began = performance.now()
  await askAll(requests, subject.port, '/compute', { agent })
  const seconds = (performance.now() - began) / 1000
  const each = difference(before, await used(subject)).workers
  agent.destroy()
  await subject.stop()
  const total = each.reduce((sum, time) => sum + time, 0)
  return {
    perCoreSecond: requests / (Math.max(...each) / 1000),
    largestShare: Math.max(...each) / total,
    seconds,
  }
}

async function connect(name, settings) {
  const subject = await Subject.start(name, { ...common, workers: 2, ...settings })
  await askAll(300, subject.port, '/pid', { agent: false, headers: someKey }) // code that runs is compiled first
  const before = await used(subject)
  await askAll(connections, subject.port, '/pid', { agent: false, headers: someKey })
  const { supervisor, workers } = difference(before, await used(subject))
  await subject.stop()
  const total = workers.reduce((sum, time) => sum + time, 0)
  return {
    supervisor: (supervisor / connections) * 1000,
    workers: (total / connections) * 1000,
    shares: Math.max(...workers) / total,
  }
}

function someKey() {
  return { 'X-Key': String(Math.random()) }
}

async function askAll(times, port, path, { agent, headers }) {
  let left = times
  const ask = () =>
    new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', path, agent, headers: headers?.() ?? {} }, (answer) => {
        answer.resume().once('end', resolve)
      })
        .once('error', reject)
        .end()
    })
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) await ask()
    }),
  )
}

async function used(subject) {
  const pids = await subject.call('workers')
  return { supervisor: coreTime(subject.child.pid), workers: pids.map(coreTime) }
}

function difference(before, after) {
  return {
    supervisor: after.supervisor - before.supervisor,
    workers: after.workers.map((time, at) => time - before.workers[at]),
  }
}

/** The time on a core that all threads of a process have used; milliseconds. */
function coreTime(pid) {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.reduce((sum, thread) => {
    const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    return sum + Number(nanoseconds) / 1e6
  }, 0)
}

function middle(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
}

function say() {
  const load = os.loadavg()[0].toFixed(1)
  console.log(`node ${process.version}, ${os.availableParallelism()} cores, load ${load}`)
}
