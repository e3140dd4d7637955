// What 10,000 open streams cost on which nothing is said, in heap of both ends, which are one process here.
// `node --expose-gc packages/rpc/bench/idle.mjs [streams]` after `pnpm build`.
//
// One iterable that never gives anything is all of them, on both sides: what a user's own generators hold, about
// a hundred bytes of each at least, comes on top.
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'

const require = createRequire(import.meta.url)
const { connect, createRpcServer, loadService } = require('../entry/index.cjs')

const STREAMS = Number(process.argv[2] ?? 10_000)
const source = `
  syntax = "proto3";
  package bench;
  message Part { bytes data = 1; }
  service Talk { rpc Each(stream Part) returns (stream Part); }
`
const silent = new Promise(() => {})
const nothing = { [Symbol.asyncIterator]: () => nothing, next: () => silent }

const service = await loadService({ source }, 'bench.Talk')
const limits = { streams: 2 * STREAMS }
const server = createRpcServer({ limits }).add(service, { each: () => nothing })
const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
const talk = connect(service, { host: '127.0.0.1', port }, { limits })
const open = []

async function begin(count) {
  for (let index = 0; index < count; index++) {
    const responses = talk.each(nothing)
    open.push(responses, responses.next())
  }
  await sleep(500)
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

await begin(STREAMS / 10)
const before = await begin(0)
const after = await begin(STREAMS)
console.log(`Node ${process.version}, ${STREAMS} open silent streams`)
const bytes = (after - before) / STREAMS
console.log(`${bytes.toFixed(0)} bytes a stream, both ends together`)
process.exit()
