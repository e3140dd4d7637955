import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, describe, expect, it } from 'vitest'

import express, { type Express } from '@tokkyu/core'
import { until } from '../resources.ts'
import { framesIn } from './frames.ts'
import { dial, dialed, endAll, handshakeText, listen, listening, raw, refusal } from './serving.ts'

afterEach(endAll)

function chat(): Express {
  const app = express().set('env', 'test')
  return app.ws('/chat', (socket) => void socket.send('hello'))
}

describe('app.close()', () => {
  it('tells a thousand clients, and none hangs', async () => {
    const app = chat()
    const server = await listen(app)
    const clients = await Promise.all(
      Array.from({ length: 1000 }, async () => {
        const client = dial(server, '/chat')
        await client.next()
        return client
      }),
    )
    const closed = app.close({ grace: 30_000 })
    const ends = await Promise.all(clients.map((client) => client.ended))
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1001]))
    await closed
    expect(server.listening).toBe(false)
  })

  it('lets a handler say its last words while the client answers', async () => {
    const app = express().set('env', 'test')
    app.ws('/chat', (socket) => {
      app.once('closing', () => void socket.send('good bye'))
    })
    const client = await dialed(await listen(app), '/chat')
    const closed = app.close()
    expect((await client.ended).code).toBe(1001)
    expect(client.heard).toEqual(['good bye'])
    await closed
  })

  it('cuts a client that does not answer when the grace is over', async () => {
    const app = chat()
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/chat'))
    await until(() => client.text().includes('hello'), 'a message')
    await app.close({ grace: 200 })
    await client.closed
    expect(framesIn(client.heard()).at(-1)).toMatchObject({ opcode: 8, code: 1001 })
  })

  it('refuses handshakes meanwhile with 503', async () => {
    const app = chat()
    const server = app.attach(createServer(app))
    server.listen(0, '127.0.0.1')
    await listening(server)
    const stubborn = raw(server)
    stubborn.socket.write(handshakeText('/chat'))
    await until(() => stubborn.text().includes('hello'), 'a message')
    const closed = app.close({ grace: 300 })
    expect((await refusal(server, '/chat')).status).toBe(503)
    await closed
  })

  it('of a server that was attached closes the sockets, and leaves the server to its owner', async () => {
    const app = chat()
    const server = app.attach(createServer(app))
    server.listen(0, '127.0.0.1')
    const client = dial(await listening(server), '/chat')
    await client.next()
    await app.close()
    expect((await client.ended).code).toBe(1001)
    expect(server.listening).toBe(true)
    expect((await refusal(server, '/chat')).status).toBe(503)
    app.attach(server)
    expect(await dial(server, '/chat').next()).toBe('hello')
  })

  it('does not keep an app from listening again', async () => {
    const app = chat()
    await listen(app)
    await app.close()
    expect(await dial(await listen(app), '/chat').next()).toBe('hello')
  })

  it('ends a handshake that middleware still holds when the grace is over', async () => {
    const app = express().set('env', 'test')
    app.ws(
      '/chat',
      () => {}, // never goes on
      (socket) => socket.close(),
    )
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/chat'))
    await sleep(20)
    await app.close({ grace: 100 })
    await client.closed
    expect(client.text()).toBe('')
  })

  it('does not wait longer for a handshake whose answer something holds', async () => {
    const app = express().set('env', 'test')
    let isHeld = false
    app.use((_req, res, next) => {
      res.beforeHeaders(() => {
        isHeld = true
        return new Promise(() => {})
      })
      next()
    })
    app.ws('/chat', (socket) => socket.close())
    const server = app.attach(createServer(app))
    server.listen(0, '127.0.0.1')
    const client = raw(await listening(server))
    client.socket.write(handshakeText('/chat'))
    await until(() => isHeld, 'the hook')
    await app.close({ grace: 50 })
    expect(client.text()).toBe('')
  })

  it('still refuses a grace that is none', async () => {
    await expect(chat().close({ grace: -1 })).rejects.toThrow(RangeError)
  })
})
