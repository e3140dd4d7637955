// What a small unary call costs, in CPU of client and server together, and how late answers are at half of what
// each can do; then a stream of 100 MiB, and 10,000 silent ones.
//
// node packages/rpc/bench/run.mjs [rounds] [calls] [subject …]     after `pnpm build`
//
// The peers are installed by `pnpm install --ignore-workspace` in this folder; without that those are left out.
// Each subject is a server process and a client process of its own. They take turns, so that what else
// the machine does hits all of them; figures are medians, CPU is user + system time by process.cpuUsage().
// Calls are counted, not timed: a busy machine makes a timed run of slow code much slower than it is.
import { execFileSync, fork } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

import { answerOf, ask, cpuTime, median } from './processes.mjs'

const AT_ONCE = 100
/** How long calls are made at half load, in milliseconds. */
const HALF_LOAD_TIME = 500
/** How often. Of these the best run counts: what else the machine does only makes answers later. */
const HALF_LOAD_RUNS = 8
const subjects = {
  'bare protobuf on a socket': async () => (await import('./subjects/bare.mjs')).bare(),
  '@tokkyu/rpc': async () => (await import('./subjects/tokkyu.mjs')).tokkyu(),
  'HTTP/1.1 JSON keep-alive': async () => (await import('./subjects/http-json.mjs')).httpJson(),
  'moleculer TCP': async () => (await import('./subjects/moleculer.mjs')).moleculerTcp(),
  'tRPC over ws': async () => (await import('./subjects/trpc-ws.mjs')).trpcWs(),
  '@grpc/grpc-js': async () => (await import('./subjects/grpc-js.mjs')).grpcJs(),
  '@connectrpc/connect-node': async () =>
    (await import('./subjects/connect-node.mjs')).connectNode(),
}

if (process.send) await work(...process.argv.slice(2))
else {
  const [rounds = 5, calls = 5000, ...names] = process.argv.slice(2)
  await compare(Number(rounds), Number(calls), names.length > 0 ? names : Object.keys(subjects))
  if (names.length === 0) {
    for (const [file, ...flags] of [['stream.mjs'], ['idle.mjs', '--expose-gc']]) {
      console.log()
      const path = fileURLToPath(new URL(file, import.meta.url))
      execFileSync(process.execPath, [...flags, path], { stdio: 'inherit' })
    }
  }
}

async function compare(rounds, calls, names) {
  console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`)
  console.log(`${rounds} rounds of ${calls} calls each, ${AT_ONCE} at once`)
  const teams = []
  for (const name of names) {
    const team = await started(name)
    if (team) teams.push(team)
    else console.log(`${name} is not installed`)
  }
  const titles = await Promise.all(teams.map(({ client }) => ask(client, { check: true })))
  if (new Set(titles.map(({ title }) => title)).size !== 1) throw new Error('not the same answers')
  for (let round = -1; round < rounds; round++) {
    for (const team of teams) {
      // The first round is not counted, and long: code is compiled once, not all day.
      await measure(team, round < 0 ? 2 * calls : calls, round >= 0)
    }
  }
  for (let round = 0; round < HALF_LOAD_RUNS; round++) {
    for (const { client, rates, late } of teams) {
      const rate = median(rates) / 2
      late.push((await ask(client, { rate, time: HALF_LOAD_TIME })).late)
    }
  }
  for (const { server, client } of teams) {
    server.kill()
    client.kill()
  }
  report(teams)
}

async function started(name) {
  const file = fileURLToPath(import.meta.url)
  const server = fork(file, ['server', name])
  const { port } = await answerOf(server)
  if (port === undefined) return undefined
  const client = fork(file, ['client', name, String(port)])
  await answerOf(client)
  return { name, server, client, costs: [], rates: [], late: [] }
}

async function measure({ server, client, costs, rates }, count, isCounted) {
  const before = await cpuTime(server, client)
  const { seconds } = await ask(client, { count })
  const cost = ((await cpuTime(server, client)) - before) / count
  if (!isCounted) return
  costs.push(cost)
  rates.push(count / seconds)
}

function report(teams) {
  const [floor] = teams
  console.log(
    `${''.padEnd(28)} ${'µs CPU/call'.padStart(12)} ${'× first'.padStart(9)} ${'p99 ms at half load'.padStart(22)}`,
  )
  for (const { name, costs, rates, late } of teams) {
    const cost = median(costs)
    const share = (cost / median(floor.costs)).toFixed(2)
    const half = `${Math.min(...late).toFixed(1)} (${(median(rates) / 2000).toFixed(1)} k/s)`
    console.log(
      `${name.padEnd(28)} ${cost.toFixed(1).padStart(12)} ${share.padStart(9)} ${half.padStart(22)}`,
    )
  }
}

async function work(role, name, port) {
  process.on('disconnect', () => process.exit())
  let subject
  try {
    subject = await subjects[name]()
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    process.send({})
    return
  }
  if (role === 'server') process.send({ port: await subject.serve() })
  const getBook = role === 'client' ? await subject.client(Number(port)) : undefined
  if (role === 'client') process.send({})
  process.on('message', async ({ check, cpu, count, rate, time }) => {
    if (cpu) {
      const { user, system } = process.cpuUsage()
      process.send({ cpu: user + system })
    } else if (check) process.send({ title: (await getBook({ id: 7, title: '' })).title })
    else if (count) process.send({ seconds: await callOften(getBook, count) })
    else process.send({ late: await callEvenly(getBook, rate, time) })
  })
}

/** Makes so many calls, some at once; answers in how many seconds. */
async function callOften(getBook, count) {
  const start = performance.now()
  let left = count
  const callOn = async () => {
    while (left-- > 0) await getBook({ id: left, title: 'a title' })
  }
  await Promise.all(Array.from({ length: AT_ONCE }, callOn))
  return (performance.now() - start) / 1000
}

/** Makes calls at a rate, whether or not those before were answered; answers how late the 99th of a hundred is. */
async function callEvenly(getBook, rate, time) {
  const start = performance.now()
  const delays = []
  const calls = []
  for (let made = 0; ;) {
    const now = performance.now() - start
    if (now > time) break
    for (const due = (now * rate) / 1000; made < due; made++) {
      const wanted = start + (made * 1000) / rate
      calls.push(
        getBook({ id: made, title: 'a title' }).then(() => {
          delays.push(performance.now() - wanted)
        }),
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(calls)
  return delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)]
}
