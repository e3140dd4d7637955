import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type StatusCode, statusCodes } from '../src/errors/status-code.ts'
import type { Fields, Status } from '../src/wire/frame.ts'
import { read, type Sent, written } from './frames.ts'
import { clientToServer, serverToClient } from './tunnel-proto.ts'

const stream = fc.oneof(fc.nat(300), fc.maxSafeNat())
const window = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffff_ffff }))
const text = fc.string({ unit: 'grapheme', maxLength: 60 })
const data = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
const metadata: fc.Arbitrary<Fields> = fc
  .array(
    fc.tuple(fc.stringMatching(/^[a-z_.-][\da-z_.-]{0,19}$/), fc.array(text, { maxLength: 3 })),
    {
      maxLength: 4,
    },
  )
  .map((entries) => new Map(entries))
const status: fc.Arbitrary<Status> = fc.oneof(
  fc.constant<Status>({ code: 'OK', details: '' }),
  fc.record({
    code: fc.constantFrom(...(Object.keys(statusCodes) as StatusCode[])),
    details: text,
  }),
)
const payload = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes))
const message = fc
  .record({ kind: fc.constant('message' as const), stream, extra: fc.nat(1000), data })
  .map(({ extra, ...rest }) => ({ ...rest, size: rest.data.length + extra }))
const more = fc
  .record({ kind: fc.constant('more' as const), stream, data })
  .filter((frame) => frame.data.length > 0)
const credit = fc.record({ kind: fc.constant('window' as const), stream, bytes: window })

const sent: fc.Arbitrary<Sent> = fc.oneof(
  fc
    .oneof(
      fc.record({
        kind: fc.constant('newStream' as const),
        stream,
        method: text.filter((method) => method !== ''),
        headers: metadata,
        window,
        revision: fc.constant(1),
      }),
      message,
      more,
      credit,
      fc.record({ kind: fc.constantFrom('halfClose' as const, 'cancel' as const), stream }),
    )
    .map((frame) => ({ from: 'caller' as const, frame })),
  fc
    .oneof(
      fc.record({ kind: fc.constant('headers' as const), stream, headers: metadata }),
      message,
      more,
      credit,
      fc.record({ kind: fc.constant('close' as const), stream, status, trailers: metadata }),
      fc.record({
        kind: fc.constant('settings' as const),
        revisions: fc.constant([1]),
        window,
      }),
    )
    .map((frame) => ({ from: 'answerer' as const, frame })),
  fc
    .oneof(
      fc.record({ kind: fc.constantFrom('ping' as const, 'pong' as const), payload }),
      fc.record({ kind: fc.constant('goAway' as const), lastStream: fc.maxSafeNat(), status }),
    )
    .map((frame) => ({ from: 'carrier' as const, frame })),
)
const frames = fc.array(sent, { maxLength: 12 })

/** The message in a frame, without the four bytes before it. */
const bodyOf = (each: Sent): Buffer => written([each]).subarray(4)
const five = [1, 2, 3, 4, 5]
const isTunnel = (each: Sent): boolean => each.from !== 'carrier'
const frame = (kind: number, ...body: number[]): Buffer =>
  Buffer.from([kind, 0, 0, body.length, ...body])

/** The code of the error that bytes are refused with, if they are. */
function refusal(bytes: Buffer): unknown {
  try {
    read([bytes])
    return undefined
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('frames on a byte stream', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(frames, (list) => {
        expect(read([written(list)])).toEqual(list)
      }),
    )
  })

  it('are read the same however their bytes are cut', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(40), { minLength: 1 }), (list, sizes) => {
        const bytes = written(list)
        const chunks: Buffer[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const end = at + 1 + sizes[turn % sizes.length]!
          chunks.push(bytes.subarray(at, end))
          at = end
        }
        expect(read(chunks)).toEqual(list)
      }),
    )
  })

  it('are read the same when they are cut in two at any byte', () => {
    const [list] = fc.sample(fc.array(sent, { minLength: 8, maxLength: 8 }), {
      numRuns: 1,
      seed: 7,
    })
    const bytes = written(list!)
    for (let at = 0; at <= bytes.length; at++) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(list)
    }
  })

  it('are read one byte at a time', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const bytes = written(list)
        expect(read(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(list)
      }),
    )
  })

  it('longer than the memory they are gathered in arrive whole', () => {
    const list: Sent[] = [
      { from: 'caller', frame: { kind: 'cancel', stream: 4 } },
      { from: 'caller', frame: { kind: 'more', stream: 5, data: Buffer.alloc(40_000, 'x') } },
      { from: 'caller', frame: { kind: 'cancel', stream: 6 } },
    ]
    expect(read([written(list)])).toEqual(list)
  })
})

