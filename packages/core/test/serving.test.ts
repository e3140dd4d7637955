// oxlint-disable import/no-named-as-default-member -- `express.json` is how apps write it
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

import { afterEach, describe, expect, it, vi } from 'vitest'

import express, { type Express } from '../src/index.ts'

const open: (Server | Socket)[] = []
afterEach(() => {
  for (const each of open.splice(0)) {
    if ('listening' in each) each.close()
    else each.destroy()
  }
})

async function serve(app: Express): Promise<Server> {
  const server = await new Promise<Server>((resolve, reject) => {
    const made: Server = app.listen(0, '127.0.0.1', (error?: Error) =>
      error ? reject(error) : resolve(made),
    )
  })
  open.push(server)
  return server
}

/** A client that writes what it likes and remembers what it heard. */
function dial(server: Server): { socket: Socket; heard: () => string; closed: Promise<void> } {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  open.push(socket)
  let heard = ''
  socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => void socket.on('close', () => resolve()))
  return { socket, heard: () => heard, closed }
}

/** How many connections a server has. */
function connectionsOf(server: Server): Promise<number> {
  return promisify(server.getConnections.bind(server))()
}

async function exchange(server: Server, wire: string): Promise<string> {
  const { socket, heard, closed } = dial(server)
  socket.write(wire, 'latin1')
  await closed
  return heard()
}

describe('app.listen', () => {
  it('takes every form that server.listen takes', async () => {
    const app = express()
    const servers = [
      app.listen(),
      app.listen(0),
      app.listen(0, '127.0.0.1'),
      app.listen(0, '127.0.0.1', 5),
      app.listen({ port: 0, host: '127.0.0.1' }),
    ]
    open.push(...servers)
    await vi.waitFor(() => expect(servers.every((server) => server.listening)).toBe(true))
  })

  it('calls back once, listening', async () => {
    const callback = vi.fn<(error?: Error) => void>()
    const server = express().listen(0, '127.0.0.1', callback)
    open.push(server)
    await vi.waitFor(() => expect(callback).toHaveBeenCalledOnce())
    expect(callback).toHaveBeenCalledWith()
    server.emit('error', new Error('later'))
    expect(callback).toHaveBeenCalledOnce()
  })

  it('calls back with the error that prevented it', async () => {
    const taken = (await serve(express())).address() as AddressInfo
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      express().listen(taken.port, '127.0.0.1', resolve)
    })
    expect(error?.code).toBe('EADDRINUSE')
  })

  it('does not call back of an error who takes none: it is thrown', async () => {
    const taken = (await serve(express())).address() as AddressInfo
    const program = `
      const express = require(${JSON.stringify(path.resolve('packages/core'))})
      express().listen(${taken.port}, '127.0.0.1', () => console.log('success'))`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('EADDRINUSE')
  })

  it('leaves an error to a listener of the server where the callback takes none', async () => {
    const taken = (await serve(express())).address() as AddressInfo
    const callback = vi.fn<() => void>()
    const server = express().listen(taken.port, '127.0.0.1', callback)
    const [error] = (await once(server, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('EADDRINUSE')
    expect(callback).not.toHaveBeenCalled()
  })
})

/** The head of a request whose client waits to be asked for the body. */
const ask = (length: number) =>
  `POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\nContent-Type: text/plain\r\n\r\n`

/** An app that reads ten bytes at most. */
const reader = () => {
  const app = express()
  app.set('env', 'test')
  return app.post('/', express.text({ limit: 10 }), (req, res) => res.send(`got ${req.body}`))
}

