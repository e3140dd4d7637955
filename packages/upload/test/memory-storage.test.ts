import { Buffer } from 'node:buffer'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { memoryStorage, type UploadedFile } from '@tokkyu/upload'

/** What the engine makes of these pieces when the request announced so many bytes. */
function store(pieces: readonly string[], announced?: string): Promise<Buffer> {
  const stream = new PassThrough()
  const req = { headers: { 'content-length': announced } }
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line no-underscore-dangle -- the name is multer's
    memoryStorage()._handleFile(
      req as never,
      { stream } as unknown as UploadedFile,
      (error, info) => (error ? reject(error) : resolve(info?.buffer as Buffer)),
    )
    for (const piece of pieces) stream.write(piece)
    stream.end()
  })
}

describe('memory storage', () => {
  it.each<[string, string[], string | undefined]>([
    ['nothing', [], '100'],
    ['one piece', ['abc'], '100'],
    ['several pieces', ['abc', 'def', 'ghi'], '9'],
    ['several pieces, nothing announced', ['abc', 'def', 'ghi'], undefined],
    ['far less than was announced', ['abc', 'def'], '1000'],
    ['more than was announced', ['abc', 'def', 'g', 'h'], '7'],
    ['a first piece larger than was announced', ['abcdef', 'g', 'h'], '2'],
    ['far more than would be reserved', ['abc', 'def'], '99999999999'],
    ['what was announced in nonsense', ['abc', 'def'], 'x'],
    ['what was announced below zero', ['abc', 'def'], '-1'],
  ])('holds %s', async (_, pieces, announced) => {
    expect((await store(pieces, announced)).toString()).toBe(pieces.join(''))
  })

  it('holds no memory beyond the file', async () => {
    const small = await store(['a', 'b'], '2000000')
    expect(small.buffer.byteLength).toBeLessThan(100_000)
    const whole = await store(['a'.repeat(500), 'b'.repeat(500)], '1050')
    expect(whole.buffer.byteLength).toBe(1050)
  })

  it('fails with the stream', async () => {
    const stream = new PassThrough()
    const failure = new Error('gone')
    const outcome = new Promise((resolve) => {
      // oxlint-disable-next-line no-underscore-dangle -- the name is multer's
      memoryStorage()._handleFile(
        { headers: {} } as never,
        { stream } as unknown as UploadedFile,
        resolve,
      )
    })
    stream.destroy(failure)
    expect(await outcome).toBe(failure)
  })
})
