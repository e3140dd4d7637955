import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import type { App, Framework } from './harness/case.ts'
import { ask } from './harness/ask.ts'
import { express, ours } from './harness/frameworks.ts'
import { onOwnServer, type Serve } from './harness/run-case.ts'

const servers: Record<string, Serve> = {
  'a server of the program': (app) => http.createServer(app).listen(0, '127.0.0.1'),
  'app.listen': onOwnServer,
}

describe.each(Object.entries(servers))('socket.io beside an app on %s', (_where, serve) => {
  it.each(['polling', 'websocket'] as const)(
    'talks by %s, while the app answers',
    async (transport) => {
      const seen = await talk(ours, serve, transport)
      expect(seen).toEqual(await talk(express, serve, transport))
      expect(seen.echo).toBe('echo hello')
    },
  )
})

/** What a client and a browser see, one through the socket, the other through the app. */
async function talk(framework: Framework, serve: Serve, transport: 'polling' | 'websocket') {
  const app: App = framework()
  app.set('env', 'test').get('/', (_req, res) => res.send('the app'))
  const server = serve(app)
  const sockets = new Server(server)
  sockets.on('connection', (socket) => {
    socket.on('say', (text: string, reply: (text: string) => void) => reply(`echo ${text}`))
  })
  if (server.address() === null) await new Promise((done) => void server.once('listening', done))
  const before = await ask(server, { path: '/' })
  const { port } = server.address() as AddressInfo
  const client = io(`http://127.0.0.1:${port}`, { transports: [transport], reconnection: false })
  try {
    const echo = (await client.timeout(2000).emitWithAck('say', 'hello')) as string
    const handshake = await ask(server, { path: '/socket.io/?EIO=4&transport=polling' })
    const after = await ask(server, { path: '/none' })
    return {
      echo,
      statuses: [before, handshake, after].map(({ status }) => status),
      bodies: [before.body, after.body],
      handshakeHeaders: Object.keys(handshake.headers).toSorted(),
    }
  } finally {
    client.close()
    await sockets.close()
    server.closeAllConnections()
  }
}
