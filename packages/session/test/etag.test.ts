import { statSync } from 'node:fs'
import peer from 'etag'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { etag } from '@tokkyu/session'

describe('etag', () => {
  it(
    'equals the etag package on random text and bytes, strong and weak',
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(
          fc.string({ unit: 'binary' }),
          fc.uint8Array({ maxLength: 600 }),
          (text, bytes) => {
            expect(etag(text)).toBe(peer(text))
            expect(etag(text, { weak: true })).toBe(peer(text, { weak: true }))
            expect(etag(Buffer.from(bytes))).toBe(peer(Buffer.from(bytes)))
          },
        ),
      )
    },
  )

  it('equals the etag package on nothing at all', () => {
    expect(etag('')).toBe(peer(''))
    expect(etag(Buffer.alloc(0))).toBe(peer(Buffer.alloc(0)))
  })

  it('equals the etag package on file stats, weak unless told otherwise', () => {
    const stats = statSync(import.meta.filename)
    expect(etag(stats)).toBe(peer(stats))
    expect(etag(stats, { weak: false })).toBe(peer(stats, { weak: false }))
  })

  it.each([null, undefined, 1, {}, { size: 1, mtime: 'today' }])('refuses %j', (entity) => {
    expect(() => etag(entity as never)).toThrow(TypeError)
  })
})
