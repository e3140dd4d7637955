import { Buffer } from 'node:buffer'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import upload, { defaultLimits, type Limits } from '@tokkyu/upload'
import { resolveLimits } from '../src/checks/limits.ts'
import { BOUNDARY, form, type Part } from './form.ts'
import { multipart, serve, until } from './server.ts'

const field = (body: string, name = 'a'): Part => ({ name, body })
const file = (body: string, filename = 'x'): Part => ({ name: 'f', filename, body })

describe('a limit', () => {
  // What equals a limit is allowed, what passes it is not: each row is the largest that is.
  it.each<[keyof Limits, number, Part[], Part[], number, string]>([
    ['fileSize', 3, [file('abc')], [file('abcd')], 413, 'LIMIT_FILE_SIZE'],
    ['fileSize', 0, [file('')], [file('a')], 413, 'LIMIT_FILE_SIZE'],
    ['files', 1, [file('')], [file(''), file('')], 413, 'LIMIT_FILE_COUNT'],
    ['files', 0, [field('x')], [file('')], 413, 'LIMIT_FILE_COUNT'],
    ['fields', 1, [field('x')], [field('x'), field('y')], 413, 'LIMIT_FIELD_COUNT'],
    [
      'parts',
      2,
      [field('x'), file('')],
      [field('x'), file(''), field('y')],
      413,
      'LIMIT_PART_COUNT',
    ],
    ['fieldSize', 3, [field('abc')], [field('abcd')], 413, 'LIMIT_FIELD_VALUE'],
    ['fieldNameSize', 3, [field('', 'abc')], [field('', 'abcd')], 400, 'LIMIT_FIELD_KEY'],
    ['fileNameSize', 3, [file('', 'abc')], [file('', 'abcd')], 400, 'LIMIT_FILE_NAME'],
    [
      'fieldNestingDepth',
      1,
      [field('', 'a[b]')],
      [field('', 'a[b][c]')],
      400,
      'LIMIT_FIELD_NESTING',
    ],
    [
      'fieldArrayIndexLimit',
      2,
      [field('', 'a[2]')],
      [field('', 'a[3]')],
      400,
      'LIMIT_FIELD_ARRAY_INDEX',
    ],
    [
      'headerPairs',
      1,
      [field('x')],
      [{ name: 'a', type: 'text/plain' }],
      400,
      'LIMIT_HEADER_PAIRS',
    ],
    ['headerSize', 41, [field('x', 'ab')], [field('x', 'abc')], 400, 'LIMIT_HEADER_SIZE'],
  ])('%s of %d', async (name, value, within, beyond, status, code) => {
    const server = await serve(upload({ limits: { [name]: value } }).any())
    expect((await server.send(form(within))).status).toBe(200)
    expect(await server.send(form(beyond))).toMatchObject({ status, body: { code } })
    expect(server.outcomes[1]).toMatchObject({
      name: 'MulterError',
      expose: true,
      statusCode: status,
    })
  })

  it('names the field and the file it concerns, and itself', async () => {
    const server = await serve(upload({ limits: { fileSize: 3 } }).any())
    await server.send(form([file('abcd', 'long.txt')]))
    expect(server.outcomes).toEqual([
      expect.objectContaining({
        field: 'f',
        filename: 'long.txt',
        limit: 3,
        message: 'File too large',
      }),
    ])
  })

  it('of a whole body counts every byte, whether announced or not', async () => {
    const body = form([field('x'.repeat(200))])
    const server = await serve(upload({ limits: { totalBytes: body.length } }).any())
    expect((await server.send(body)).status).toBe(200)
    const announced = await server.send(Buffer.concat([body, Buffer.from('!')]))
    expect(announced).toMatchObject({ status: 413, body: { code: 'LIMIT_TOTAL_BYTES' } })
    const chunked = await fetch(`http://127.0.0.1:${server.port}`, {
      method: 'POST',
      headers: { 'Content-Type': multipart },
      body: new Blob([body, '!']).stream(),
      duplex: 'half',
    })
    expect(chunked.status).toBe(413)
  })

  it('may depend on the request', async () => {
    const server = await serve(upload({ limits: fromPath }).any())
    const post = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${server.port}/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': multipart },
        body: new Uint8Array(form([file('abc')])),
      })
    expect((await post('3')).status).toBe(200)
    expect((await post('2')).status).toBe(413)
    // A limit that cannot be meant fails the request; it is not silently no limit.
    expect((await post('NaN')).status).toBe(500)
    expect(server.outcomes[2]).toBeInstanceOf(TypeError)
  })

  it('of time without a byte answers 408', async () => {
    const server = await serve(upload({ limits: { idleTime: 50 } }).any())
    const socket = connect(server.port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    socket.write(
      `POST / HTTP/1.1\r\nHost: test\r\nContent-Type: ${multipart}\r\nContent-Length: 1000000\r\n\r\n--${BOUNDARY}`,
    )
    await until(() => server.outcomes.length === 1, 'the request was given up')
    socket.destroy()
    expect(server.outcomes).toEqual([
      expect.objectContaining({ code: 'LIMIT_IDLE_TIME', status: 408 }),
    ])
  })

  it('of idle time does not count the time a filter takes', async () => {
    const server = await serve(
      upload({
        limits: { idleTime: 40 },
        fileFilter: (_req, _file, done) => void setTimeout(() => done(null, true), 150),
      }).any(),
    )
    const body = form([{ name: 'f', filename: 'x', body: Buffer.alloc(2_000_000) }])
    expect((await server.send(body)).status).toBe(200)
  })
})

