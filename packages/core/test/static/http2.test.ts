import { once } from 'node:events'
import { connect, createServer, type ClientHttp2Session } from 'node:http2'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sendFile, serveStatic, type StaticHandler } from '../../src/static/index.ts'
import { openDescriptors, until } from '../resources.ts'

let root: string
let serve: StaticHandler
let client: ClientHttp2Session
const codes: unknown[] = []

const server = createServer((request, response) => {
  // The compatibility API of node:http2 has the shape of node:http.
  const req = request as unknown as IncomingMessage
  const res = response as unknown as ServerResponse
  if (req.headers['x-send'] === undefined) return serve(req, res, (error) => codes.push(error))
  sendFile(req, res, String(req.url), { root }, (error) => {
    codes.push((error as { code?: string } | undefined)?.code)
  })
})

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'http2-'))
  await writeFile(join(root, 'small.txt'), 'small')
  await writeFile(join(root, 'large.bin'), Buffer.alloc(3_000_000, 'x'))
  serve = serveStatic(root)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterAll(async () => {
  client.close()
  server.close()
  await rm(root, { recursive: true })
})
beforeEach(() => {
  codes.length = 0
})

async function get(path: string, headers = {}): Promise<[number, number]> {
  const stream = client.request({ ':path': path, ...headers })
  const [reply] = (await once(stream, 'response')) as [Record<string, unknown>]
  let size = 0
  for await (const chunk of stream) size += (chunk as Buffer).length
  return [Number(reply[':status']), size]
}

describe.each([{}, { 'x-send': '1' }])('a file over HTTP/2, %j', (how) => {
  it.each([
    ['/small.txt', 200, 5],
    ['/large.bin', 200, 3_000_000],
  ])('%s is sent', async (path, status, size) => {
    expect(await get(path, how)).toEqual([status, size])
    expect(await get(path, { ...how, range: 'bytes=0-1' })).toEqual([206, 2])
    expect(await get(path, { ...how, ':method': 'HEAD' })).toEqual([200, 0])
    expect(codes.filter((code) => code !== undefined)).toEqual([])
  })

  it('is left alone when the stream is reset', async () => {
    const before = openDescriptors()
    const stream = client.request({ ':path': '/large.bin', ...how })
    stream.on('error', () => {})
    await once(stream, 'data')
    stream.destroy()
    await until(() => openDescriptors() <= before, 'descriptor closed')
    const told = 'x-send' in how ? ['ECONNABORTED'] : []
    await until(() => codes.length === told.length, 'told')
    expect(codes).toEqual(told)
  })
})
