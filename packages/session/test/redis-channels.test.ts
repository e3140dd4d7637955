import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { redisChannels } from '@tokkyu/session/redis'
import type { RedisChannelsOptions } from '@tokkyu/session/redis'
import { RedisServer, mayTestRedis, sleep } from './servers.ts'

type Clients = Pick<RedisChannelsOptions, 'client' | 'subscriber'>

const OPEN: [name: string, open: (path: string) => Promise<Clients & { close: () => void }>][] = [
  [
    'ioredis',
    async (path) => {
      const client = new Redis(path).on('error', () => {})
      const subscriber = client.duplicate().on('error', () => {})
      await Promise.all([client.ping(), subscriber.ping()])
      const close = () => [client, subscriber].forEach((each) => each.disconnect())
      return { client, subscriber, close }
    },
  ],
  [
    'node-redis',
    async (path) => {
      const client = createClient({ socket: { path, tls: false } }).on('error', () => {})
      const subscriber = client.duplicate().on('error', () => {})
      await Promise.all([client.connect(), subscriber.connect()])
      const close = () => [client, subscriber].forEach((each) => each.destroy())
      return { client, subscriber, close }
    },
  ],
]

describe('channels over Redis', () => {
  it.each([{}, { client: { publish() {} } }])('refuse %j as clients', (clients) => {
    expect(() => redisChannels(clients as never)).toThrow(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION' }),
    )
  })
})

describe('channels over a cluster', () => {
  const cluster = { publish() {}, subscribe() {}, psubscribe() {}, nodes() {} }

  it.each([
    ['without shards of ioredis', { client: cluster, subscriber: cluster }],
    ['with a subscriber of one server', { client: cluster, subscriber: { ...cluster, nodes: 0 } }],
  ])('refuse clients %s', (_what, clients) => {
    expect(() => redisChannels(clients as never)).toThrow(
      expect.objectContaining({ code: 'SESSION_BAD_OPTION', option: 'subscriber' }),
    )
  })
})

describe.skipIf(!mayTestRedis)('between processes, channels over a Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await new RedisServer().start()
  })
  afterAll(() => server?.stop())

  describe.each(OPEN)('by %s', (_name, open) => {
    async function process(options: Partial<RedisChannelsOptions> = {}) {
      const { close, ...clients } = await open(server.socket)
      onTestFinished(close)
      return { ...clients, channels: redisChannels({ ...clients, ...options }) }
    }

    it('bring text as text and bytes as bytes to the others, and nothing back', async () => {
      const [here, there] = [await process(), await process()]
      const heard: unknown[] = []
      const echoes: unknown[] = []
      await there.channels.subscribe('news', (message) => heard.push(message))
      await here.channels.subscribe('news', (message) => echoes.push(message))
      const messages = ['žluťoučký \u0000', '', Buffer.from([255, 0, 13, 10]), Buffer.alloc(0)]
      for (const message of messages) await here.channels.publish('news', message)
      await vi.waitFor(() => expect(heard).toEqual(messages))
      await there.channels.publish('news', 'answer')
      await vi.waitFor(() => expect(echoes).toEqual(['answer']))
    })

    it('keep channels apart', async () => {
      const [here, there] = [await process(), await process()]
      const heard: unknown[] = []
      await there.channels.subscribe('a', (message) => heard.push(['a', message]))
      await there.channels.subscribe('b', (message) => heard.push(['b', message]))
      await here.channels.publish('c', '0')
      await here.channels.publish('b', '1')
      await here.channels.publish('a', '2')
      await vi.waitFor(() =>
        expect(heard).toEqual([
          ['b', '1'],
          ['a', '2'],
        ]),
      )
    })

    it('keep the order of each publisher, that does not wait', async () => {
      const [one, two, there] = [await process(), await process(), await process()]
      const heard: string[] = []
      await there.channels.subscribe('order', (message) => heard.push(message as string))
      const numbers = Array.from({ length: 500 }, (_, n) => n)
      await Promise.all(
        numbers.flatMap((n) => [
          one.channels.publish('order', `one ${n}`),
          two.channels.publish('order', `two ${n}`),
        ]),
      )
      await vi.waitFor(() => expect(heard).toHaveLength(1000))
      for (const name of ['one', 'two']) {
        const mine = heard.filter((message) => message.startsWith(name))
        expect(mine).toEqual(numbers.map((n) => `${name} ${n}`))
      }
    })

    it('deliver once what a client sent twice', async () => {
      const [here, there] = [await process(), await process()]
      const heard: unknown[] = []
      await there.channels.subscribe('twice', (message) => heard.push(message))
      const publish = async (channel: string, message: Buffer) => {
        await here.client.publish(channel, message)
        await here.client.publish(channel, message)
      }
      const client = new Proxy(here.client, {
        get: (target, name) =>
          name === 'publish' ? publish : (Reflect.get(target, name) as unknown),
      })
      const twice = redisChannels({ client, subscriber: here.subscriber })
      for (const message of ['a', 'b']) await twice.publish('twice', message)
      await here.channels.publish('twice', 'end')
      await vi.waitFor(() => expect(heard).toEqual(['a', 'b', 'end']))
    })

    it('leave out what is no message of theirs', async () => {
      const [here, there] = [await process(), await process()]
      const heard: unknown[] = []
      await there.channels.subscribe('open', (message) => heard.push(message))
      for (const text of ['', 'short']) server.ask('PUBLISH', 'channel:open', text)
      await here.channels.publish('open', 'end')
      await vi.waitFor(() => expect(heard).toEqual(['end']))
    })

    it('deliver nothing after unsubscribe, and again after another subscribe', async () => {
      const [here, there] = [await process(), await process()]
      const heard: unknown[] = []
      const deliver = (message: unknown) => heard.push(message)
      await there.channels.subscribe('on-off', deliver)
      await there.channels.unsubscribe('on-off')
      await here.channels.publish('on-off', 'missed')
      await there.channels.subscribe('on-off', deliver)
      await here.channels.publish('on-off', 'heard')
      await vi.waitFor(() => expect(heard).toEqual(['heard']))
    })

    it('tell that the connection was lost and is back, and deliver again', async () => {
      const onReconnect = vi.fn<() => void>()
      const [here, there] = [await process(), await process({ onReconnect })]
      const heard: unknown[] = []
      await there.channels.subscribe('lost', (message) => heard.push(message))
      expect(onReconnect).not.toHaveBeenCalled()
      server.ask('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await vi.waitFor(() => expect(onReconnect).toHaveBeenCalledTimes(1), 10_000)
      while (heard.length === 0) {
        await here.channels.publish('lost', 'back')
        await sleep(20)
      }
      expect(heard[0]).toBe('back')
    })
  })
})
