import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { ResolvedLimits } from '../src/checks/limits.ts'
import { BodyFeed } from '../src/multipart/body-feed.ts'

const limits = { idleTime: Infinity, totalBytes: Infinity } as ResolvedLimits

/** Reads a body to its end. */
async function readWhole(body: Readable): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    new BodyFeed(body, limits, { push: () => {}, end: resolve, failed: reject }).start()
  })
}

describe('a body that has been read', () => {
  it('may break off without an end of the process', async () => {
    const body = new Readable({ read: () => {}, autoDestroy: false })
    const read = readWhole(body)
    body.push('all')
    body.push(null)
    await read
    body.destroy(new Error('broken off'))
    await new Promise((resolve) => body.once('close', resolve))
    expect(body.errored?.message).toBe('broken off')
  })

  it('holds nothing of its reader: one request listens as every other', async () => {
    const bodies = [Readable.from(['one']), Readable.from(['two'])]
    for (const body of bodies) await readWhole(body)
    const [first, second] = bodies.map((body) => body.listeners('error'))
    expect(first).toEqual(second)
    expect(first).toHaveLength(1)
  })
})
