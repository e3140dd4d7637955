import { describe, expect, it } from 'vitest'
import { hasChangedSince, lockClock, locked } from '../src/session/session-lock.ts'
import { StoreAccess } from '../src/session/store-access.ts'

/** A store without versions: whether somebody has written to it meanwhile, the locks alone can tell. */
function accessWithoutVersions(): StoreAccess {
  return new StoreAccess({ get() {}, set() {}, destroy() {} }, 1000)
}

function change(access: StoreAccess, ...ids: readonly string[]): void {
  for (const id of ids) void locked(access, id, () => undefined)
}

/** More sessions than are remembered at once. */
const others = Array.from({ length: 20_000 }, (_, n) => `other ${n}`)

describe('what is remembered of locks', () => {
  it('is which sessions were changed since a moment', () => {
    const access = accessWithoutVersions()
    change(access, 'before')
    const moment = lockClock(access)
    change(access, 'after')
    expect(hasChangedSince(access, 'after', moment)).toBe(true)
    expect(hasChangedSince(access, 'before', moment)).toBe(false)
    expect(hasChangedSince(access, 'never', moment)).toBe(false)
  })

  it.each([1, 4_999, 5_000, 5_001, 9_999, 10_000, 10_001, 20_000])(
    'holds for a change that %i others followed',
    (count) => {
      const access = accessWithoutVersions()
      const moment = lockClock(access)
      change(access, 'ours', ...others.slice(0, count))
      expect(hasChangedSince(access, 'ours', moment)).toBe(true)
    },
  )

  it.each([1, 4_999, 5_000, 5_001, 9_999, 10_000, 20_000])(
    'holds for a moment behind %i changes',
    (count) => {
      const access = accessWithoutVersions()
      change(access, 'ours', ...others.slice(0, count))
      const moment = lockClock(access)
      change(access, 'another')
      expect(hasChangedSince(access, 'ours', moment)).toBe(false)
      expect(hasChangedSince(access, 'another', moment)).toBe(true)
    },
  )

  it('counts as changed what is forgotten', () => {
    const access = accessWithoutVersions()
    const moment = lockClock(access)
    change(access, ...others)
    expect(hasChangedSince(access, 'never', moment)).toBe(true)
  })
})
