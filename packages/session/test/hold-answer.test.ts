import type { ServerResponse } from 'node:http'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import session, { MemoryStore } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import type { Answer, Client } from './client.ts'

type Step =
  | readonly ['write' | 'end', text: string]
  | readonly ['header' | 'writeHead', name: string]
  | readonly ['status', code: number]
  | readonly ['flush' | 'wait' | 'bare end']

const step = fc.oneof(
  fc.tuple(
    fc.constantFrom('write' as const, 'end' as const),
    fc.constantFrom('a', 'é', 'x'.repeat(3000)),
  ),
  fc.tuple(fc.constantFrom('header' as const, 'writeHead' as const), fc.constantFrom('x-a', 'x-b')),
  fc.tuple(fc.constant('status' as const), fc.constantFrom(200, 201, 204, 304, 404)),
  fc.tuple(fc.constantFrom('flush' as const, 'wait' as const, 'bare end' as const)),
)

/** Answers by the steps; what throws is part of the behaviour. */
async function answer(res: ServerResponse, steps: readonly Step[], seen: unknown[]): Promise<void> {
  res.on('error', () => {}) // node's answer to writing after the end
  for (const [verb, value] of [...steps, ['bare end'] as const] as [string, never][]) {
    try {
      if (verb === 'wait') await new Promise((resolve) => setTimeout(resolve, 3))
      else if (verb === 'write') res.write(value)
      else if (verb === 'end') res.end(value)
      else if (verb === 'bare end') res.end()
      else if (verb === 'flush') res.flushHeaders()
      else if (verb === 'header') res.setHeader(value, '1')
      else if (verb === 'writeHead') res.writeHead(202, 'Fine', { [value as string]: '2' })
      else res.statusCode = value
      seen.push([verb, res.headersSent, res.writableEnded])
    } catch (error) {
      seen.push([verb, (error as { code: string }).code])
    }
  }
}

/** A store whose writes take a turn of the event loop or two. */
class LateStore extends MemoryStore {
  override set(...[id, data, callback, options]: Parameters<MemoryStore['set']>): unknown {
    return super.set(id, data, (...args) => setTimeout(() => callback?.(...args), 1), options)
  }
}

function comparable({ status, headers, text }: Answer): unknown {
  const { date: _, 'set-cookie': __, vary: ___, 'cache-control': ____, ...rest } = headers
  return { status, text, rest }
}

describe('an answer held back for its session', () => {
  it.each([
    ['at once', new MemoryStore()],
    ['later', new LateStore()],
  ])(
    'by a store that answers %s is the same as without a session',
    { timeout: 60000 },
    async (_when, store) => {
      const sessions = session<{ n: number }>({ secret, store, resave: false })
      let current: readonly Step[] = []
      let seen: unknown[] = []
      let running: Promise<void> | undefined
      const bare = await serve((_req, res) => {
        running = answer(res, current, seen)
      })
      const held = await serve((req, res) =>
        sessions(req, res, () => {
          sessions.of(req).n = 1
          running = answer(res, current, seen)
        }),
      )
      const behaviour = async (client: Client): Promise<unknown> => {
        seen = []
        const got = comparable(await client.get('/'))
        await running
        return [got, seen]
      }
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
          current = steps
          const expected = await behaviour(bare)
          expect(await behaviour(held.other())).toEqual(expected)
        }),
        { numRuns: 150 },
      )
    },
  )
})