describe('Expect: 100-continue', () => {
  it('is answered 100 when somebody reads the body', async () => {
    const { socket, heard } = dial(await serve(reader()))
    socket.write(ask(2))
    await vi.waitFor(() => expect(heard()).toBe('HTTP/1.1 100 Continue\r\n\r\n'))
    socket.write('ok')
    await vi.waitFor(() => expect(heard()).toContain('got ok'))
    expect(heard().match(/100 Continue/g)).toHaveLength(1)
    expect(heard()).toContain('Connection: keep-alive')
  })

  it('is answered 413 before the client has sent a byte', async () => {
    const reply = await exchange(await serve(reader()), ask(1000))
    expect(reply).toMatch(/^HTTP\/1\.1 413 /)
    expect(reply).not.toContain('100 Continue')
  })

  it('is answered by a handler that refuses, and the connection ends', async () => {
    const refusing = express().post('/', (_req, res) => res.status(403).send('no'))
    const reply = await exchange(await serve(refusing), ask(1000))
    expect(reply).toMatch(/^HTTP\/1\.1 403 /)
    expect(reply).toContain('Connection: close')
    expect(reply).not.toContain('100 Continue')
  })

  it('is answered 404 by the final handler at once', async () => {
    const reply = await exchange(await serve(express()), ask(1000))
    expect(reply).toMatch(/^HTTP\/1\.1 404 /)
  })

  it('works for whoever reads the stream itself', async () => {
    const reading = express().post('/', (req, res) => void req.pipe(res))
    const { socket, heard } = dial(await serve(reading))
    socket.write(ask(2))
    await vi.waitFor(() => expect(heard()).toContain('100 Continue'))
    socket.write('ok')
    await vi.waitFor(() => expect(heard()).toMatch(/ok/))
  })

  it('is left to a listener of the application', async () => {
    const server = await serve(reader())
    server.on('checkContinue', (_req, res: ServerResponse) => {
      res.writeHead(402, { Connection: 'close' }).end()
    })
    const reply = await exchange(server, ask(2))
    expect(reply).toMatch(/^HTTP\/1\.1 402 /)
    expect(reply.match(/HTTP/g)).toHaveLength(1)
  })

  it('is 417 for any other expectation', async () => {
    const wire = 'POST / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nConnection: close\r\n\r\n'
    expect(await exchange(await serve(reader()), wire)).toMatch(/^HTTP\/1\.1 417 /)
  })
})

describe('an error after the answer was complete', () => {
  it('leaves the connection to the next request', async () => {
    const app = express().set('env', 'test')
    app.get('/', (_req, res) => {
      res.send('complete')
      throw new Error('too late')
    })
    const { socket, heard } = dial(await serve(app))
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await vi.waitFor(() => expect(heard()).toContain('complete'))
    await sleep(10)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await vi.waitFor(() => expect(heard().match(/complete/g)).toHaveLength(2))
  })
})

describe('what is no HTTP', () => {
  it.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['a header that is none', 'GET / HTTP/1.1\r\nHost: a\r\nno header\r\n\r\n', 400],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      400,
    ],
    ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('is answered well-formed: %s', async (_what, wire, status) => {
    const reply = await exchange(await serve(express()), wire)
    const [head = '', body = ''] = reply.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(head).toContain('Connection: close')
    expect(head).toContain(`Content-Length: ${body.length}`)
    expect(body).not.toBe('')
  })

  it('is left to a listener of the application', async () => {
    const server = await serve(express())
    server.on('clientError', (_error, socket: Socket) => socket.end('HTTP/1.1 400 Mine\r\n\r\n'))
    expect(await exchange(server, 'nonsense\r\n\r\n')).toBe('HTTP/1.1 400 Mine\r\n\r\n')
  })

  it('does not garble an answer that is under way', async () => {
    const app = express().post('/', (_req, res) => void res.write('begun'))
    const { socket, heard, closed } = dial(await serve(app))
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    await vi.waitFor(() => expect(heard()).toContain('begun'))
    socket.write('not a chunk\r\n')
    await closed
    expect(heard()).not.toContain('400')
  })
})

