import { Duplex } from 'node:stream'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { createRpcServer } from '../src/index.ts'
import { read, type Sent, written } from './frames.ts'
import { numbers, upTo } from './numbers.ts'

const none = new Map<string, string[]>()
const settings: Sent = {
  from: 'answerer',
  frame: { kind: 'settings', revisions: [1], window: 65_536 },
}

/** The other end of a connection: takes what a server writes, gives it what a test says. */
class OtherEnd extends Duplex {
  readonly heard: Buffer[] = []

  override _read(): void {
    // Given by `push`.
  }

  override _write(data: Buffer, _: BufferEncoding, written_: () => void): void {
    this.heard.push(data)
    written_()
  }
}

const stream = fc.integer({ min: 0, max: 6 })
const data = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes))
const method = fc
  .constantFrom('Double', 'Sum', 'Count', 'Each', 'None')
  .map((each) => `test.Numbers/${each}`)

const fromCaller: fc.Arbitrary<Sent> = fc
  .oneof(
    fc.record({
      kind: fc.constant('newStream' as const),
      stream,
      method,
      headers: fc.constant(none),
      window: fc.nat(70_000),
      revision: fc.constant(1),
    }),
    fc.record({ kind: fc.constant('message' as const), stream, size: fc.nat(80), data }),
    fc.record({ kind: fc.constant('more' as const), stream, data }),
    fc.record({ kind: fc.constant('window' as const), stream, bytes: fc.nat(0xffff_ffff) }),
    fc.record({ kind: fc.constantFrom('halfClose' as const, 'cancel' as const), stream }),
  )
  .map((frame) => ({ from: 'caller', frame }))

const fromCarrier: fc.Arbitrary<Sent> = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((bytes) => ({ from: 'carrier', frame: { kind: 'ping', payload: Buffer.from(bytes) } }))

/** Frames in any order, a few bytes of which were changed, and cut into pieces anywhere. */
const hostile = fc
  .record({
    frames: fc.array(fc.oneof({ weight: 8, arbitrary: fromCaller }, fromCarrier), {
      maxLength: 40,
    }),
    changes: fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 4 }),
    cuts: fc.array(fc.nat(4000), { maxLength: 6 }),
  })
  .map(({ frames, changes, cuts }) => {
    const bytes = written([settings, ...frames])
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
    const places = [
      0,
      ...cuts.filter((at) => at < bytes.length).toSorted((a, b) => a - b),
      bytes.length,
    ]
    return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
  })

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** What has become of a connection; reading what came of it fails when that is no frames. */
function verdictOn(end: OtherEnd): string {
  const last = read([Buffer.concat(end.heard)]).at(-1)?.frame
  if (!end.writableEnded && !end.destroyed) return 'open'
  return last?.kind === 'goAway' && last.status.code === 'INTERNAL'
    ? 'closed with a reason'
    : 'closed without a reason'
}

describe('a server that is sent frames drawn by lot', { timeout: 120_000 }, () => {
  it('answers on, or says why it closes; and its other connections are as before', async () => {
    const faults: unknown[] = []
    const server = createRpcServer({ onError: (error) => faults.push(error) }).add(numbers, {
      double: ({ value }) => ({ value }),
      count: ({ value }) => upTo(Math.min(Math.abs(value), 20)),
      async sum(requests) {
        let value = 0
        for await (const each of requests) value = (value + each.value) | 0
        return { value }
      },
      async *each(requests) {
        for await (const { value } of requests) yield { value }
      },
    })
    const counts = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(hostile, async (pieces) => {
        const end = new OtherEnd()
        server.accept({ name: 'hostile', open: () => end })
        for (const piece of pieces) {
          if (end.destroyed || end.writableEnded) break
          end.push(piece)
          await turn()
        }
        await turn()
        await turn()
        const verdict = verdictOn(end)
        counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
        expect(['open', 'closed with a reason']).toContain(verdict)
        end.destroy()
      }),
      { numRuns: 500, seed: 20_261_126 },
    )
    // Both happen, or it would say little.
    for (const count of counts.values()) expect(count).toBeGreaterThan(50)
    expect(counts.size).toBe(2)
    expect(faults).toEqual([])
    await server.close(0)
  })
})
