import net from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { MessageChannel } from 'node:worker_threads'

import { describe, expect, it } from 'vitest'

import { MessageSender } from '../src/channel/message-sender.ts'
import { Outbox } from '../src/channel/outbox.ts'
import { connect, createRpcServer, loadService, portCarrier, unknownFields } from '../src/index.ts'
import { encodeLent } from '../src/schema/codec.ts'
import type { CallerFrame } from '../src/wire/frame.ts'
import { isLent } from '../src/wire/outgoing.ts'
import { read } from './frames.ts'
import { afterwards, all, clientOf, numbers, serve } from './numbers.ts'

const LONG = 100_000

/** Messages whose bytes lie in the same memory, one after the other. */
function* inOneBuffer(count: number): Generator<{ value: number; data: Buffer }> {
  const data = Buffer.alloc(LONG)
  for (let value = 0; value < count; value++) yield { value, data: data.fill(value) }
  data.fill(255)
}

/** What is wrong with messages of `inOneBuffer`. */
function torn(messages: readonly { value: number; data?: Uint8Array }[]): number[] {
  return messages.flatMap(({ value, data }) =>
    Buffer.alloc(LONG, value).equals(data!) ? [] : [value],
  )
}

describe('a stream whose messages are made in one buffer', () => {
  it('of responses arrives as each was', async () => {
    const { port } = await serve({ count: ({ value }) => inOneBuffer(value) })
    const messages = await all(clientOf(port).count({ value: 50 }))
    expect(messages.map(({ value }) => value)).toEqual(Array.from({ length: 50 }, (_, at) => at))
    expect(torn(messages)).toEqual([])
  })

  it('arrives as each was at a reader that takes its time', async () => {
    const { port } = await serve({ count: ({ value }) => inOneBuffer(value) })
    const messages: { value: number; data?: Uint8Array }[] = []
    for await (const message of clientOf(port).count({ value: 50 })) {
      await new Promise((resolve) => setImmediate(resolve))
      messages.push(message)
    }
    expect(messages.length).toBe(50)
    expect(torn(messages)).toEqual([])
  })

  it('of requests arrives as each was', async () => {
    const { port } = await serve({
      async sum(requests) {
        const messages = await all(requests)
        return { value: messages.length + 1000 * torn(messages).length }
      },
    })
    expect(await clientOf(port).sum(inOneBuffer(50))).toMatchObject({ value: 50 })
  })

  it('arrives as each was through a port between threads', async () => {
    const { port1, port2 } = new MessageChannel()
    const server = createRpcServer().add(numbers, { count: ({ value }) => inOneBuffer(value) })
    server.accept(portCarrier(port1))
    const client = connect(numbers, portCarrier(port2))
    afterwards(() => {
      client.$channel.destroy()
      port1.close()
    })
    const messages = await all(client.count({ value: 20 }))
    expect(messages.length).toBe(20)
    expect(torn(messages)).toEqual([])
  })
})

describe('a response whose bytes change when it was returned', () => {
  it('arrives as it was', async () => {
    const data = Buffer.alloc(LONG, 1)
    const { port } = await serve({
      double({ value }) {
        setImmediate(() => data.fill(2))
        return { value, data }
      },
    })
    const { data: got } = await clientOf(port).double({ value: 1 })
    expect(Buffer.alloc(LONG, 1).equals(got!)).toBe(true)
  })
})

