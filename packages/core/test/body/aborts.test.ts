import { once } from 'node:events'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { json } from '../../src/body/index.ts'
import { ABORTS, livingBytes, openDescriptors, until } from '../resources.ts'
import { parsingServer } from './parsing-server.ts'

const head = (...lines: string[]): string =>
  ['POST / HTTP/1.1', 'Host: a.test', 'Content-Type: application/json', ...lines, '', ''].join(
    '\r\n',
  )

const document = Buffer.from(JSON.stringify({ name: '論', list: [1, 2, 3] }))
const zipped = gzipSync(document)
const chunk = (bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n0\r\n\r\n'),
  ])

const requests: readonly (readonly [string, string, Buffer])[] = [
  ['plain', head(`Content-Length: ${document.length}`), document],
  ['plain, in chunks', head('Transfer-Encoding: chunked'), chunk(document)],
  ['compressed', head('Content-Encoding: gzip', `Content-Length: ${zipped.length}`), zipped],
  [
    'compressed, in chunks',
    head('Content-Encoding: gzip', 'Transfer-Encoding: chunked'),
    chunk(zipped),
  ],
]

const leave: Record<string, (socket: Socket) => unknown> = {
  'and closes': (socket) => socket.end(),
  'and is gone': (socket) => socket.resetAndDestroy(),
}

describe.each(requests)('a body, %s, whose client stops at byte n', (_name, start, body) => {
  it.each(Object.entries(leave))('%s, gives one error and no value', async (_way, go) => {
    await using server = await parsingServer(json())
    for (let cut = 0; cut < body.length; cut++) {
      const sockets = server.server
      const arrived = once(sockets, 'request')
      const socket = server.dial(Buffer.concat([Buffer.from(start), body.subarray(0, cut)]))
      // oxlint-disable-next-line no-await-in-loop -- one client after the other
      await arrived
      go(socket)
      // oxlint-disable-next-line no-await-in-loop
      await until(() => server.calls.length > 0, `answered after ${cut} bytes`)
      const [error, ...more] = server.calls.splice(0)
      expect([cut, error, more]).toEqual([cut, expect.objectContaining({ status: 400 }), []])
      expect(error).toMatchObject({ type: 'request.aborted', code: 'ECONNABORTED' })
      socket.destroy()
    }
  })
})

describe(`${ABORTS} clients that leave in the middle`, () => {
  it('leave no descriptor, no memory and no second call behind', { timeout: 120_000 }, async () => {
    await using server = await parsingServer(json())
    const round = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const [, start, body] = requests[i % requests.length] as (typeof requests)[number]
        const arrived = once(server.server, 'request')
        const socket = server.dial(
          Buffer.concat([Buffer.from(start), body.subarray(0, i % body.length)]),
        )
        // oxlint-disable-next-line no-await-in-loop -- one client after the other
        await arrived
        socket.resetAndDestroy()
      }
      await until(() => server.calls.length === count, 'all noticed', 20_000)
      expect(server.calls.splice(0)).toHaveLength(count)
      await until(() => openConnections(server.server) === 0, 'all closed')
    }
    await round(100)
    const descriptors = openDescriptors()
    const bytes = livingBytes()
    await round(ABORTS)
    expect(openDescriptors()).toBeLessThanOrEqual(descriptors + 2)
    // A leaked request alone weighs more than this per client; the rest is the test's own noise.
    expect(livingBytes() - bytes).toBeLessThan(1_000_000 + ABORTS * 500)
  })
})

function openConnections(server: object): number {
  return (server as { _connections: number })['_connections']
}
