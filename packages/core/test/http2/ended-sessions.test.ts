import { once } from 'node:events'
import { connect, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import express from '@tokkyu/core'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Asks once over a connection of its own, which the client then ends. */
async function ask(port: number): Promise<void> {
  const client = connect(`http://127.0.0.1:${port}`)
  await once(client.request({ ':path': '/' }).resume(), 'end')
  client.close()
  await once(client, 'close')
}

it('keeps nothing of a connection of HTTP/2 that has ended', async () => {
  const app = express().get('/', (_req, res) => void res.json({}))
  const server = app.listen({ http2: true, port: 0 })
  onTestFinished(() => app.close())
  const sessions: WeakRef<ServerHttp2Session>[] = []
  server.on('session', (session: ServerHttp2Session) => void sessions.push(new WeakRef(session)))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (let n = 0; n < 5; n++) await ask(port)
  const held = (): number => {
    collectGarbage()
    return sessions.filter((session) => session.deref() !== undefined).length
  }
  for (let tries = 0; tries < 50 && held() > 0; tries++) await wait(10)
  expect(sessions).toHaveLength(5)
  expect(held()).toBe(0)
})
