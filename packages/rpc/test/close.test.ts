import { setImmediate as turn } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { connect, createRpcServer, type RpcServer } from '../src/index.ts'
import { afterwards, deferred, numbers } from './numbers.ts'

/** A server with a call that runs until `finish`. */
async function busy(): Promise<{
  server: RpcServer
  finish: () => void
  call: Promise<unknown>
}> {
  const [begun, finished] = [deferred<unknown>(), deferred<unknown>()]
  const server = createRpcServer().add(numbers, {
    async double({ value }) {
      begun.resolve(undefined)
      await finished.promise
      return { value }
    },
  })
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as { port: number }
  const client = connect(numbers, { host: '127.0.0.1', port })
  afterwards(() => client.$channel.destroy())
  const call = client.double({ value: 1 })
  call.catch(() => {})
  await begun.promise
  return { server, finish: () => finished.resolve(undefined), call }
}

describe('a server that is closed twice', () => {
  it('waits both times for the calls that run', async () => {
    const { server, finish, call } = await busy()
    const closed: string[] = []
    const first = server.close().then(() => closed.push('first'))
    const second = server.close().then(() => closed.push('second'))
    for (let turns = 0; turns < 10; turns++) await turn()
    expect(closed).toEqual([])
    finish()
    expect(await call).toMatchObject({ value: 1 })
    await Promise.all([first, second])
  })

  it('gives up the calls that run when the second one grants no time', async () => {
    const { server, call } = await busy()
    const first = server.close(1_000_000)
    await server.close(0)
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await first
  })
})