describe('the table of limits', () => {
  it('has a value for each, all finite', () => {
    for (const value of Object.values(defaultLimits)) expect(Number.isFinite(value)).toBe(true)
  })

  it('is completed by the defaults', () => {
    expect(resolveLimits()).toEqual(defaultLimits)
    expect(resolveLimits({ files: 3, fields: undefined })).toEqual({ ...defaultLimits, files: 3 })
  })

  it('lets as much in as files may have, when their size was set', () => {
    const MiB = 1024 * 1024
    expect(resolveLimits({ fileSize: 1024 * MiB, files: 2 }).totalBytes).toBe(2056 * MiB)
    expect(resolveLimits({ fileSize: 1 }).totalBytes).toBe(defaultLimits.totalBytes)
    expect(resolveLimits({ fileSize: Infinity }).totalBytes).toBe(Infinity)
    expect(resolveLimits({ fileSize: Infinity, files: 0 }).totalBytes).toBe(
      defaultLimits.totalBytes,
    )
    expect(resolveLimits({ fileSize: 1024 * MiB, totalBytes: 5 }).totalBytes).toBe(5)
  })

  it('lets as many parts in as fields and files together, when either was raised', () => {
    expect(resolveLimits({ fields: 5_000 }).parts).toBe(5_020)
    expect(resolveLimits({ files: 30 }).parts).toBe(1_030)
    expect(resolveLimits({ files: 5, fields: 10 }).parts).toBe(defaultLimits.parts)
    expect(resolveLimits({ fields: Infinity }).parts).toBe(Infinity)
    expect(resolveLimits({ fields: 5_000, parts: 7 }).parts).toBe(7)
  })

  it('lets as much more in as files and fields were raised by', () => {
    const MiB = 1024 * 1024
    expect(resolveLimits({ files: 100 }).totalBytes).toBe(1608 * MiB)
    expect(resolveLimits({ fieldSize: 2 * MiB }).totalBytes).toBe(1064 * MiB)
    expect(resolveLimits({ fields: 1_010 }).totalBytes).toBe(74 * MiB)
    expect(resolveLimits({ fieldSize: 10, files: 2 }).totalBytes).toBe(defaultLimits.totalBytes)
    expect(resolveLimits({ fieldSize: Infinity }).totalBytes).toBe(Infinity)
    expect(resolveLimits({ fields: Infinity, fieldSize: 0 }).totalBytes).toBe(
      defaultLimits.totalBytes,
    )
    expect(resolveLimits({ files: 100, fields: 9_999, totalBytes: 5 }).totalBytes).toBe(5)
  })

  it.each<[Limits, Part[]]>([
    [{ fieldSize: 100_000_000 }, [field('x'.repeat(70_000_000))]],
    [{ fields: 1_500 }, Array.from({ length: 1_400 }, () => field('x'))],
    [{ files: 1_200 }, Array.from({ length: 1_100 }, () => file('x'))],
  ])('of %j alone is enough for a form that needs it', async (limits, parts) => {
    const server = await serve(upload({ limits }).any(), () => ({}))
    expect(await server.send(form(parts))).toMatchObject({ status: 200 })
  })

  // CVE-2026-12590: a limit of NaN or text switched body-parser's limit off.
  it.each([NaN, -1, 1.5, '10mb', '10', true, {}, -Infinity])('refuses %j at once', (value) => {
    expect(() => upload({ limits: { fileSize: value as number } })).toThrow(
      'Expected limits.fileSize to be a non-negative integer or Infinity',
    )
  })

  it('refuses a limit there is none of', () => {
    const misspelt = { filesize: 1 }
    expect(() => upload({ limits: misspelt as Limits })).toThrow('Cannot limit "filesize"')
  })
})

/** `/3` allows files of three bytes. */
function fromPath({ url }: { url?: string | undefined }): Limits {
  return { fileSize: Number(url?.slice(1)) }
}
