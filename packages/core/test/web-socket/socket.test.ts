import { setTimeout as sleep } from 'node:timers/promises'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'

import session from '@tokkyu/session'
import { afterEach, describe, expect, it } from 'vitest'

import express, { type Express, type Request, type ServerWebSocket } from '@tokkyu/core'
import { until } from '../resources.ts'
import { frame, framesIn, TEXT } from './frames.ts'
import { dial, dialed, endAll, handshakeText, listen, raw } from './serving.ts'

afterEach(endAll)

type Handler = (socket: ServerWebSocket, req: Request) => unknown

/** An app with one route, and the errors that came to its error handler and to its final one. */
function withErrors(handler: Handler): {
  app: Express
  handled: unknown[]
  reported: unknown[]
  late: unknown[]
} {
  const app = express().set('env', 'test')
  const handled: unknown[] = []
  const reported: unknown[] = []
  const late: unknown[] = []
  app.ws('/chat', handler)
  app.use((error: unknown, _req: Request, _res: express.Response, next: express.NextFunction) => {
    handled.push(error)
    next(error)
  })
  for (const [name, list] of [
    ['tokkyu.error', reported],
    ['tokkyu.websocket.error', late],
  ] as const) {
    const report = (event: unknown) => {
      const { app: from, error } = event as { app: unknown; error: unknown }
      if (from === app) list.push(error)
    }
    subscribe(name, report)
    ends.push(() => unsubscribe(name, report))
  }
  return { app, handled, reported, late }
}

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

