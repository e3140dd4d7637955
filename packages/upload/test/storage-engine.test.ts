// oxlint-disable no-underscore-dangle -- multer's contract for storage engines names them so
import { describe, expect, it } from 'vitest'
import upload, { diskStorage, type StorageEngine } from '@tokkyu/upload'
import { form } from './form.ts'
import { filesIn, serve, temporaryFolder } from './server.ts'

const large = form([{ name: 'f', filename: 'large', body: 'x'.repeat(3_000_000) }])
const two = form([
  { name: 'f', filename: 'a' },
  { name: 'g', filename: 'b' },
])
const noRemoval: StorageEngine['_removeFile'] = (_req, _file, done) => done(null)

describe('a storage engine', () => {
  it('that calls back before it has read everything does not hold up the request', async () => {
    const storage: StorageEngine = {
      _handleFile: (_req, _file, done) => done(null, { size: -1 }),
      _removeFile: noRemoval,
    }
    const server = await serve(upload({ storage }).any())
    expect((await server.send(large)).body).toMatchObject({ files: [{ size: -1 }] })
  })

  it('that throws has failed', async () => {
    const storage: StorageEngine = {
      _handleFile: () => {
        throw new Error('engine broken')
      },
      _removeFile: noRemoval,
    }
    const server = await serve(upload({ storage }).any())
    expect(await server.send(large)).toMatchObject({
      status: 500,
      body: { message: 'engine broken' },
    })
  })

  it('that never calls back does not keep a failed request from its answer', async () => {
    const removed: string[] = []
    let finishLate: (() => void) | undefined
    const storage: StorageEngine = {
      _handleFile: (_req, { stream }, done) => {
        stream.resume()
        finishLate = () => done(null, { path: 'late' })
      },
      _removeFile: (_req, { path }, done) => {
        removed.push(path)
        done(null)
      },
    }
    const server = await serve(upload({ storage }).single('f'))
    expect((await server.send(two)).body).toMatchObject({ code: 'LIMIT_UNEXPECTED_FILE' })
    // What it stores after all is removed when it says so.
    finishLate?.()
    expect(removed).toEqual(['late'])
  })

  it('whose removal throws is reported, and the request still fails for its own reason', async () => {
    const storage: StorageEngine = {
      _handleFile: (_req, { stream }, done) => void stream.resume().on('end', () => done(null, {})),
      _removeFile: () => {
        throw new Error('cannot')
      },
    }
    const server = await serve(upload({ storage }).single('f'))
    await server.send(two)
    expect(server.outcomes).toEqual([
      expect.objectContaining({
        code: 'LIMIT_UNEXPECTED_FILE',
        storageErrors: [expect.objectContaining({ message: 'cannot' })],
      }),
    ])
  })

  it('made for multer may hand its files on to ours, which then has them in place at once', async () => {
    const destination = temporaryFolder()
    const inner = diskStorage({
      destination,
      filename: (_req, file, done) => done(null, file.originalname),
    })
    const inPlace: string[][] = []
    const storage: StorageEngine = {
      _handleFile: (req, file, done) =>
        inner._handleFile(req, file, (error, { path, size } = {}) => {
          inPlace.push(filesIn(destination))
          // As a watermarking engine would: its own facts, not ours.
          done(error, { path: String(path), size: Number(size) })
        }),
      _removeFile: (req, file, done) => inner._removeFile(req, file, done),
    }
    const server = await serve(upload({ storage }).any())
    expect((await server.send(two)).status).toBe(200)
    expect(inPlace.at(-1)).toEqual(['a', 'b'])
    const other = await serve(upload({ storage }).single('f'))
    await other.send(two)
    expect(filesIn(destination)).toEqual(['b'])
  })

  it('that calls back twice about a removal is heard once', async () => {
    const storage: StorageEngine = {
      _handleFile: (_req, { stream }, done) => void stream.resume().on('end', () => done(null, {})),
      _removeFile: (_req, _file, done) => {
        done(null)
        done(new Error('again'))
      },
    }
    const server = await serve(upload({ storage }).single('f'))
    await server.send(two)
    expect(server.outcomes).toEqual([
      expect.objectContaining({ code: 'LIMIT_UNEXPECTED_FILE', storageErrors: [] }),
    ])
  })

  it('may fail with an error that nothing can be added to', async () => {
    const failure = Object.freeze(new Error('frozen'))
    const storage: StorageEngine = {
      _handleFile: (_req, _file, done) => done(failure),
      _removeFile: noRemoval,
    }
    const server = await serve(upload({ storage }).any())
    expect((await server.send(two)).status).toBe(500)
    expect(server.outcomes).toEqual([failure])
  })
})
