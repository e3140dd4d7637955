import { connect } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteCollector } from '../../src/body/byte-collector.ts'
import { raw } from '../../src/body/index.ts'
import { livingBytes, until } from '../resources.ts'
import { parsingServer } from './parsing-server.ts'

const collect = (sign: string): ByteCollector => {
  const collector = new ByteCollector()
  for (let i = 0; i < 3; i++) collector.push(Buffer.alloc(20_000, sign))
  return collector
}

describe('a byte collector', () => {
  it('gives back what was put in, in order', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 20 })
    fc.assert(
      fc.property(chunks, fc.nat(5000), (parts, expected) => {
        const collector = new ByteCollector(expected)
        for (const part of parts) collector.push(Buffer.from(part))
        expect(collector.take()).toEqual(Buffer.concat(parts))
        expect(collector.length).toBe(collector.take().length)
      }),
    )
  })

  it('does not copy a body of one chunk', () => {
    const collector = new ByteCollector()
    const chunk = Buffer.from('all of it')
    collector.push(chunk)
    expect(collector.take()).toBe(chunk)
  })

  it('makes one text of chunks of any length, in order', () => {
    const lengths = fc.array(fc.oneof(fc.nat(50), fc.nat(70_000)), { maxLength: 12 })
    fc.assert(
      fc.property(lengths, fc.nat(90_000), (sizes, expected) => {
        const collector = new ByteCollector(expected)
        const parts = sizes.map((size, i) => Buffer.alloc(size, `<${i}>`))
        for (const part of parts) collector.push(part)
        const text = Buffer.concat(parts).toString('latin1')
        expect(collector.decode((bytes) => bytes.toString('latin1'))).toBe(text)
        expect(collector.take().toString('latin1')).toBe(text)
      }),
      { numRuns: 30, seed: 24 },
    )
  })

  it('gives away no memory that it decodes in', () => {
    const taken = collect('a').take()
    const decoded = collect('b').decode((bytes) => bytes.toString())
    expect(taken.toString()).toBe('a'.repeat(60_000))
    expect(decoded).toBe('b'.repeat(60_000))
  })

  it('changes no chunk that it was given', () => {
    const collector = new ByteCollector()
    const first = Buffer.from('abcdef').subarray(0, 3)
    collector.push(first)
    collector.push(Buffer.from('xyz'))
    expect(collector.take().toString()).toBe('abcxyz')
    expect(Buffer.from(first.buffer, first.byteOffset, 6).toString()).toBe('abcdef')
  })
})

describe('a body that comes byte by byte', () => {
  it('takes little more than its bytes', { timeout: 20_000 }, async () => {
    await using server = await parsingServer(raw({ limit: '1mb' }))
    let seen = 0
    server.server.on('request', (req) => req.on('data', () => seen++))
    const socket = connect(server.port, '127.0.0.1')
    socket.write(
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
    )
    const before = livingBytes()
    const count = 60_000
    for (let i = 0; i < count; i += 1000) socket.write('1\r\nx\r\n'.repeat(1000))
    await until(() => seen === count, 'all arrived', 10_000)
    expect(livingBytes() - before).toBeLessThan(3_000_000)
    socket.destroy()
  })
})
