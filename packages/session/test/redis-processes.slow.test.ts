import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lostBetweenProcesses } from './four-processes.ts'
import { RedisServer, mayTestRedis } from './servers.ts'

describe.skipIf(!mayTestRedis)('four processes that share a Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await new RedisServer().start()
  })
  afterAll(() => server?.stop())

  it.each(['node-redis', 'ioredis'])('lose no write of one session, by %s', async (client) => {
    expect(await lostBetweenProcesses(client, server.socket, 25)).toEqual([])
  })

  it('lose no write behind memories of their own, however old what they begin with', async () => {
    expect(await lostBetweenProcesses('layered', server.socket, 25, 100)).toEqual([])
  })
})
