// oxlint-disable vitest/expect-expect -- `until` fails when what it waits for does not come
import { once } from 'node:events'
import http from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import express from '@tokkyu/core'

import { until } from '../resources.ts'

const servers: http.Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

type Handler = (req: express.Request, res: express.Response) => unknown

function app(handler: Handler): express.Express {
  return express().set('env', 'test').all('/', handler)
}

async function open(made: express.Express, headers = {}, method = 'GET') {
  const server = made.listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return reopen(server, headers, method)
}

async function reopen(server: http.Server, headers = {}, method = 'GET') {
  const { port } = server.address() as AddressInfo
  const client = http.get({ port, host: '127.0.0.1', headers, method, agent: false })
  client.on('error', () => {})
  const [reply] = (await once(client, 'response')) as [http.IncomingMessage]
  let text = ''
  let isOver = false
  reply.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  reply.on('error', () => {}).on('close', () => (isOver = true))
  return {
    reply,
    server,
    text: () => text,
    /** What came behind the first lines, which say when to come back. */
    events: () => text.replace(/^(?:retry: \d+|:)\n\n/, ''),
    isOver: () => isOver,
  }
}

describe('res.sse', () => {
  it('begins at once, and says that nothing may hold it back', async () => {
    const { reply, text } = await open(app((_req, res) => void res.sse()))
    expect(reply.statusCode).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    await until(() => text() !== '', 'the first line')
  })

  it('adds no-transform to what the program says of caching', async () => {
    const made = app((_req, res) => void res.set('Cache-Control', 'private').sse())
    const { reply } = await open(made)
    expect(reply.headers['cache-control']).toBe('private, no-transform')
  })

  it('tells each client another time to come back, around the one that is set', async () => {
    const told = new Set<number>()
    const made = app((_req, res) => void res.sse([], { retry: 1000 }))
    const { server } = await open(made)
    for (let count = 0; count < 20; count++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { text, isOver } = await reopen(server)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await until(isOver, 'the end')
      told.add(Number(/retry: (\d+)/.exec(text())![1]))
    }
    expect(told.size).toBeGreaterThan(1)
    expect(Math.min(...told)).toBeGreaterThanOrEqual(500)
    expect(Math.max(...told)).toBeLessThanOrEqual(1500)
  })

  it('leaves the time to come back to the client on demand', async () => {
    const { text, isOver } = await open(app((_req, res) => void res.sse(['a'], { retry: false })))
    await until(isOver, 'the end')
    expect(text()).toBe(':\n\ndata: a\n\n')
  })

  it('sends what the handler sends', async () => {
    const { events, isOver } = await open(
      app(async (_req, res) => {
        const stream = res.sse()
        expect(await stream.send({ event: 'price', data: { price: 41 } })).toBe(true)
        await stream.comment('fine')
        stream.end()
        expect(await stream.send('late')).toBe(false)
        expect(stream.isOpen).toBe(false)
      }),
    )
    await until(isOver, 'the end')
    expect(events()).toBe('event: price\ndata: {"price":41}\n\n: fine\n\n')
  })

  it('knows the last event that a client has seen, whatever its alphabet', async () => {
    const seen: unknown[] = []
    const made = app((_req, res) => void seen.push(res.sse([]).lastEventId))
    const { server } = await open(made)
    await reopen(server, { 'Last-Event-ID': Buffer.from('é7').toString('latin1') })
    expect(seen).toEqual([undefined, 'é7'])
  })

  it('answers HEAD with the head alone, and asks no source', async () => {
    const source = vi.fn<() => string[]>(() => ['a'])
    const { reply, text, isOver } = await open(
      app((_req, res) => void res.sse(source)),
      {},
      'HEAD',
    )
    await until(isOver, 'the end')
    expect([reply.headers['content-type'], text()]).toEqual(['text/event-stream', ''])
    expect(source).not.toHaveBeenCalled()
  })

  it('answers 204 for null, which tells a client not to come back', async () => {
    const { reply } = await open(app((_req, res) => void res.sse(null)))
    expect(reply.statusCode).toBe(204)
    expect(reply.headers['content-type']).toBeUndefined()
  })

  it('cannot follow another answer', async () => {
    const codes: unknown[] = []
    const made = app((_req, res) => {
      res.send('first')
      try {
        res.sse()
      } catch (error) {
        codes.push((error as { code?: string }).code)
      }
    })
    await open(made)
    expect(codes).toEqual(['ERR_HTTP_HEADERS_SENT'])
  })

  it.each([
    { heartbeat: -1 },
    { heartbeat: 2 ** 31 },
    { retry: 0.5 },
    { maxBuffered: '1mb' as never },
  ])('refuses %j', async (options) => {
    const codes: unknown[] = []
    const made = app((_req, res) => void res.sse([], options))
    const report: express.ErrorRequestHandler = (error: { code: string }, _req, res, _next) => {
      codes.push(error.code)
      res.end()
    }
    await open(made.use(report))
    expect(codes).toEqual(['ARGUMENT_OUT_OF_RANGE'])
  })
})

