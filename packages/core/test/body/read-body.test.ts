import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { createGunzip, gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { readBody, type BodyCallback, type Reading } from '../../src/body/read-body.ts'

/** A request whose body the test pushes. */
function request(): IncomingMessage {
  return new IncomingMessage(new Socket())
}

function reading(given: Partial<Reading>): Reading {
  return { inflater: undefined, announced: undefined, limit: 10, ...given }
}

const listeners = (req: IncomingMessage): number =>
  ['data', 'end', 'close', 'error'].reduce((sum, name) => sum + req.listenerCount(name), 0)

interface Ending {
  readonly limit?: number
  readonly act: (req: IncomingMessage) => unknown
  readonly type?: string
}

const zipped = gzipSync('four')

const plain: Record<string, Ending> = {
  'when it ends': { act: (req) => [req.push('four'), req.push(null)] },
  'when it is too long': { limit: 3, act: (req) => req.push('four'), type: 'entity.too.large' },
  'when it is torn down': {
    act: (req) => [req.push('fo'), req.destroy()],
    type: 'request.aborted',
  },
  'when it fails': {
    act: (req) => [req.push('fo'), req.destroy(new Error('reset'))],
    type: 'request.aborted',
  },
}

const compressed: Record<string, Ending> = {
  'when it ends': { act: (req) => [req.push(zipped), req.push(null)] },
  'when it is too long': { limit: 3, act: (req) => req.push(zipped), type: 'entity.too.large' },
  'when it is no gzip': { act: (req) => req.push('four') },
  'when it is torn down': { act: (req) => req.destroy(), type: 'request.aborted' },
}

describe('reading a body', () => {
  it.each(Object.entries(plain))('leaves no listener behind %s', async (_name, ending) => {
    const req = request()
    const before = listeners(req)
    const done = vi.fn<BodyCallback>()
    readBody(req, reading({ limit: ending.limit ?? 10 }), done)
    ending.act(req)
    await vi.waitFor(() => expect(done).toHaveBeenCalledOnce())
    expect(listeners(req)).toBe(before)
    const [error] = done.mock.calls[0] as [{ type: string } | undefined]
    expect(error?.type).toBe(ending.type)
  })

  it.each(Object.entries(compressed))('destroys its inflater %s', async (_name, ending) => {
    const req = request()
    const before = listeners(req)
    const inflater = createGunzip()
    const done = vi.fn<BodyCallback>()
    readBody(req, reading({ inflater, limit: ending.limit ?? 10 }), done)
    ending.act(req)
    await vi.waitFor(() => expect(done).toHaveBeenCalledOnce())
    expect(inflater.destroyed).toBe(true)
    expect(listeners(req)).toBe(before)
  })

  it('calls back once, whatever comes afterwards', async () => {
    const req = request()
    const done = vi.fn<BodyCallback>()
    readBody(req, reading({ limit: 3 }), done)
    req.push('four')
    await vi.waitFor(() => expect(done).toHaveBeenCalledOnce())
    req.on('error', () => {}).push('more')
    req.destroy(new Error('reset'))
    await new Promise(setImmediate)
    expect(done).toHaveBeenCalledOnce()
  })

  it('compares with the length that was announced', async () => {
    const req = request()
    const done = vi.fn<BodyCallback>()
    readBody(req, reading({ announced: 5 }), done)
    req.push('four')
    req.push(null)
    await vi.waitFor(() => expect(done).toHaveBeenCalledOnce())
    expect(done.mock.calls[0]?.[0]).toMatchObject({
      type: 'request.size.invalid',
      expected: 5,
      received: 4,
    })
  })
})