describe('the messages of grpctunnel.v1', () => {
  it('written here are those that another encoder writes', () => {
    fc.assert(
      fc.property(sent.filter(isTunnel), (each) => {
        const type = each.from === 'caller' ? clientToServer : serverToClient
        const body = bodyOf(each)
        expect(type.encode(type.decode(body)).finish()).toEqual(body)
      }),
    )
  })

  it('name a method, a window and the revision when a call begins', () => {
    const body = bodyOf({
      from: 'caller',
      frame: {
        kind: 'newStream',
        stream: 7,
        method: 'shop.Catalog/GetBook',
        headers: new Map([['grpc-timeout', ['200m']]]),
        window: 65_536,
        revision: 1,
      },
    })
    expect(clientToServer.toObject(clientToServer.decode(body), { longs: Number })).toEqual({
      streamId: 7,
      newStream: {
        methodName: 'shop.Catalog/GetBook',
        requestHeaders: { md: { 'grpc-timeout': { val: ['200m'] } } },
        initialWindowSize: 65_536,
        protocolRevision: 1,
      },
    })
  })

  it('say that settings are of no stream', () => {
    const body = bodyOf({
      from: 'answerer',
      frame: { kind: 'settings', revisions: [1], window: 65_536 },
    })
    expect(serverToClient.toObject(serverToClient.decode(body), { longs: Number })).toEqual({
      streamId: -1,
      settings: { supportedProtocolRevisions: [1], initialWindowSize: 65_536 },
    })
  })

  it('may name their stream behind their body', () => {
    const body = Buffer.from([0x32, 0x00, 0x08, 0x09]) // cancel, then stream 9
    expect(read([Buffer.concat([Buffer.from([0, 0, 0, body.length]), body])])).toEqual([
      { from: 'caller', frame: { kind: 'cancel', stream: 9 } },
    ])
  })

  it('may hold fields of a later version', () => {
    const later = [
      0x7a,
      0x03,
      0xff,
      0xff,
      0xff,
      0xa0,
      0x06,
      0x01,
      0x7d,
      1,
      2,
      3,
      4,
      0x79,
      ...five,
      8,
      9,
      10,
    ]
    const body = Buffer.from([...later, 0x08, 0x09, ...later, 0x32, 0x00, ...later])
    expect(read([Buffer.concat([Buffer.from([0, 0, 0, body.length]), body])])).toEqual([
      { from: 'caller', frame: { kind: 'cancel', stream: 9 } },
    ])
  })
})

describe('hostile bytes', () => {
  const refused: [string, Buffer, RegExp][] = [
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n'), /no known kind/],
    ['a TLS handshake', Buffer.from([22, 3, 1, 2, 0, 1]), /no known kind/],
    ['a length beyond the bound', Buffer.from([0, 255, 255, 255]), /longer than 65536/],
    ['a field longer than its frame', frame(0, 0x12, 0x7f, 0), /longer than its frame/],
    ['a skipped field longer than its frame', frame(0, 0x7a, 0x7f), /longer than its frame/],
    ['a number that breaks off', frame(0, 0x08, 0x80), /breaks off/],
    ['a number beyond 53 bits', frame(0, 8, ...Array<number>(8).fill(255), 1), /out of range/],
    ['a negative stream', frame(0, 8, 254, ...Array<number>(8).fill(255), 1, 0x32, 0), /out of ra/],
    ['a cancel of no stream', frame(0, 8, ...Array<number>(9).fill(255), 1, 0x32, 0), /no stream/],
    ['two frames in one', frame(0, 0x32, 0, 0x2a, 0), /of two kinds/],
    ['a frame that is nothing', frame(0), /no known kind/],
    ['a field without number', frame(0, 0x00, 0x00), /no number/],
    ['a group', frame(0, 0x7b), /no known wire type/],
    ['a wrong wire type', frame(0, 0x0a, 0x00), /wrong wire type/],
    ['torn UTF-8 in a method', frame(0, 0x12, 4, 0x0a, 2, 0xc3, 0x28), /no UTF-8/],
    ['an empty part', frame(0, 0x22, 0), /is empty/],
    ['more data than its size', frame(0, 0x1a, 3, 0x12, 1, 0), /longer than it says/],
    ['a window beyond 32 bits', frame(0, 0x38, 255, 255, 255, 255, 31), /larger than 32 bits/],
    ['a ping of 7 bytes', frame(2, 1, 2, 3, 4, 5, 6, 7), /not of 8 bytes/],
    ['settings of a stream', frame(1, 8, 1, 0x32, 0), /settings are of one stream/],
    ['a header field without name', frame(1, 0x12, 2, 0x0a, 0), /no name/],
  ]
  it.each(refused)('that are %s are refused with the reason', (_, bytes, reason) => {
    expect(() => read([bytes])).toThrow(reason)
    expect(() => read([bytes])).toThrow(expect.objectContaining({ code: 'RPC_PROTOCOL' }))
  })

  it('are read or refused, and never anything else', () => {
    fc.assert(
      fc.property(
        frames,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        (list, hits) => {
          const bytes = written(list)
          for (const [at, byte] of hits) if (bytes.length > 0) bytes[at % bytes.length] = byte
          expect(refusal(bytes)).toBeOneOf([undefined, 'RPC_PROTOCOL'])
        },
      ),
    )
  })

  it('of header fields beyond their bound leave the rest of the frame to be read', () => {
    const headers = new Map([['big', ['x'.repeat(500)]]])
    const bytes = written([{ from: 'answerer', frame: { kind: 'headers', stream: 3, headers } }])
    expect(read([bytes], { frameBytes: 65_536, metadataBytes: 100 })).toEqual([
      { from: 'answerer', frame: { kind: 'headers', stream: 3, headers: undefined } },
    ])
  })

  it('do not reserve memory by what they announce', () => {
    const before = process.memoryUsage().arrayBuffers
    const readers = Array.from({ length: 1000 }, () => [
      Buffer.from([0, 0, 255, 255]),
      Buffer.of(1),
    ])
    for (const chunks of readers) expect(read(chunks)).toEqual([])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000)
  })
})