async function* letters() {
  yield 'a'
  await Promise.resolve()
  yield { event: 'letter', data: 'b' }
}
const web = (): ReadableStream => new Response('aé').body as unknown as ReadableStream

describe('the source of a stream of events', () => {
  it.each([
    ['a list', () => ['a', { data: 'b' }], 'data: a\n\ndata: b\n\n'],
    ['an async generator', letters, 'data: a\n\nevent: letter\ndata: b\n\n'],
    ['a stream of objects', () => Readable.from([{ data: 'a' }]), 'data: a\n\n'],
    ['a web stream', web, 'data: aé\n\n'],
    [
      'a stream of bytes, cut anywhere',
      () => Readable.from([Buffer.from([0x61, 0xc3]), Buffer.from([0xa9])], { objectMode: false }),
      'data: a\n\ndata: é\n\n',
    ],
    ['what a function promises', () => async () => Promise.resolve(['a']), 'data: a\n\n'],
  ])('may be %s; the stream ends with it', async (_what, source, expected) => {
    const { events, isOver } = await open(app((_req, res) => void res.sse(source() as never)))
    await until(isOver, 'the end')
    expect(events()).toBe(expected)
  })

  it('may begin where the client left off', async () => {
    const made = app(
      (_req, res) => void res.sse(({ lastEventId }) => [String(Number(lastEventId) + 1)]),
    )
    const { events, isOver } = await open(made, { 'Last-Event-ID': '41' })
    await until(isOver, 'the end')
    expect(events()).toBe('data: 42\n\n')
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'breaks later',
      async function* () {
        yield 'a'
        throw new Error('broken')
      },
    ],
    ['yields what is no event', () => [7]],
    ['is no source', () => 7],
    [
      'is a stream that breaks',
      () => {
        const stream = new PassThrough()
        setImmediate(() => stream.destroy(new Error('broken')))
        return stream
      },
    ],
  ])('that %s is reported once, and the answer is cut', async (_how, source) => {
    const reported: unknown[] = []
    const made = app((_req, res) => void res.sse(source as never))
    const report: express.ErrorRequestHandler = (error, _req, _res, next) => {
      reported.push(error)
      next(error)
    }
    const { reply, isOver } = await open(made.use(report))
    await until(isOver, 'the end')
    expect(reply.complete).toBe(false)
    expect(reported).toHaveLength(1)
  })

  it('is told to stop when the client goes, even while it waits', async () => {
    const source = new PassThrough()
    let stopped = false
    let signal: AbortSignal | undefined
    const forever: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          stopped = true
          return Promise.resolve({ done: true, value: undefined })
        },
      }),
    }
    const made = express().set('env', 'test')
    made.get('/stream', (_req, res) => void res.sse(source))
    made.get('/', (_req, res) => void ({ signal } = res.sse(forever)))
    const { reply, server } = await open(made)
    reply.destroy()
    await until(() => stopped && signal?.aborted === true, 'stopped')
    const { port } = server.address() as AddressInfo
    const client = http.get({ port, path: '/stream' }, (other) => other.destroy())
    client.on('error', () => {})
    await until(() => source.destroyed, 'destroyed')
  })

  it('is asked for no more than the client reads', async () => {
    let count = 0
    function* endless() {
      for (;;) yield (count++).toString().padEnd(10_000, 'x')
    }
    const { reply } = await open(app((_req, res) => void res.sse(endless())))
    reply.pause()
    let before = -1
    await until(() => {
      const stands = count === before && count > 0
      before = count
      return stands
    }, 'a halt')
    expect(count * 10_000).toBeLessThan(50_000_000)
    reply.destroy()
  })
})

