import { spawn } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { connect, type ConnectOptions, createRpcServer } from '../src/index.ts'
import { read, type Sent, written } from './frames.ts'
import { afterwards, all, clientOf, deferred, numbers, pair, serve, upTo } from './numbers.ts'

/** One end of a connection by hand: what it sends is up to the test, what it hears is kept. */
class RawPeer {
  readonly socket: net.Socket
  readonly #chunks: Buffer[] = []
  readonly closed: Promise<void>

  constructor(socket: net.Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => void socket.on('close', () => resolve()))
  }

  get heard(): Sent[] {
    return read([Buffer.concat(this.#chunks)])
  }

  send(...frames: Sent[]): void {
    this.socket.write(written(frames))
  }

  /** Waits until something was heard that satisfies a test. */
  async until(test: (heard: Sent) => boolean): Promise<Sent> {
    for (;;) {
      const found = this.heard.find(test)
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  /** Why the other side has closed the connection. */
  async reason(): Promise<string | undefined> {
    await this.closed
    for (const { frame } of this.heard) {
      if (frame.kind === 'goAway' && frame.status.code !== 'OK') return frame.status.details
    }
    return undefined
  }
}

async function rawPeerOf(port: number): Promise<RawPeer> {
  const socket = net.connect(port, '127.0.0.1')
  afterwards(() => socket.destroy())
  await new Promise((resolve) => void socket.once('connect', resolve))
  return new RawPeer(socket)
}

const settings: Sent = {
  from: 'answerer',
  frame: { kind: 'settings', revisions: [1], window: 65_536 },
}
const none = new Map<string, string[]>()

function begin(stream: number, method = 'test.Numbers/Double', window = 65_536): Sent {
  const headers = none
  return {
    from: 'caller',
    frame: { kind: 'newStream', stream, method, headers, window, revision: 1 },
  }
}

function message(stream: number, size: number, data: Buffer): Sent {
  return { from: 'caller', frame: { kind: 'message', stream, size, data } }
}

function more(stream: number, data: Buffer): Sent {
  return { from: 'caller', frame: { kind: 'more', stream, data } }
}

function halfClose(stream: number): Sent {
  return { from: 'caller', frame: { kind: 'halfClose', stream } }
}

const five = Buffer.of(8, 5)

describe('a connection', () => {
  it('begins with the settings of the server', async () => {
    const { port } = await serve({})
    const peer = await rawPeerOf(port)
    expect(await peer.until(() => true)).toEqual(settings)
  })

  it('answers a call written by hand', async () => {
    const { port } = await serve({ double: ({ value }) => ({ value: value * 2 }) })
    const peer = await rawPeerOf(port)
    peer.send(settings, begin(1), message(1, 2, five), halfClose(1))
    await peer.until(({ frame }) => frame.kind === 'close')
    expect(peer.heard.slice(1)).toEqual([
      { from: 'answerer', frame: { kind: 'message', stream: 1, size: 2, data: Buffer.of(8, 10) } },
      {
        from: 'answerer',
        frame: { kind: 'close', stream: 1, status: { code: 'OK', details: '' }, trailers: none },
      },
    ])
  })

  it('over a Unix socket is the same', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rpc-'))
    afterwards(() => rm(folder, { recursive: true }))
    const server = createRpcServer().add(numbers, { double: ({ value }) => ({ value }) })
    await server.listen({ path: `${folder}/s` })
    afterwards(() => server.close(0))
    const client = connect(numbers, `unix:${folder}/s`)
    afterwards(() => client.$channel.destroy())
    expect(await client.double({ value: 3 })).toMatchObject({ value: 3 })
  })

  it('ends when it has drained: what runs is answered, what comes later is not taken', async () => {
    const [begun, finish] = [deferred(), deferred()]
    const { port, close } = await serve({
      async double({ value }) {
        begun.resolve()
        await finish.promise
        return { value }
      },
    })
    const client = clientOf(port)
    const running = client.double({ value: 1 })
    await begun.promise
    const closing = close()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await expect(client.double({ value: 2 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reached: false,
    })
    finish.resolve()
    expect(await running).toMatchObject({ value: 1 })
    await closing
  })

  it('gives up the calls that the other side has not taken, and keeps the others', async () => {
    const begun = deferred<RawPeer>()
    const server = net.createServer((socket) => begun.resolve(new RawPeer(socket)))
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    afterwards(() => server.close())
    const { port } = server.address() as net.AddressInfo
    const client = clientOf(port, { retry: { attempts: 1 } })
    const calls = [client.double({ value: 1 }), client.double({ value: 2 })]
    const peer = await begun.promise
    afterwards(() => peer.socket.destroy())
    peer.send(settings)
    await peer.until(({ frame }) => frame.kind === 'halfClose' && frame.stream === 2)
    const status = { code: 'OK', details: '' } as const
    peer.send(
      { from: 'carrier', frame: { kind: 'goAway', lastStream: 1, status } },
      { from: 'answerer', frame: { kind: 'message', stream: 1, size: 2, data: five } },
      { from: 'answerer', frame: { kind: 'close', stream: 1, status, trailers: none } },
    )
    await expect(calls[1]).rejects.toMatchObject({ code: 'UNAVAILABLE', reached: false })
    expect(await calls[0]).toMatchObject({ value: 5 })
    await peer.closed
  })

  it('is made anew after the server was restarted', async () => {
    const handlers = { double: ({ value }: { value: number }) => ({ value }) }
    const first = await serve(handlers)
    const client = clientOf(first.port)
    expect(await client.double({ value: 1 })).toMatchObject({ value: 1 })
    await first.close()
    const second = createRpcServer().add(numbers, handlers)
    await second.listen({ port: first.port, host: '127.0.0.1' })
    afterwards(() => second.close(0))
    expect(await client.double({ value: 2 })).toMatchObject({ value: 2 })
  })

  it('that nobody accepts fails the call, and the next at once', async () => {
    // A path, since a port that was given up may be another server's by now.
    const client = connect(numbers, `unix:${tmpdir()}/no-rpc-server-${process.pid}`)
    afterwards(() => client.$channel.destroy())
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(client.double({ value: 1 })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        reached: false,
      })
    }
  })
})

/** A client of an address. */
function clientAt(address: string, options: ConnectOptions = {}): ReturnType<typeof clientOf> {
  const client = connect(numbers, address, options)
  afterwards(() => client.$channel.destroy())
  return client
}

describe('a peer that is gone', { timeout: 30_000 }, () => {
  it('fails its calls when it was killed', async () => {
    const { address, called, kill } = await silentPeer()
    const call = clientAt(address).sum([{ value: 1 }])
    void called.then(() => kill('SIGKILL'))
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', reached: true })
  })

  it('fails its calls by their deadline when it stands still', async () => {
    const { address, kill } = await silentPeer()
    kill('SIGSTOP')
    await expect(clientAt(address).double({ value: 1 }, { deadline: 50 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    })
  })

  it('is given up by keepalive when it stands still, and calls without deadline fail', async () => {
    const { address, called, kill } = await silentPeer()
    const client = clientAt(address, { keepalive: { interval: 40, timeout: 40 } })
    const call = client.sum([{ value: 1 }])
    void called.then(() => kill('SIGSTOP'))
    await expect(call).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: expect.stringContaining('no longer answers'),
    })
  })
})

const silentServer = `
import socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
settings = bytes.fromhex('08ffffffffffffffffff01') # a frame of no call
print('listening', flush=True)
while True:
    peer, _ = server.accept()
    peer.sendall(bytes.fromhex('01000014') + bytes.fromhex('08ffffffffffffffffff013207') + bytes.fromhex('0a010110808004'))
    while True:
        head = peer.recv(4, socket.MSG_WAITALL)
        if not head: break
        body = peer.recv(int.from_bytes(head[1:], 'big'), socket.MSG_WAITALL)
        if head[0] == 0 and not body.startswith(settings): print('called', flush=True)
        if head[0] == 2: peer.sendall(b'\\x03' + head[1:] + body)
`

/**
 * A server in a process of its own that says its settings and answers pings, and no call. It has a path: a
 * port might have been another server's, whose clients still call.
 */
async function silentPeer(): Promise<{
  address: string
  called: Promise<void>
  kill: (signal: NodeJS.Signals) => void
}> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rpc-'))
  const socket = `${folder}/s`
  const process = spawn('python3', ['-c', silentServer, socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  afterwards(async () => {
    process.kill('SIGKILL')
    await rm(folder, { recursive: true })
  })
  const [listening, called] = [deferred(), deferred()]
  process.stdout.on('data', (text: Buffer) => {
    if (text.includes('listening')) listening.resolve()
    if (text.includes('called')) called.resolve()
  })
  await listening.promise
  return {
    address: `unix:${socket}`,
    called: called.promise,
    kill: (signal) => void process.kill(signal),
  }
}

describe('a silent peer that answers pings', { timeout: 30_000 }, () => {
  it('is not given up', async () => {
    const { port } = await serve({
      double: async ({ value }) => {
        await new Promise((resolve) => setTimeout(resolve, 2500))
        return { value }
      },
    })
    const client = clientOf(port, { keepalive: { interval: 20, timeout: 2000 } })
    expect(await client.double({ value: 1 })).toMatchObject({ value: 1 })
  })
})

describe('a hostile caller', () => {
  const handlers = {
    double: ({ value }: { value: number }) => ({ value }),
    async sum(requests: AsyncIterable<{ value: number }>) {
      for await (const _ of requests) await new Promise(() => {}) // takes one, and holds it
      return { value: 0 }
    },
  }

  const faults: [string, Sent[], RegExp][] = [
    ['frames for a stream that was never begun', [halfClose(7)], /never begun/],
    ['a stream that is begun twice', [begin(1), begin(1)], /begun twice/],
    ['a stream with a smaller number', [begin(5), begin(4)], /begun twice/],
    [
      'a message inside another',
      [begin(1), message(1, 9, five), message(1, 2, five)],
      /inside another/,
    ],
    [
      'more of a message than it said',
      [begin(1), message(1, 3, five), more(1, five)],
      /longer than/,
    ],
    ['a part without a message', [begin(1), more(1, five)], /longer than/],
    [
      'a message after the last',
      [begin(1, 'test.Numbers/Sum'), halfClose(1), message(1, 2, five)],
      /after the last/,
    ],
    ['a message that breaks off', [begin(1), message(1, 9, five), halfClose(1)], /breaks off/],
    ['settings twice', [settings], /settings come twice/],
    [
      'leave for more than 32 bits of messages',
      [begin(1), { from: 'caller', frame: { kind: 'window', stream: 1, bytes: 0xffff_ffff } }],
      /larger than 32 bits/,
    ],
  ]

  it.each(faults)('that sends %s is told why it is closed', async (_, frames, reason) => {
    const { port } = await serve(handlers)
    const peer = await rawPeerOf(port)
    peer.send(settings, ...frames)
    expect(await peer.reason()).toMatch(reason)
  })

  it('that overruns the window of a stream whose application does not read is told', async () => {
    const { port } = await serve(handlers)
    const peer = await rawPeerOf(port)
    const part = Buffer.alloc(16_000, 0)
    peer.send(settings, begin(1, 'test.Numbers/Sum'), message(1, 2, five))
    // The first is taken and held; these wait, and fill the window.
    for (let count = 0; count < 5; count++) peer.send(message(1, part.length, part))
    expect(await peer.reason()).toMatch(/window is overrun/)
  })

  it('is told of on a diagnostics channel of the server', async () => {
    const told: unknown[] = []
    const listen = (event: unknown): void => void told.push(event)
    subscribe('tokkyu.rpc.closed', listen)
    afterwards(() => unsubscribe('tokkyu.rpc.closed', listen))
    const { port } = await serve(handlers)
    const peer = await rawPeerOf(port)
    const address = `127.0.0.1:${peer.socket.localPort}`
    peer.send(settings, halfClose(7))
    await peer.closed
    while (!told.some((event) => (event as { peer?: string }).peer === address)) {
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect(told).toContainEqual({
      error: expect.objectContaining({ code: 'RPC_PROTOCOL' }),
      peer: address,
    })
  })

  it('that says nothing is closed', async () => {
    const { port } = await serve(handlers, { limits: { handshakeTime: 50 } })
    const peer = await rawPeerOf(port)
    expect(await peer.reason()).toMatch(/nothing was said for 50 ms/)
  })

  it('that speaks another protocol is closed', async () => {
    const { port } = await serve(handlers)
    const peer = await rawPeerOf(port)
    peer.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await peer.reason()).toMatch(/no known kind/)
  })

  it('with more calls at once than the bound is refused, in a way that can be retried', async () => {
    const { port } = await serve(
      { double: () => new Promise(() => {}) },
      { limits: { streams: 2 } },
    )
    const client = clientOf(port)
    const calls = [1, 2, 3].map((value) => client.double({ value }, { deadline: 10_000 }))
    await expect(calls[2]).rejects.toMatchObject({ code: 'UNAVAILABLE', reached: false })
    for (const call of calls) call.catch(() => {})
  })

  it('that cancels at once cannot have more handlers at work than the bound', async () => {
    let running = 0
    let most = 0
    const release = deferred()
    const { port } = await serve(
      {
        async double({ value }) {
          most = Math.max(most, ++running)
          await release.promise
          running--
          return { value }
        },
      },
      { limits: { streams: 10 } },
    )
    const peer = await rawPeerOf(port)
    peer.send(settings)
    for (let stream = 1; stream <= 500; stream++) {
      peer.send(begin(stream), message(stream, 2, five), halfClose(stream), {
        from: 'caller',
        frame: { kind: 'cancel', stream },
      })
    }
    await peer.until(({ frame }) => frame.kind === 'close' && frame.stream === 500)
    expect(most).toBe(10)
    release.resolve()
  })

  it('that floods with pings gets few pongs, the last of them among them', async () => {
    const { port } = await serve(handlers)
    const peer = await rawPeerOf(port)
    const pings = Array.from({ length: 5000 }, (_, index): Sent => {
      const payload = Buffer.alloc(8)
      payload.writeUInt32BE(index)
      return { from: 'carrier', frame: { kind: 'ping', payload } }
    })
    peer.send(settings, ...pings)
    await peer.until(({ frame }) => frame.kind === 'pong' && frame.payload.readUInt32BE() === 4999)
    expect(peer.heard.filter(({ frame }) => frame.kind === 'pong').length).toBeLessThan(100)
  })

  it('that floods with empty messages ends its call, and only it', async () => {
    const { port } = await serve(handlers, { limits: { emptyMessages: 100 } })
    const peer = await rawPeerOf(port)
    const empty = message(1, 0, Buffer.alloc(0))
    peer.send(settings, begin(1, 'test.Numbers/Sum'), message(1, 2, five))
    peer.send(...Array.from({ length: 200 }, () => empty))
    peer.send(begin(2), message(2, 2, five), halfClose(2))
    const ended = await peer.until(({ frame }) => frame.kind === 'close' && frame.stream === 1)
    expect(ended.frame).toMatchObject({ status: { code: 'RESOURCE_EXHAUSTED' } })
    await peer.until(({ frame }) => frame.kind === 'close' && frame.stream === 2)
  })

  it('that never reads its answers is closed', { timeout: 60_000 }, async () => {
    const { port } = await serve(handlers, { limits: { unsentBytes: 200_000 } })
    const peer = await rawPeerOf(port)
    peer.socket.pause()
    peer.send(settings)
    const method = `test.Numbers/${'None'.repeat(100)}`
    const calls = 50_000 // their answers are more than two sockets hold
    for (let stream = 1; stream <= calls; stream++) peer.send(begin(stream, method))
    await new Promise((resolve) => setTimeout(resolve, 1000))
    peer.socket.resume()
    await peer.closed
    expect(peer.heard.length).toBeLessThan(calls)
  })

  it('with metadata beyond the bound is told, and its connection lives', async () => {
    const client = await pair({ double: ({ value }) => ({ value }) })
    await expect(
      client.double({ value: 1 }, { metadata: { big: 'x'.repeat(20_000) } }),
    ).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', reached: false })
    expect(await client.double({ value: 2 })).toMatchObject({ value: 2 })
  })
})

describe('a slow reader', () => {
  it('of responses holds up their sender, not its memory', async () => {
    let given = 0
    const client = await pair({
      *count() {
        for (;;) {
          given++
          yield { value: given, data: Buffer.alloc(1000) }
        }
      },
    })
    const responses = client.count({ value: 1 })
    expect(await responses.next()).toMatchObject({ value: { value: 1 } })
    await new Promise((resolve) => setTimeout(resolve, 200))
    // A window of 64 KiB of messages of 1 KB.
    expect(given).toBeLessThan(70)
    await responses.return!()
  })

  it('of requests holds up their sender', async () => {
    let given = 0
    const release = deferred()
    const client = await pair({
      async sum(requests) {
        await release.promise
        for await (const _ of requests);
        return { value: given }
      },
    })
    const call = client.sum(
      (function* requests() {
        for (; given < 500; given++) yield { value: given, data: Buffer.alloc(1000) }
      })(),
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(given).toBeLessThan(70)
    release.resolve()
    expect(await call).toMatchObject({ value: 500 })
  })

  it('does not hold up other streams', async () => {
    const client = await pair({ count: ({ value }) => upTo(value) })
    const slow = client.count({ value: 100_000 })
    await slow.next()
    expect((await all(client.count({ value: 5000 }))).length).toBe(5000)
    await slow.return!()
  })
})
