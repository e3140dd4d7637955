import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { FileStore } from '@tokkyu/session'

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-model-'))
afterAll(() => rmSync(folder, { recursive: true }))

const id = fc.constantFrom('a', 'b', 'c d', '__proto__', 'é')
const step = fc.oneof(
  fc.record({
    verb: fc.constant('set' as const),
    id,
    value: fc.string({ unit: 'grapheme', maxLength: 8 }),
  }),
  fc.record({ verb: fc.constant('destroy' as const), id }),
  fc.record({ verb: fc.constantFrom('compact' as const, 'reopen' as const, 'wait' as const) }),
)

describe('a FileStore', () => {
  it(
    'holds what a Map would, over any order of writing, rewriting and opening anew',
    { timeout: 60_000 },
    async () => {
      let files = 0
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const options = { path: path.join(folder, `${files++}`) }
          let store = new FileStore(options)
          const model = new Map<string, string>()
          let pending: Promise<unknown>[] = []
          for (const action of steps) {
            if (action.verb === 'set') {
              const cookie = { originalMaxAge: 60_000, expires: new Date(Date.now() + 60_000) }
              pending.push(
                store.set(action.id, { value: action.value, cookie }) as Promise<unknown>,
              )
              model.set(action.id, action.value)
            } else if (action.verb === 'destroy') {
              pending.push(store.destroy(action.id) as Promise<unknown>)
              model.delete(action.id)
            } else if (action.verb === 'compact') {
              pending.push(store.compact().catch(() => {})) // given up when the store is closed
            } else {
              if (action.verb === 'wait') await Promise.all(pending)
              else await store.close()
              if (action.verb === 'reopen') store = new FileStore(options)
              pending = []
            }
          }
          await store.close()
          store = new FileStore(options)
          const found = Object.entries(store.sessions).map(([key, { value }]) => [key, value])
          await store.close()
          expect(store.recovery).toBeUndefined()
          expect(new Map(found as [string, string][])).toEqual(model)
        }),
        { numRuns: 150 },
      )
    },
  )
})