describe('the messages of a socket', () => {
  it('are iterated: text as text, bytes as bytes, until the client closes', async () => {
    const seen: unknown[] = []
    let isOver = false
    const { app } = withErrors(async (socket) => {
      for await (const message of socket) seen.push(message)
      isOver = true
    })
    const client = await dialed(await listen(app), '/chat')
    client.send('text')
    client.send(Buffer.from([1, 2]))
    client.close()
    await until(() => isOver, 'the end')
    expect(seen).toEqual(['text', Buffer.from([1, 2])])
  })

  it('that came before a close are iterated after it', async () => {
    const seen: unknown[] = []
    let isOver = false
    const { app } = withErrors(async (socket) => {
      await once(socket, 'close')
      for await (const message of socket) seen.push(message)
      isOver = true
    })
    const client = await dialed(await listen(app), '/chat')
    client.send('one')
    client.send('two')
    client.close()
    await until(() => isOver, 'the end')
    expect(seen).toEqual(['one', 'two'])
  })

  it('are not read from the client faster than they are taken', async () => {
    let go!: () => void
    let taken = 0
    let opened!: ServerWebSocket
    const { app } = withErrors(async (socket) => {
      opened = socket
      for await (const message of socket) {
        taken += message.length
        if (taken === 10_000) await new Promise<void>((resolve) => (go = resolve))
      }
    })
    const client = await dialed(await listen(app), '/chat')
    const many = 2000
    for (let at = 0; at < many; at++) client.send('x'.repeat(10_000))
    await until(() => opened.isPaused, 'a pause')
    await sleep(50)
    expect(client.bufferedAmount).toBeGreaterThan(0)
    go()
    await until(() => taken === many * 10_000, 'all messages')
  })

  it('that nobody wants are dropped, and pings are still answered', async () => {
    const { app } = withErrors(() => {})
    const client = await dialed(await listen(app), '/chat')
    for (let at = 0; at < 1000; at++) client.send('x'.repeat(1000))
    client.ping('still there')
    expect(await once(client, 'pong')).toEqual([Buffer.from('still there')])
  })

  it('go to a listener that comes with the second turn, in order', async () => {
    const seen: string[] = []
    const { app } = withErrors(async (socket) => {
      const [first] = (await once(socket, 'message')) as [Buffer]
      seen.push(first.toString())
      await sleep(5)
      socket.addListener('message', (data: Buffer) => seen.push(data.toString()))
    })
    const client = await dialed(await listen(app), '/chat')
    for (const text of ['a', 'b', 'c']) client.send(text)
    await until(() => seen.length === 3, 'all of them')
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('can be taken by iterating again after a loop was left', async () => {
    const seen: unknown[] = []
    const { app } = withErrors(async (socket) => {
      for await (const message of socket) {
        seen.push(['first', message])
        break
      }
      for await (const message of socket) seen.push(['then', message])
    })
    const client = await dialed(await listen(app), '/chat')
    for (const text of ['a', 'b', 'c']) client.send(text)
    await until(() => seen.length === 3, 'all of them')
    expect(seen).toEqual([
      ['first', 'a'],
      ['then', 'b'],
      ['then', 'c'],
    ])
  })
})

describe('send', () => {
  it('sends JSON', async () => {
    const { app } = withErrors((socket) => void socket.sendJson({ id: 7 }))
    expect(await dial(await listen(app), '/chat').next()).toBe('{"id":7}')
  })

  it('can be awaited until there is room, so that nothing piles up', async () => {
    let most = 0
    let isDone = false
    const { app } = withErrors(async (socket) => {
      for (let at = 0; at < 500; at++) {
        await socket.send('x'.repeat(100_000))
        most = Math.max(most, socket.bufferedAmount)
      }
      isDone = true
    })
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/chat'))
    await once(client.socket, 'data')
    client.socket.pause()
    await sleep(50)
    expect(isDone).toBe(false)
    client.socket.removeAllListeners('data').resume()
    await until(() => isDone, 'all of it', 20_000)
    expect(most).toBeLessThan(1_000_000)
  })

  it('rejects for whoever awaits it on a socket that is closed, and is silent for others', async () => {
    let error: unknown
    const { app, reported } = withErrors(async (socket) => {
      await once(socket, 'close')
      socket.send('nobody waits')
      error = await socket.send('late').then(undefined, (reason: unknown) => reason)
    })
    const client = await dialed(await listen(app), '/chat')
    client.close()
    await until(() => error !== undefined, 'the error')
    expect(error).toMatchObject({ name: 'SocketClosedError', code: 'WEBSOCKET_CLOSED' })
    expect(reported).toEqual([])
  })

  it('rejects when the client goes while it waits', async () => {
    let error: unknown
    const { app } = withErrors(async (socket) => {
      try {
        for (;;) await socket.send('x'.repeat(100_000))
      } catch (reason) {
        error = reason
      }
    })
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/chat'))
    await once(client.socket, 'data')
    client.socket.pause()
    await sleep(30)
    client.socket.destroy()
    await until(() => error !== undefined, 'the error')
    expect(error).toMatchObject({ code: 'WEBSOCKET_CLOSED' })
  })

  it('is no error of a handler, or of a listener that returns it, when its client has gone', async () => {
    const { app, reported } = withErrors(async (socket) => {
      socket.on('close', () => socket.send('good bye'))
      for (;;) await socket.send('x'.repeat(100_000))
    })
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/chat'))
    await once(client.socket, 'data')
    client.socket.destroy()
    await sleep(30)
    expect(reported).toEqual([])
  })

  it('calls back as that of ws does', async () => {
    let result: unknown = 'not called'
    const { app } = withErrors((socket) => {
      void socket.send('a', (error) => (result = error))
      void socket.send('b', { binary: true }, () => {})
    })
    const client = dial(await listen(app), '/chat')
    expect([await client.next(), await client.next()]).toEqual(['a', Buffer.from('b')])
    expect(result).toBeFalsy()
  })
})

describe('an error of a handler', () => {
  const mistake = new Error('a mistake')
  const kinds: Record<string, Handler> = {
    'that it throws': () => {
      throw mistake
    },
    'with which it rejects': async () => {
      await sleep(5)
      throw mistake
    },
    'thrown while it iterates': async (socket) => {
      for await (const message of socket) if (message) throw mistake
    },
    'that a listener throws while it waits': async (socket) => {
      socket.on('message', () => {
        throw mistake
      })
      await once(socket, 'close')
    },
    'with which a listener rejects while it waits': async (socket) => {
      socket.on('message', async () => {
        await sleep(1)
        throw mistake
      })
      await once(socket, 'close')
    },
    'that both throw': async (socket) => {
      socket.on('message', () => {
        throw mistake
      })
      await once(socket, 'close')
      throw mistake
    },
  }

  it.each(Object.entries(kinds))(
    '%s closes with 1011 and is reported once',
    async (_how, handler) => {
      const { app, handled, reported } = withErrors(handler)
      const client = dial(await listen(app), '/chat')
      client.on('open', () => {
        client.send('one')
        client.send('two')
      })
      expect((await client.ended).code).toBe(1011)
      await sleep(20)
      expect(handled).toEqual([mistake])
      expect(reported).toEqual([mistake])
    },
  )

  it.each<[string, Handler]>([
    [
      'throws',
      (socket) => {
        socket.on('message', () => {
          throw mistake
        })
      },
    ],
    [
      'rejects with',
      async (socket) => {
        socket.on('message', async () => {
          await sleep(1)
          throw mistake
        })
      },
    ],
  ])(
    'that a listener %s when the handler is over closes with 1011 and goes to a channel of its own',
    async (_how, handler) => {
      const { app, handled, reported, late } = withErrors(handler)
      const client = dial(await listen(app), '/chat')
      client.on('open', () => {
        client.send('one')
        client.send('two')
      })
      expect((await client.ended).code).toBe(1011)
      await sleep(20)
      expect({ handled, reported, late }).toEqual({ handled: [], reported: [], late: [mistake] })
    },
  )

  it('that a listener of close throws is told of as well', async () => {
    const { app, late } = withErrors((socket) => {
      socket.on('close', () => {
        throw mistake
      })
    })
    const client = await dialed(await listen(app), '/chat')
    client.close()
    await until(() => late.length > 0, 'the report')
    expect(late).toEqual([mistake])
  })

  it('that throws nothing is an error all the same', async () => {
    const { app } = withErrors(async () => {
      // oxlint-disable-next-line prefer-promise-reject-errors -- as careless code does
      await Promise.reject()
    })
    expect((await dial(await listen(app), '/chat').ended).code).toBe(1011)
  })
})

describe('the request of a socket', () => {
  it.each(['before', 'after'])(
    'has a signal that aborts when the socket closes, read %s the handshake',
    async (when) => {
      let aborted = 0
      let opened = false
      const app = express().set('env', 'test')
      const watch = (req: Request) => req.signal.addEventListener('abort', () => void aborted++)
      app.ws(
        '/chat',
        (req, _res, next) => {
          if (when === 'before') watch(req)
          next()
        },
        async (_socket, req) => {
          await sleep(10)
          if (when === 'after') watch(req)
          opened = true
        },
      )
      const client = await dialed(await listen(app), '/chat')
      await until(() => opened, 'the handler')
      expect(aborted).toBe(0)
      client.close()
      await until(() => aborted > 0, 'the abort')
      expect(aborted).toBe(1)
    },
  )

  it('saves its session, and leaves no promise of the store behind', async () => {
    const calls: string[] = []
    let open = 0
    class Slow extends session.MemoryStore {}
    for (const name of ['get', 'set', 'touch', 'destroy'] as const) {
      const call = (
        session.MemoryStore.prototype as unknown as Record<string, (...args: unknown[]) => unknown>
      )[name]!
      Object.defineProperty(Slow.prototype, name, {
        async value(this: unknown, ...args: unknown[]) {
          calls.push(name)
          open++
          await sleep(2)
          try {
            return await call.apply(this, args)
          } finally {
            open--
          }
        },
      })
    }
    const app = express().set('env', 'test')
    app.use(session({ secret: 'a secret that is long enough', store: new Slow() }))
    app.ws('/chat', async (socket, req) => {
      for await (const message of socket) {
        ;(req.session as unknown as Record<string, unknown>)['said'] = String(message)
        await (req.session as unknown as { save(): Promise<void> }).save()
        await socket.send('saved')
      }
    })
    const client = await dialed(await listen(app), '/chat')
    client.send('one')
    expect(await client.next()).toBe('saved')
    expect(calls).toContain('set')
    client.close()
    await client.ended
    await until(() => open === 0, 'the store')
  })
})

describe('a socket', () => {
  it('ends with 1006 where the client vanishes, and the handler hears of it', async () => {
    let ended: unknown
    const { app } = withErrors((socket) => {
      socket.on('close', (code) => (ended = code))
    })
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/chat'))
    await once(client.socket, 'data')
    client.socket.resetAndDestroy()
    await until(() => ended !== undefined, 'the close')
    expect(ended).toBe(1006)
  })

  it('has the messages of what a client sends in one piece with its close', async () => {
    const seen: string[] = []
    const { app } = withErrors((socket) => {
      socket.on('message', (data) => seen.push(data.toString()))
    })
    const client = raw(await listen(app))
    client.socket.write(handshakeText('/chat'))
    await once(client.socket, 'data')
    client.socket.end(
      Buffer.concat([
        frame({ opcode: TEXT, payload: 'last' }),
        frame({ opcode: 8, payload: Buffer.from([3, 232]) }),
      ]),
    )
    await client.closed
    expect(seen).toEqual(['last'])
    expect(framesIn(client.heard()).at(-1)).toMatchObject({ opcode: 8, code: 1000 })
  })
})