describe('app.close', () => {
  it('resolves at once when nothing is open', async () => {
    const app = express()
    await app.close()
    const server = await serve(app)
    await app.close()
    expect(server.listening).toBe(false)
  })

  it('lets a running request finish and tells the client that it was the last', async () => {
    let finish: (() => void) | undefined
    const app = express().get('/', (_req, res) => (finish = () => res.send('done')))
    const server = await serve(app)
    const { socket, heard, closed } = dial(server)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await vi.waitFor(() => expect(finish).toBeDefined())
    const drained = app.close({ grace: 5000 })
    await sleep(10)
    finish?.()
    await drained
    await closed
    expect(heard()).toContain('done')
    expect(heard()).toContain('Connection: close')
  })

  it('answers a request whose head was on its way, and tells the client', async () => {
    const app = express().get('/', (_req, res) => res.send('done'))
    const { socket, heard, closed } = dial(await serve(app))
    socket.write('GET / HTTP/1.1\r\n')
    await sleep(20)
    const drained = app.close({ grace: 5000 })
    socket.write('Host: a\r\n\r\n')
    await drained
    await closed
    expect(heard()).toContain('done')
    expect(heard()).toContain('Connection: close')
  })

  it('closes connections that are idle', async () => {
    const app = express().get('/', (_req, res) => res.send('x'))
    const { socket, heard, closed } = dial(await serve(app))
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await vi.waitFor(() => expect(heard()).toContain('x'))
    await app.close({ grace: 5000 })
    await closed
  })

  it('tells open answers, which may then end themselves', async () => {
    const app = express().get('/', (_req, res) => {
      res.write('event stream')
      res.once('closing', () => res.end(', told'))
    })
    const told: string[] = []
    app.once('closing', () => told.push('app'))
    const { socket, heard, closed } = dial(await serve(app))
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await vi.waitFor(() => expect(heard()).toContain('event stream'))
    await app.close({ grace: 60_000 })
    await closed
    expect(heard()).toContain(', told')
    expect(told).toEqual(['app'])
  })

  it('cuts an answer that has begun and takes no notice before the grace is over', async () => {
    const app = express().get('/', (_req, res) => void res.write('silent for ever'))
    const { socket, heard, closed } = dial(await serve(app))
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await vi.waitFor(() => expect(heard()).toContain('silent for ever'))
    const grace = new Promise((resolve) => setTimeout(resolve, 60_000, 'the whole grace').unref())
    const ended = app.close({ grace: 400 }).then(() => 'cut')
    expect(await Promise.race([ended, grace])).toBe('cut')
    await closed
  })

  it('leaves a handler that has not begun to answer the whole grace', async () => {
    const app = express().get('/', async (_req, res) => {
      await sleep(300)
      res.send('late, but here')
    })
    const server = await serve(app)
    const { socket, heard, closed } = dial(server)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await vi.waitFor(async () => expect(await connectionsOf(server)).toBe(1))
    await sleep(50)
    await app.close({ grace: 800 }) // whose quarter is over long before
    await closed
    expect(heard()).toContain('late, but here')
  })

  it('closes a connection at once that has not said a word, and soon one that breaks off', async () => {
    const app = express()
    const server = await serve(app)
    const wordless = dial(server)
    const broken = dial(server)
    broken.socket.write('GET / HTTP/1.1\r\nHo')
    await vi.waitFor(async () => expect(await connectionsOf(server)).toBe(2))
    await sleep(20)
    await app.close({ grace: 400 })
    await Promise.all([wordless.closed, broken.closed])
  })

  it('cuts what has not finished when the grace is over', async () => {
    const app = express().get('/', (_req, res) => void res.write('never ending'))
    const { socket, heard, closed } = dial(await serve(app))
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await vi.waitFor(() => expect(heard()).toContain('never ending'))
    await app.close({ grace: 20 })
    await closed
  })

  it('may be asked twice, and for a server that could not listen', async () => {
    const taken = (await serve(express())).address() as AddressInfo
    const app = express()
    await new Promise((resolve) => void app.listen(taken.port, '127.0.0.1', resolve))
    expect(await Promise.all([app.close(), app.close()])).toEqual([undefined, undefined])
  })

  it('may wait for as long as it takes', async () => {
    let finish: (() => void) | undefined
    const app = express().get('/', (_req, res) => (finish = () => res.send('done')))
    const { socket, heard, closed } = dial(await serve(app))
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await vi.waitFor(() => expect(finish).toBeDefined())
    const drained = app.close({ grace: Infinity })
    await sleep(20)
    finish?.()
    await drained
    await closed
    expect(heard()).toContain('done')
  })

  it.each([-1, Number.NaN, 'soon' as never])('cannot be told a grace of %j', async (grace) => {
    await expect(express().close({ grace })).rejects.toThrow(RangeError)
  })

  it('closes what listens only: a foreign server is its owner’s', async () => {
    const app = express()
    const server = createServer(app).listen(0, '127.0.0.1')
    open.push(server)
    await vi.waitFor(() => expect(server.listening).toBe(true))
    await app.close()
    expect(server.listening).toBe(true)
  })
})