describe('a client that reads slowly', () => {
  it('is cut off when more waits for it than may', async () => {
    let stream: express.EventStream | undefined
    const made = app((_req, res) => void (stream = res.sse(undefined, { maxBuffered: 100_000 })))
    const { reply } = await open(made)
    reply.pause()
    const sent: Promise<boolean>[] = []
    for (let count = 0; count < 10_000 && stream!.isOpen; count++)
      sent.push(stream!.send('x'.repeat(10_000)))
    expect(stream!.isOpen).toBe(false)
    expect(await sent.at(-1)).toBe(false)
    expect(sent.length).toBeLessThan(10_000)
  })
})

describe('a stream of events that is quiet', () => {
  it('shows that it lives', async () => {
    const { text } = await open(app((_req, res) => void res.sse(undefined, { heartbeat: 5 })))
    await until(() => text().endsWith('\n\n:\n\n:\n\n'), 'two comments')
  })

  it('says nothing on demand', async () => {
    const made = app((_req, res) => void res.sse(undefined, { heartbeat: 0, retry: false }))
    const { text } = await open(made)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(text()).toBe(':\n\n')
  })
})

describe('an app that closes', () => {
  it('ends its streams of events, and their sources', async () => {
    let signal: AbortSignal | undefined
    const made = app((_req, res) => void ({ signal } = res.sse()))
    const { isOver, reply } = await open(made)
    await made.close({ grace: 60_000 })
    await until(isOver, 'the end')
    expect([reply.complete, signal?.aborted]).toEqual([true, true])
  })
})

describe('an app that closes under a thousand readers', () => {
  it('tells each, and hangs on none', async () => {
    const log = new express.EventLog()
    const made = express()
      .set('env', 'test')
      .get('/', (_req, res) => void res.sse(log))
    const server = made.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const texts = Array.from({ length: 1000 }, () => '')
    const ended = texts.map(async (_text, at) => {
      const socket = connect(port, '127.0.0.1').setEncoding('utf8')
      socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
      for await (const piece of socket) texts[at] += String(piece)
    })
    await until(() => log.size === 1000, 'all connected', 30_000)
    log.publish('last words')
    await made.close({ grace: 60_000 })
    await Promise.all(ended)
    const whole = texts.filter((text) => text.endsWith('data: last words\n\n\r\n0\r\n\r\n'))
    expect(whole).toHaveLength(1000)
    expect(log.size).toBe(0)
  })
})

describe('a log as the source', () => {
  it('sends a client that comes back what it has missed, and then what comes', async () => {
    const log = new express.EventLog()
    const seen = log.publish('a')
    log.publish('b')
    const { events, reply } = await open(
      app((_req, res) => void res.sse(log)),
      {
        'Last-Event-ID': seen,
      },
    )
    expect(log.size).toBe(1)
    log.publish('c')
    await until(() => events().includes('data: c'), 'the event')
    expect(events().match(/data: ./g)).toEqual(['data: b', 'data: c'])
    reply.destroy()
    await until(() => log.size === 0, 'forgotten')
  })

  it('lets the program say that some may be missing', async () => {
    const log = new express.EventLog()
    log.publish('kept')
    const { events } = await open(
      app(
        (_req, res) =>
          void res.sse(log, { onGap: (stream) => void stream.send({ event: 'reload' }) }),
      ),
      {
        'Last-Event-ID': 'of another time',
      },
    )
    await until(() => events().includes('kept'), 'the event')
    expect(events()).toMatch(/^event: reload\ndata\n\nid: .*-1\ndata: kept\n\n$/)
  })

  it('that was ended sends what was missed, and tells a client that has seen all not to come back', async () => {
    const log = new express.EventLog()
    const seen = log.publish('a')
    const last = log.publish('b')
    log.end()
    const made = app((_req, res) => void res.sse(log))
    const { events, isOver, server } = await open(made, { 'Last-Event-ID': seen })
    await until(isOver, 'the end')
    expect(events()).toContain('data: b')
    const { reply } = await reopen(server, { 'Last-Event-ID': last })
    expect(reply.statusCode).toBe(204)
  })
})
