import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import type { ServerResponse } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import { sendFile, serveStatic } from '../../src/static/index.ts'
import { sendPieces } from '../../src/static/send-pieces.ts'
import { ABORTS, livingBytes, openDescriptors, until } from '../resources.ts'
import { fileServer, type FileServer } from './file-server.ts'

const files = { 'large.bin': Buffer.alloc(2_000_000, 'x'), 'small.txt': 'small' }

/** Clients that leave before, in and after the answer, a batch at a time. */
async function leave(server: FileServer, count: number): Promise<void> {
  for (let start = 0; start < count; start += 20) {
    const batch = Array.from({ length: Math.min(20, count - start) }, async (_, i) => {
      const socket = server.dial(i % 5 === 0 ? '/small.txt' : '/large.bin')
      if (i % 3 === 0) await once(socket, 'connect')
      else if (i % 3 === 1) await once(socket, 'data')
      else await new Promise(setImmediate)
      if (i % 2 === 0) socket.resetAndDestroy()
      else socket.destroy()
    })
    // oxlint-disable-next-line no-await-in-loop -- so many at a time
    await Promise.all(batch)
  }
  for (let left = 1; left > 0;) {
    // oxlint-disable-next-line no-await-in-loop -- it is the waiting
    left = await server.connections()
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

// A handle that nobody closed is closed by the collector, which warns of it (DEP0137).
const failures: unknown[] = []
const noteFailure = (error: unknown): void => void failures.push(error)
process.on('unhandledRejection', noteFailure).on('warning', noteFailure)
afterAll(() => {
  process.off('unhandledRejection', noteFailure).off('warning', noteFailure)
})

describe.each(['serveStatic', 'sendFile'] as const)('%s', (which) => {
  it(`loses nothing to ${ABORTS} clients that leave`, { timeout: 120_000 }, async () => {
    // Codes alone: an error keeps alive what was on the stack when it was made.
    const codes: (string | undefined)[] = []
    const noteCode = (error?: unknown): void => {
      codes.push((error as { code?: string } | undefined)?.code)
    }
    await using server = await fileServer((root) => {
      const serve = serveStatic(root)
      return (req, res) => {
        if (which === 'serveStatic') serve(req, res, noteCode)
        else sendFile(req, res, String(req.url), { root }, noteCode)
      }
    }, files)
    await leave(server, 60)
    const atRest = openDescriptors()
    const bytes = livingBytes()
    codes.length = 0
    await leave(server, ABORTS)
    await until(() => openDescriptors() <= atRest, 'descriptors closed')
    expect(livingBytes() - bytes).toBeLessThan(2_000_000 + ABORTS * 500)
    await new Promise((resolve) => setTimeout(resolve, 20))
    // serveStatic has nobody to tell; sendFile tells each time, and nothing but that.
    const allowed = which === 'serveStatic' ? [] : ['ECONNABORTED', undefined]
    expect(codes.filter((code) => !allowed.includes(code))).toEqual([])
    expect(failures).toEqual([])
  })
})

describe('a client that leaves while the first bytes are read', () => {
  it('leaves no descriptor behind', async () => {
    await using server = await fileServer(() => (_req, _res, next) => next(), files)
    const before = openDescriptors()
    class Leaving extends EventEmitter {
      asked = 0
      get destroyed(): boolean {
        return ++this.asked > 1
      }
    }
    const res = new Leaving() as unknown as ServerResponse
    const pieces = [{ start: 0, end: 1_999_999 }]
    await expect(sendPieces(res, join(server.root, 'large.bin'), pieces)).rejects.toMatchObject({
      code: 'ECONNABORTED',
    })
    expect(openDescriptors()).toBe(before)
  })
})