describe('a Host that is none', () => {
  const wires = {
    'two fields': 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'two equal fields': 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n',
    'a list': 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n',
    'user information': 'GET / HTTP/1.1\r\nHost: evil.com:fake@legit.test\r\n\r\n',
    'a path': 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n',
    'a space': 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
    'no port': 'GET / HTTP/1.1\r\nHost: a:x\r\n\r\n',
    'another in the target': 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n',
    'user information in the target': 'GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n',
  }

  it.each(Object.entries(wires))('is answered 400 before the app runs: %s', async (_what, wire) => {
    const ran = vi.fn<() => void>()
    const app = express().use(ran)
    app.set('env', 'test')
    const reply = await exchange(await serve(app), wire)
    expect(reply).toMatch(/^HTTP\/1\.1 400 /)
    expect(reply).toContain('Connection: close')
    expect(ran).not.toHaveBeenCalled()
  })

  it('is let through when Express’s way was asked for', async () => {
    const app = express().get('/', (req, res) => res.set('Connection', 'close').send(req.hostname))
    app.set('host policy', false)
    const reply = await exchange(await serve(app), wires['user information'])
    expect(reply).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('does not stop HTTP/1.0 without one', async () => {
    const app = express().get('/', (req, res) => res.send(req.hostname ?? 'none'))
    expect(await exchange(await serve(app), 'GET / HTTP/1.0\r\n\r\n')).toMatch(/none$/)
  })
})

describe('a request that is refused before routing', () => {
  const BAD = 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'

  it('is announced once, as the app’s event and on a channel, and not as an error', async () => {
    const app = express().set('env', 'test')
    const seen: string[] = []
    const note = (kind: string) => (event: unknown) => {
      if ((event as { app: unknown }).app === app) seen.push(kind)
    }
    const [onRefused, onError] = [note('tokkyu.refused'), note('tokkyu.error')]
    subscribe('tokkyu.refused', onRefused)
    subscribe('tokkyu.error', onError)
    app.on('refused', (error: Error) => seen.push(`event: ${error.name}`))
    const { socket, heard, closed } = dial(await serve(app))
    socket.write(BAD)
    await closed
    unsubscribe('tokkyu.refused', onRefused)
    unsubscribe('tokkyu.error', onError)
    expect(heard()).toContain('400 Bad Request')
    expect(seen).toEqual(['tokkyu.refused', 'event: HostError'])
  })

  it('is printed in one line, and thousands in no more', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const app = express().set('env', 'production')
    const server = await serve(app)
    for (let count = 0; count < 5; count++) {
      const { socket, closed } = dial(server)
      socket.write(BAD)
      await closed
    }
    expect(print.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^Refused a request before routing, the last one: .*"a b" is no host$/,
        ),
      ],
    ])
    print.mockRestore()
  })
})
