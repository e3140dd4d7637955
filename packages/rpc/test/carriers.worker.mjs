// The other end of carriers.test.ts: in a thread or in a child process.
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'

const { createRpcServer, ipcCarrier, loadService, portCarrier } = createRequire(import.meta.url)(
  '../entry/index.cjs',
)

const source = `
  syntax = "proto3";
  package test;
  message Num { int32 value = 1; bytes data = 2; }
  service Numbers {
    rpc Double(Num) returns (Num) { option idempotency_level = IDEMPOTENT; }
    rpc Sum(stream Num) returns (Num);
    rpc Count(Num) returns (stream Num);
    rpc Each(stream Num) returns (stream Num);
  }
`
const numbers = await loadService({ source }, 'test.Numbers')

createRpcServer()
  .add(numbers, {
    double: async ({ value, data }, call) => {
      // Asks the other side, over the same carrier.
      if (value === 21) return call.client(numbers).double({ value: 100 })
      if (value === 99) process.exit(0)
      return { value: value * 2, data }
    },
    async sum(requests) {
      let value = 0
      for await (const each of requests) value += each.value
      return { value }
    },
    *count({ value }) {
      for (let each = 1; each <= value; each++) yield { value: each, data: Buffer.alloc(10_000) }
    },
    async *each(requests) {
      for await (const { value } of requests) yield { value: -value }
    },
  })
  .accept(parentPort ? portCarrier(parentPort) : ipcCarrier(process))
