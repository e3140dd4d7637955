import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, describe, expect, it } from 'vitest'

import express, {
  type ChannelAdapter,
  type ChannelMessage,
  type Express,
  type ServerWebSocket,
} from '@tokkyu/core'
import { until } from '../resources.ts'
import { dial, endAll, listen } from './serving.ts'

afterEach(endAll)

/** Every socket joins the channels that its query names, and says so. */
function rooms(adapter?: ChannelAdapter): { app: Express; sockets: ServerWebSocket[] } {
  const app = express().set('env', 'test')
  if (adapter) app.set('channel adapter', adapter)
  const sockets: ServerWebSocket[] = []
  app.ws('/', async (socket, req) => {
    sockets.push(socket)
    await Promise.all(
      (req.query['in'] as string).split(',').map((name) => app.channel(name).join(socket)),
    )
    await socket.send('in')
    socket.on('message', (data) => {
      void app.channel('news').publish(data.toString(), { except: socket })
    })
  })
  return { app, sockets }
}

describe('a channel', () => {
  it('sends what is published to its members, text as text and bytes as bytes', async () => {
    const { app } = rooms()
    const server = await listen(app)
    const [ada, bob, eve] = [
      dial(server, '/?in=news'),
      dial(server, '/?in=news'),
      dial(server, '/?in=other'),
    ]
    for (const each of [ada, bob, eve]) expect(await each.next()).toBe('in')
    expect(app.channel('news').size).toBe(2)
    await app.channel('news').publish('text')
    await app.channel('news').publish(new Uint8Array([1, 2]))
    await app.channel('news').publishJson({ id: 7 })
    for (const each of [ada, bob]) {
      expect([await each.next(), await each.next(), await each.next()]).toEqual([
        'text',
        Buffer.from([1, 2]),
        '{"id":7}',
      ])
    }
    expect(eve.heard).toEqual(['in'])
  })

  it('spares the one who says it', async () => {
    const { app } = rooms()
    const server = await listen(app)
    const [ada, bob] = [dial(server, '/?in=news'), dial(server, '/?in=news')]
    await Promise.all([ada.next(), bob.next()])
    ada.send('hello')
    expect(await bob.next()).toBe('hello')
    expect(ada.heard).toEqual(['in'])
  })

  it('counts a member once, and loses those who leave or close', async () => {
    const { app, sockets } = rooms()
    const server = await listen(app)
    const ada = dial(server, '/?in=news,other')
    const bob = dial(server, '/?in=news')
    await Promise.all([ada.next(), bob.next()])
    const news = app.channel('news')
    await news.join(sockets[0]!)
    expect([news.size, news.has(sockets[0]!), app.channel('none').size]).toEqual([2, true, 0])
    news.leave(sockets[0]!)
    news.leave(sockets[0]!)
    expect([news.size, news.has(sockets[0]!), app.channel('other').size]).toEqual([1, false, 1])
    ada.close()
    bob.terminate()
    await until(() => news.size === 0 && app.channel('other').size === 0, 'nobody left')
    await news.join(sockets[0]!) // closed meanwhile
    expect(news.size).toBe(0)
  })

  it('wants a text for its name', () => {
    expect(() => express().channel(7 as unknown as string)).toThrow(TypeError)
  })
})

/** Carries messages between the adapters that it makes, as a server would; and notes what it is asked. */
class Wire {
  readonly calls: string[] = []
  readonly #adapters: Map<string, (message: ChannelMessage) => void>[] = []
  failing = false

