// A server in a process of its own, at the host that it is given; it says where it listens and what its handlers see.
import { createRequire } from 'node:module'

const { createRpcServer, loadService } = createRequire(import.meta.url)('../entry/index.cjs')

const source = `
  syntax = "proto3";
  package test;
  message Num { int32 value = 1; bytes data = 2; }
  service Numbers {
    rpc Double(Num) returns (Num) { option idempotency_level = IDEMPOTENT; }
    rpc Sum(stream Num) returns (Num);
  }
`
const [host] = process.argv.slice(2)
const keepalive = { interval: 100, timeout: 200 }
const server = createRpcServer({ keepalive }).add(await loadService({ source }, 'test.Numbers'), {
  double: ({ value }) => ({ value: value * 2 }),
  sum(requests, { signal }) {
    process.send({ called: true })
    signal.addEventListener('abort', () => process.send({ aborted: signal.reason.details }))
    return new Promise(() => {})
  },
})
process.send(await server.listen({ host, port: 0 }))
