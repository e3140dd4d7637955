import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import tokkyu from '@tokkyu/core'
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

describe.each(Object.entries(servers))(
  'socket.io beside WebSocket routes of an app on %s',
  (_where, serve) => {
    it.each(['socket.io first', 'the routes first'])('shares the server, %s', async (order) => {
      const app = tokkyu().set('env', 'test')
      const server = serve(app)
      const route = () => app.ws('/chat', (socket) => void socket.send('ours'))
      if (order === 'the routes first') route()
      if (server.listenerCount('upgrade') === 0) app.attach(server)
      const sockets = new Server(server)
      if (order === 'socket.io first') route()
      sockets.on('connection', (socket) => socket.emit('hello', 'theirs'))
      if (server.address() === null)
        await new Promise((done) => void server.once('listening', done))
      const { port } = server.address() as AddressInfo
      const client = io(`http://127.0.0.1:${port}`, {
        transports: ['websocket'],
        reconnection: false,
      })
      const own = new WebSocket(`ws://127.0.0.1:${port}/chat`)
      try {
        const heard = await Promise.all([
          new Promise((resolve) => void client.on('hello', resolve)),
          new Promise((resolve) => own.on('message', (data: Buffer) => resolve(data.toString()))),
        ])
        expect(heard).toEqual(['theirs', 'ours'])
        // Longer than socket.io leaves a connection that nobody has answered.
        await new Promise((resolve) => setTimeout(resolve, 1100))
        expect([client.connected, own.readyState]).toEqual([true, WebSocket.OPEN])
      } finally {
        client.close()
        own.terminate()
        await sockets.close()
        server.closeAllConnections()
      }
    })
  },
)

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
