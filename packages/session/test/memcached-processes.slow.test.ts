import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lostBetweenProcesses } from './four-processes.ts'
import { MemcachedServer, mayTestMemcached } from './servers.ts'

describe.skipIf(!mayTestMemcached)('four processes that share a Memcached', () => {
  let server: MemcachedServer
  beforeAll(async () => {
    server = await MemcachedServer.launch()
  })
  afterAll(() => server?.stop())

  it.each(['memcached', 'memjs'])('lose no write of one session, by %s', async (client) => {
    expect(await lostBetweenProcesses(client, server.address, 25)).toEqual([])
  })
})
