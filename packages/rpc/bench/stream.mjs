// How fast 100 MiB go from a server to a client: over one stream of messages, and over a bare socket that
// writes the same pieces. `node packages/rpc/bench/stream.mjs [rounds] [KiB a message]` after `pnpm build`.
//
// Each subject is a server process and a client process of its own, which take turns. Both figures are
// medians: throughput by the wall clock, and CPU of both ends by process.cpuUsage().
import { fork } from 'node:child_process'
import { createServer, connect as connectSocket } from 'node:net'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

import { ask, answerOf, cpuTime, median } from './processes.mjs'

const require = createRequire(import.meta.url)
const MIB = 2 ** 20
const TOTAL = 100 * MIB
const subjects = { 'bare socket': bare, '@tokkyu/rpc': tokkyu }

if (process.send) await work(...process.argv.slice(2))
else await compare(Number(process.argv[2] ?? 9), Number(process.argv[3] ?? 64))

async function compare(rounds, kib) {
  console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`)
  console.log(`${rounds} rounds of 100 MiB in messages of ${kib} KiB`)
  const teams = []
  for (const name of Object.keys(subjects)) {
    const server = fork(fileURLToPath(import.meta.url), ['server', name, String(kib)])
    const { port } = await answerOf(server)
    const client = fork(fileURLToPath(import.meta.url), ['client', name, String(kib), String(port)])
    await answerOf(client)
    teams.push({ name, server, client, speeds: [], costs: [] })
  }
  for (let round = -2; round < rounds; round++) {
    for (const { server, client, speeds, costs } of teams) {
      const before = await cpuTime(server, client)
      const { seconds, bytes } = await ask(client, { run: true })
      const cpu = (await cpuTime(server, client)) - before
      if (bytes < TOTAL) throw new Error(`only ${bytes} bytes came`)
      if (round < 0) continue
      speeds.push(100 / seconds)
      costs.push(cpu / 1000)
    }
  }
  for (const { server, client } of teams) {
    server.kill()
    client.kill()
  }
  const [floor] = teams
  for (const { name, speeds, costs } of teams) {
    const share = median(speeds) / median(floor.speeds)
    console.log(
      `${name.padEnd(14)} ${median(speeds).toFixed(0).padStart(6)} MiB/s (${share.toFixed(2)} × bare) ${median(costs).toFixed(0).padStart(6)} ms of CPU`,
    )
  }
}

async function work(role, name, kib, port) {
  process.on('disconnect', () => process.exit())
  const { serve, client } = subjects[name](Number(kib) * 1024)
  const receive = role === 'client' ? await client(Number(port)) : undefined
  process.send(role === 'client' ? {} : { port: await serve() })
  process.on('message', async ({ cpu }) => {
    if (cpu) {
      const { user, system } = process.cpuUsage()
      process.send({ cpu: user + system })
      return
    }
    const start = performance.now()
    const bytes = await receive()
    process.send({ seconds: (performance.now() - start) / 1000, bytes })
  })
}

function bare(messageBytes) {
  const data = Buffer.alloc(messageBytes, 7)
  return {
    serve: () =>
      new Promise((resolve) => {
        const server = createServer({ noDelay: true }, (socket) => {
          let left = 0
          const send = () => {
            while (left > 0) {
              left -= messageBytes
              if (!socket.write(data)) return
            }
          }
          socket.on('drain', send)
          socket.on('data', () => {
            left = TOTAL
            send()
          })
        })
        server.listen(0, '127.0.0.1', () => resolve(server.address().port))
      }),
    client: (port) =>
      new Promise((resolve) => {
        const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true })
        let bytes = 0
        let done
        socket.on('data', (chunk) => {
          bytes += chunk.length
          if (bytes >= TOTAL) done(bytes)
        })
        socket.on('connect', () =>
          resolve(() => {
            bytes = 0
            socket.write('go')
            return new Promise((ended) => {
              done = ended
            })
          }),
        )
      }),
  }
}

function tokkyu(messageBytes) {
  const { connect, createRpcServer, loadService } = require('../entry/index.cjs')
  const source = `
    syntax = "proto3";
    package bench;
    message Part { bytes data = 1; }
    service Files { rpc Read(Part) returns (stream Part); }
  `
  const service = loadService({ source }, 'bench.Files')
  const data = Buffer.alloc(messageBytes, 7)
  return {
    async serve() {
      const server = createRpcServer().add(await service, {
        *read() {
          for (let sent = 0; sent < TOTAL; sent += messageBytes) yield { data }
        },
      })
      return (await server.listen({ port: 0, host: '127.0.0.1' })).port
    },
    async client(port) {
      const files = connect(await service, { host: '127.0.0.1', port })
      return async () => {
        let bytes = 0
        for await (const part of files.read({})) bytes += part.data.length
        return bytes
      }
    },
  }
}
