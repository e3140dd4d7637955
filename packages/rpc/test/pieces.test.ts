import { describe, expect, it } from 'vitest'

import { Pieces } from '../src/wire/pieces.ts'
import { read, written } from './frames.ts'

const bytes = (length: number, first = 0): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (first + at) % 251))

describe('bytes that come in pieces', () => {
  it.each([
    ['all short', Array.from({ length: 500 }, () => 1)],
    ['all long', [5000, 70_000, 4096]],
    ['short before long', [1, 2, 3, 5000]],
    ['short behind long', [5000, 3, 2, 1]],
    ['short between long', [5000, 7, 8, 5000, 9]],
    ['one alone', [5000]],
    ['none', []],
  ])('become one: %s', (_, lengths) => {
    const pieces = new Pieces()
    let length = 0
    for (const each of lengths) {
      pieces.add(bytes(each, length))
      length += each
    }
    expect(pieces.length).toBe(length)
    expect(pieces.take().equals(bytes(length))).toBe(true)
    expect(pieces.length).toBe(0)
  })

  it('do not keep memory of which they are a small part', () => {
    const pieces = new Pieces()
    pieces.add(Buffer.alloc(1_000_000).subarray(0, 5000))
    expect(pieces.take().buffer.byteLength).toBeLessThanOrEqual(2 * 5000)
  })

  it('short ones take no memory of their own each', () => {
    const before = process.memoryUsage().arrayBuffers
    const pieces = new Pieces()
    for (let count = 0; count < 100_000; count++) pieces.add(Buffer.of(1))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
    expect(pieces.length).toBe(100_000)
  })
})

describe('a long frame', () => {
  const data = bytes(100_000)
  const frames = written([
    { from: 'caller', frame: { kind: 'message', stream: 1, size: data.length, data } },
    { from: 'caller', frame: { kind: 'cancel', stream: 1 } },
  ])

  it.each([1, 2, 3, 4, 5, 7, 4095, 4096, 65_536, 99_999, 100_000])(
    'is read the same when it comes %i bytes at a time',
    (size) => {
      const chunks: Buffer[] = []
      for (let at = 0; at < frames.length; at += size) {
        chunks.push(Buffer.from(frames.subarray(at, at + size)))
      }
      const [first, second, ...others] = read(chunks, { frameBytes: 262_144, metadataBytes: 100 })
      expect(first?.frame.kind === 'message' && first.frame.data.equals(data)).toBe(true)
      expect(second?.frame.kind).toBe('cancel')
      expect(others).toEqual([])
    },
  )
})
