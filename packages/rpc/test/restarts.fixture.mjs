// A server in a process of its own, at the path that it is given. On SIGTERM it stops as servers should.
import { createRequire } from 'node:module'
import { rmSync } from 'node:fs'

const { createRpcServer, loadService } = createRequire(import.meta.url)('../entry/index.cjs')

const source = `
  syntax = "proto3";
  package test;
  message Num { int32 value = 1; bytes data = 2; }
  service Numbers { rpc Double(Num) returns (Num) { option idempotency_level = IDEMPOTENT; } }
`
const [path] = process.argv.slice(2)
const server = createRpcServer().add(await loadService({ source }, 'test.Numbers'), {
  async double({ value }) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    return { value: value * 2, data: Buffer.from(`${process.pid}`) }
  },
})
rmSync(path, { force: true }) // what a process that was killed has left
await server.listen({ path })
process.send('listening')
process.on('SIGTERM', () => server.close().then(() => process.exit()))
