import { describe, expect, it, vi } from 'vitest'
import { serveStatic } from '../../src/static/index.ts'
import { fileServer, type Reply } from './file-server.ts'

const digits = '0123456789'
const large = Array.from({ length: 40_000 }, (_, i) => String(i).padStart(5, '0')).join('')

/** The parts of a multipart/byteranges body, by their Content-Range. */
function partsOf({ headers, body }: Reply): Record<string, string> {
  const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(
    headers['content-type'] ?? '',
  )?.[1]
  const parts = body.split(`\r\n--${boundary}`)
  expect(parts.at(0)).toBe('')
  expect(parts.at(-1)).toBe('--\r\n')
  const read = parts.slice(1, -1).map((part) => {
    const [head = '', content = ''] = part.split('\r\n\r\n')
    return [/Content-Range: (.*)/.exec(head)?.[1] ?? head, content] as const
  })
  return Object.fromEntries(read)
}

describe('several ranges', () => {
  it('come in parts, each with its type and its range (RFC 9110 §14.6)', async () => {
    await using server = await fileServer((root) => serveStatic(root), { 'a.txt': digits })
    const reply = await server.get('/a.txt', { range: 'bytes=0-1, 4-5,-1' })
    expect(reply.status).toBe(206)
    expect(reply.headers['content-range']).toBeUndefined()
    expect(reply.headers['content-length']).toBe(String(reply.body.length))
    expect(reply.body).toContain(
      'Content-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/10',
    )
    expect(partsOf(reply)).toEqual({
      'bytes 0-1/10': '01',
      'bytes 4-5/10': '45',
      'bytes 9-9/10': '9',
    })
  })

  it.each([
    ['the disk', false],
    ['memory', { fileSize: '1mb' }],
  ] as const)('come from %s', async (_where, memory) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    await using server = await fileServer((root) => serveStatic(root, { memory }), {
      'a.txt': large,
    })
    await server.get('/a.txt')
    const reply = await server.get('/a.txt', { range: 'bytes=0-99999,150000-150004,-5' })
    vi.useRealTimers()
    expect(reply.headers['content-length']).toBe(String(reply.body.length))
    expect(partsOf(reply)).toEqual({
      'bytes 0-99999/200000': large.slice(0, 100_000),
      'bytes 150000-150004/200000': '30000',
      'bytes 199995-199999/200000': '39999',
    })
  })

  it('that overlap or touch are one', async () => {
    await using server = await fileServer((root) => serveStatic(root), { 'a.txt': digits })
    const reply = await server.get('/a.txt', { range: 'bytes=0-3,2-5,6-7' })
    expect(reply).toMatchObject({ status: 206, body: '01234567' })
    expect(reply.headers['content-range']).toBe('bytes 0-7/10')
  })

  it('beyond reason are ignored (CVE-2011-3192)', async () => {
    await using server = await fileServer((root) => serveStatic(root), { 'a.txt': digits })
    const range = `bytes=${Array.from({ length: 500 }, () => '0-0').join(',')}`
    expect(await server.get('/a.txt', { range })).toMatchObject({ status: 200, body: digits })
    const ladder = `bytes=${Array.from({ length: 100 }, (_, i) => `${i}-`).join(',')}`
    expect(await server.get('/a.txt', { range: ladder })).toMatchObject({ status: 200 })
  })
})

describe('a range', () => {
  it.each([
    ['bytes=0-0', 206, '0'],
    ['bytes=9-', 206, '9'],
    ['bytes=-3', 206, '789'],
    ['bytes=5-99', 206, '56789'],
    ['bytes=-99', 206, digits],
    ['bytes=0-1,99-', 206, '01'],
    ['bytes=10-', 416, 'RangeNotSatisfiableError'],
    ['bytes=-0', 416, 'RangeNotSatisfiableError'],
    ['bytes=5-2', 416, 'RangeNotSatisfiableError'],
    ['bytes=a-b', 200, digits],
    ['bytes', 200, digits],
    ['lines=0-1', 200, digits],
  ])('%j is answered %d', async (range, status, body) => {
    await using server = await fileServer((root) => serveStatic(root), { 'a.txt': digits })
    expect(await server.get('/a.txt', { range })).toMatchObject({ status, body })
  })

  it('that cannot be satisfied is told the size, and takes no cache headers with it', async () => {
    await using server = await fileServer((root) => serveStatic(root, { maxAge: '1y' }), {
      'a.txt': digits,
    })
    const { headers } = await server.get('/a.txt', { range: 'bytes=10-' })
    expect(headers['content-range']).toBe('bytes */10')
    expect(headers['cache-control']).toBeUndefined()
    expect(headers.etag).toBeUndefined()
    expect(server.outcomes).toEqual([
      expect.objectContaining({ status: 416, headers: { 'Content-Range': 'bytes */10' } }),
    ])
  })

  it('of an empty file is all of it', async () => {
    await using server = await fileServer((root) => serveStatic(root), { 'a.txt': '' })
    expect(await server.get('/a.txt', { range: 'bytes=0-' })).toMatchObject({
      status: 200,
      body: '',
    })
  })

  it('counts for a 200 alone', async () => {
    await using server = await fileServer(
      (root) => (req, res, next) => {
        res.statusCode = 503
        serveStatic(root)(req, res, next)
      },
      { 'a.txt': digits },
    )
    const headers = { range: 'bytes=0-1', 'if-match': '"other"', 'if-none-match': '*' }
    expect(await server.get('/a.txt', headers)).toMatchObject({ status: 503, body: digits })
  })

  it('holds while the file is the one of If-Range', async () => {
    await using server = await fileServer(
      (root) => serveStatic(root, { setHeaders: (res) => void res.setHeader('ETag', '"strong"') }),
      { 'a.txt': digits },
    )
    const ask = async (ifRange: string): Promise<number> =>
      (await server.get('/a.txt', { range: 'bytes=0-1', 'if-range': ifRange })).status
    expect(await ask('"strong"')).toBe(206)
    expect(await ask('"other"')).toBe(200)
    expect(await ask('W/"strong"')).toBe(200)
  })
})