  adapter(name: string): ChannelAdapter {
    const subscriptions = new Map<string, (message: ChannelMessage) => void>()
    this.#adapters.push(subscriptions)
    const ask = async (call: string) => {
      this.calls.push(`${name} ${call}`)
      await sleep(5)
      if (this.failing) throw new Error('the wire is cut')
    }
    return {
      publish: async (channel, message) => {
        await ask(`publishes ${channel}`)
        for (const each of this.#adapters) if (each !== subscriptions) each.get(channel)?.(message)
      },
      subscribe: async (channel, deliver) => {
        await ask(`subscribes ${channel}`)
        subscriptions.set(channel, deliver)
      },
      unsubscribe: async (channel) => {
        await ask(`unsubscribes ${channel}`)
        subscriptions.delete(channel)
      },
    }
  }
}

describe('a channel with an adapter', () => {
  it('reaches the members in other processes, each once', async () => {
    const wire = new Wire()
    const [one, two] = [rooms(wire.adapter('one')), rooms(wire.adapter('two'))]
    const ada = dial(await listen(one.app), '/?in=news')
    const bob = dial(await listen(two.app), '/?in=news')
    await Promise.all([ada.next(), bob.next()])
    await one.app.channel('news').publish('from one')
    await two.app.channel('news').publish('from two')
    await sleep(20)
    expect(ada.heard).toEqual(['in', 'from one', 'from two'])
    expect(bob.heard).toEqual(['in', 'from one', 'from two'])
  })

  it('subscribes with its first member, and unsubscribes with its last', async () => {
    const wire = new Wire()
    const { app } = rooms(wire.adapter('one'))
    const server = await listen(app)
    const clients = [dial(server, '/?in=news'), dial(server, '/?in=news')]
    await Promise.all(clients.map((client) => client.next()))
    expect(wire.calls).toEqual(['one subscribes news'])
    clients[0]!.close()
    await clients[0]!.ended
    await until(() => app.channel('news').size === 1, 'the first to leave')
    expect(wire.calls).toHaveLength(1)
    clients[1]!.close()
    await until(() => wire.calls.length === 2, 'the second to leave')
    expect(wire.calls).toEqual(['one subscribes news', 'one unsubscribes news'])
  })

  it('is subscribed to in the end by whoever joins while the last one leaves', async () => {
    const wire = new Wire()
    const { app, sockets } = rooms(wire.adapter('one'))
    const other = rooms(wire.adapter('two')).app
    const client = dial(await listen(app), '/?in=news')
    await client.next()
    const news = app.channel('news')
    news.leave(sockets[0]!)
    await news.join(sockets[0]!)
    expect(wire.calls).toEqual([
      'one subscribes news',
      'one unsubscribes news',
      'one subscribes news',
    ])
    await other.channel('news').publish('still there')
    expect(await client.next()).toBe('still there')
  })

  it('closes a socket that cannot join with 1013, and says so to whoever waits', async () => {
    const wire = new Wire()
    wire.failing = true
    const { app, sockets } = rooms(wire.adapter('one'))
    let error: unknown
    app.ws('/safe', async (socket) => {
      sockets.push(socket)
      error = await app
        .channel('news')
        .join(socket)
        .catch((reason: unknown) => reason)
    })
    app.ws('/careless', (socket) => void app.channel('news').join(socket))
    const server = await listen(app)
    expect((await dial(server, '/safe').ended).code).toBe(1013)
    expect(error).toMatchObject({
      name: 'ChannelError',
      code: 'CHANNEL_UNAVAILABLE',
      channel: 'news',
    })
    expect((await dial(server, '/careless').ended).code).toBe(1013)
    expect(app.channel('news').size).toBe(0)
    wire.failing = false
    expect(await dial(server, '/?in=news').next()).toBe('in')
  })

  it('tells whoever publishes that others were not reached; members here were', async () => {
    const wire = new Wire()
    const { app } = rooms(wire.adapter('one'))
    const client = dial(await listen(app), '/?in=news')
    await client.next()
    wire.failing = true
    await expect(app.channel('news').publish('news')).rejects.toMatchObject({
      code: 'CHANNEL_UNAVAILABLE',
    })
    expect(await client.next()).toBe('news')
  })

  it('is refused when it lacks a function', () => {
    const app = express().set('channel adapter', { publish() {}, subscribe() {} })
    expect(() => app.channel('news')).toThrow(
      expect.objectContaining({
        code: 'ARGUMENT_INVALID',
        message: expect.stringContaining('unsubscribe'),
      }),
    )
  })
})
