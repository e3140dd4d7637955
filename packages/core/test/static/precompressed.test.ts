import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serveStatic } from '../../src/static/index.ts'
import { preferredCodings } from '../../src/static/precompressed.ts'
import { fileServer } from './file-server.ts'

describe('Accept-Encoding', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['gzip', ['gzip']],
    ['gzip, deflate, br, zstd', ['br', 'zstd', 'gzip']],
    ['gzip;q=1, br;q=0.5', ['gzip', 'br']],
    ['br;q=0, gzip', ['gzip']],
    ['*', ['br', 'zstd', 'gzip']],
    ['*;q=0.1, gzip;q=0.5', ['gzip', 'br', 'zstd']],
    ['*, br;q=0', ['zstd', 'gzip']],
    ['*;q=0', []],
    ['identity', []],
    ['gzip;q=0.5, identity', []],
    ['gzip;q=0.5, identity;q=0.5', ['gzip']],
    ['GZIP ; Q=0.8', ['gzip']],
    ['gzip;q=much', ['gzip']],
    ['x-gzip', []],
    [',,,;;,q=1', []],
  ])('%j prefers %j', (header, codings) => {
    expect(preferredCodings(header, ['br', 'zstd', 'gzip'])).toEqual(codings)
  })

  it('of 16 kB costs nothing to speak of', () => {
    const started = process.cpuUsage()
    preferredCodings('gzip;q=0.1,'.repeat(1500), ['br'])
    preferredCodings(`${';'.repeat(16_000)},`, ['br'])
    expect(process.cpuUsage(started).user).toBeLessThan(500_000)
  })
})

const files = {
  'app.js': 'plain',
  'app.js.br': 'br bytes',
  'app.js.gz': 'gzip bytes',
  'only.css': 'plain css',
  'folder/index.html': 'plain index',
  'folder/index.html.zst': 'zstd index',
}

describe('a precompressed file', () => {
  it('is served to who takes it, with its type, a tag of its own and Vary', async () => {
    await using server = await fileServer(
      (root) => serveStatic(root, { precompressed: true }),
      files,
    )
    const plain = await server.get('/app.js')
    const br = await server.get('/app.js', { 'accept-encoding': 'gzip, br' })
    const gzip = await server.get('/app.js', { 'accept-encoding': 'gzip' })
    expect([plain.body, br.body, gzip.body]).toEqual(['plain', 'br bytes', 'gzip bytes'])
    expect(br.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'content-length': '8',
      vary: 'Accept-Encoding',
    })
    expect(plain.headers).toMatchObject({ vary: 'Accept-Encoding' })
    expect(plain.headers['content-encoding']).toBeUndefined()
    const tags = [plain, br, gzip].map(({ headers }) => headers.etag)
    expect(new Set(tags).size).toBe(3)
  })

  it('of the same size and time has a tag of its own all the same', async () => {
    await using server = await fileServer((root) => serveStatic(root, { precompressed: true }), {
      'app.js': 'same size',
      'app.js.br': 'as plain.',
    })
    await utimes(join(server.root, 'app.js'), 1000, 1000)
    await utimes(join(server.root, 'app.js.br'), 1000, 1000)
    const [plain, br] = [
      await server.get('/app.js'),
      await server.get('/app.js', { 'accept-encoding': 'br' }),
    ]
    expect(br.headers.etag).not.toBe(plain.headers.etag)
  })

  it('is revalidated and cut by its own bytes', async () => {
    await using server = await fileServer(
      (root) => serveStatic(root, { precompressed: true }),
      files,
    )
    const { headers } = await server.get('/app.js', { 'accept-encoding': 'br' })
    const again = { 'accept-encoding': 'br', 'if-none-match': headers.etag as string }
    expect(await server.get('/app.js', again)).toMatchObject({ status: 304 })
    expect(await server.get('/app.js', { ...again, 'accept-encoding': 'gzip' })).toMatchObject({
      status: 200,
    })
    const part = { 'accept-encoding': 'br', range: 'bytes=0-1' }
    expect(await server.get('/app.js', part)).toMatchObject({ status: 206, body: 'br' })
  })

  it('adds to the Vary that is there', async () => {
    await using server = await fileServer((root) => {
      const serve = serveStatic(root, { precompressed: true })
      return (req, res, next) => {
        res.setHeader('Vary', 'Origin')
        serve(req, res, next)
      }
    }, files)
    const { headers } = await server.get('/app.js', { 'accept-encoding': 'br' })
    expect(headers.vary).toBe('Origin, Accept-Encoding')
  })

  it('may be an index', async () => {
    await using server = await fileServer(
      (root) => serveStatic(root, { precompressed: true }),
      files,
    )
    const reply = await server.get('/folder/', { 'accept-encoding': 'zstd' })
    expect(reply).toMatchObject({ body: 'zstd index', headers: { 'content-encoding': 'zstd' } })
  })

  it('that is older than its file is left alone', async () => {
    await using server = await fileServer(
      (root) => serveStatic(root, { precompressed: true }),
      files,
    )
    await utimes(join(server.root, 'app.js.br'), 1000, 1000)
    expect((await server.get('/app.js', { 'accept-encoding': 'br' })).body).toBe('plain')
  })

  it('needs to be asked for', async () => {
    await using server = await fileServer((root) => serveStatic(root), files)
    const reply = await server.get('/app.js', { 'accept-encoding': 'br' })
    expect([reply.body, reply.headers.vary]).toEqual(['plain', undefined])
  })

  it('comes in the codings that are listed', async () => {
    await using server = await fileServer(
      (root) => serveStatic(root, { precompressed: ['gzip'] }),
      files,
    )
    const reply = await server.get('/app.js', { 'accept-encoding': 'br, gzip' })
    expect(reply.body).toBe('gzip bytes')
    expect(() => serveStatic('/tmp', { precompressed: ['lzma' as 'br'] })).toThrow(TypeError)
  })
})