describe('a message that is encoded around its long bytes', async () => {
  const source = `
    syntax = "proto3";
    message Whole {
      bytes first = 1; string name = 2; bytes second = 536870911;
      oneof kind { int32 number = 4; bytes content = 5; }
      Whole inner = 6; repeated bytes many = 7;
    }
    message Slim { string name = 2; bytes first = 1; }
    service Files { rpc Put(stream Whole) returns (stream Slim); }
  `
  const put = (await loadService({ source }, 'Files')).methods.get('put')!
  const whole = put.request.protobuf
  const long = Buffer.alloc(20_000, 7)
  const joined = (message: object): Uint8Array => {
    const pieces = encodeLent(whole)(message)
    return isLent(pieces) ? Buffer.concat(pieces) : pieces
  }

  it.each([
    ['one', { first: long }],
    ['two', { name: 'Zoë', first: long, second: long.subarray(1) }],
    ['long ones and short ones', { first: long, second: Buffer.from('short') }],
    ['of a oneof', { content: long, name: 'a' }],
    ['inside others', { inner: { first: long }, many: [long, long] }],
    ['none', { name: 'a' }],
  ])('is read like any other: %s', (_, message) => {
    const [one, other] = [joined(message), whole.encode(message)].map(whole.decode)
    expect(isDeepStrictEqual(one, other)).toBe(true)
  })

  it('keeps fields that its schema does not know', () => {
    const slim = put.response.protobuf
    const known = slim.decode(whole.encode({ name: 'a', first: long, number: 9 }))
    expect(unknownFields in known).toBe(true)
    const pieces = encodeLent(slim)(known)
    expect(isLent(pieces)).toBe(true)
    const back = whole.decode(Buffer.concat(pieces as Uint8Array[])) as { first: Buffer }
    expect(back).toMatchObject({ name: 'a', number: 9 })
    expect(long.equals(back.first)).toBe(true)
  })

  it('does not copy them, and stays as it was', () => {
    const message = { name: 'a', first: long }
    const pieces = encodeLent(whole)(message)
    expect(isLent(pieces) && pieces.at(-1)).toBe(long)
    expect(message.first).toBe(long)
  })

  it('does not fit its schema as little as any other', () => {
    expect(() => encodeLent(whole)({ first: long, name: 7 })).toThrow(/Cannot send 7/)
  })
})

/** The parts in which messages leave when they are sent at once, each over a stream of its own. */
async function partsOf(lengths: readonly number[], longest: number): Promise<[number, number][]> {
  const [socket, other] = await sockets()
  const heard: Buffer[] = []
  other.on('data', (bytes: Buffer) => heard.push(bytes))
  const outbox = new Outbox(socket, longest, 1e9, () => {})
  for (const [stream, length] of lengths.entries()) {
    new MessageSender(outbox, 'caller', stream, 1e9).send(Buffer.alloc(length), () => {})
  }
  outbox.touch()
  const frames = (): CallerFrame[] =>
    read(heard, { frameBytes: 262_144, metadataBytes: 1 }).map(({ frame }) => frame as CallerFrame)
  const parts = (): [number, number][] =>
    frames().flatMap((frame) => ('data' in frame ? [[frame.stream, frame.data.length]] : []))
  const total = lengths.reduce((sum, each) => sum + each)
  await expect
    .poll(() => parts().reduce((sum, [, length]) => sum + length, 0), {
      interval: 2,
      timeout: 10_000,
    })
    .toBe(total)
  return parts()
}

async function sockets(): Promise<[net.Socket, net.Socket]> {
  const server = net.createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  const other = await new Promise<net.Socket>((resolve) => void server.once('connection', resolve))
  afterwards(() => {
    for (const each of [socket, other]) each.destroy()
    server.close()
  })
  return [socket, other]
}

describe('the parts of a message', () => {
  it('are long while no other message waits', async () => {
    expect(await partsOf([150_000], 131_072)).toEqual([
      [0, 131_072],
      [0, 18_928],
    ])
  })

  it('are of 16 KiB while messages take turns', async () => {
    const parts = await partsOf([150_000, 40_000, 40_000], 131_072)
    const turns = parts.slice(parts.findIndex(([stream]) => stream === 1))
    expect(turns.map(([stream]) => stream)).toEqual([1, 2, 0, 1, 2, 1, 2])
    expect(Math.max(...turns.map(([, length]) => length))).toBe(16_384)
  })

  it('are of 16 KiB where nothing longer is published', async () => {
    const parts = await partsOf([50_000], 16_384)
    expect(parts.map(([, length]) => length)).toEqual([16_384, 16_384, 16_384, 848])
  })
})
