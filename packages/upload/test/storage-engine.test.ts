// oxlint-disable no-underscore-dangle -- multer's contract for storage engines names them so
import { Buffer } from 'node:buffer'
import { createWriteStream, readdirSync, readlinkSync, unlink, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import multer from 'multer'
import { describe, expect, it } from 'vitest'
import upload, {
  diskStorage,
  type Middleware,
  type Quota,
  type StorageEngine,
} from '@tokkyu/upload'
import { form } from './form.ts'
import { filesIn, serve, temporaryFolder, until } from './server.ts'

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

/** As multer's documentation shows how to write one: pipes, reports a path, and notices nothing else. */
function templateEngine(folder: string, calls: string[] = []): StorageEngine {
  return {
    _handleFile(_req, file, done) {
      const path = join(folder, file.originalname)
      const target = createWriteStream(path)
      file.stream.on('limit', () => calls.push(`limit ${file.originalname}`))
      file.stream.on('end', () => calls.push(`end ${file.originalname} ${file.stream.truncated}`))
      file.stream.pipe(target)
      target.on('error', done)
      target.on('finish', () => done(null, { path, size: target.bytesWritten }))
    },
    _removeFile(_req, { originalname, path, ...file }, done) {
      calls.push(`remove ${originalname} ${Object.keys(file).join(' ')}`)
      unlink(path, done)
    },
  }
}

function onlyMegabyte(): Quota {
  let left = 1_000_000
  return { take: (_req, bytes) => (left -= bytes) >= 0 }
}

function openFiles(folder: string): number {
  return readdirSync('/proc/self/fd', { withFileTypes: true }).filter((entry) => {
    try {
      return readlinkSync(join('/proc/self/fd', entry.name)).startsWith(folder)
    } catch {
      return false // the one that lists them
    }
  }).length
}

describe("a storage engine after multer's template", () => {
  const limits = { fileSize: 200_000 }
  const tooLarge = form([
    { name: 'f', filename: 'small', body: 'x' },
    { name: 'f', filename: 'large', body: 'x'.repeat(3_000_000) },
  ])

  it('sees of a file that is too large what it sees with multer', async () => {
    const seen = await Promise.all(
      [upload, multer as never as typeof upload].map(async (make) => {
        const folder = temporaryFolder()
        const calls: string[] = []
        const server = await serve(make({ limits, storage: templateEngine(folder, calls) }).any())
        const { body } = await server.send(tooLarge)
        return { code: body['code'], calls, left: filesIn(folder) }
      }),
    )
    expect(seen[0]).toEqual({
      code: 'LIMIT_FILE_SIZE',
      calls: [
        'end small false',
        'limit large',
        'end large true',
        'remove small fieldname encoding mimetype size',
        'remove large fieldname encoding mimetype size',
      ],
      left: [],
    })
    expect(seen[1]).toEqual(seen[0])
  })

  it.each<[string, (storage: StorageEngine) => Middleware, Buffer]>([
    ['a file is too large', (storage) => upload({ storage, limits }).any(), tooLarge],
    ['the next file is one too many', (storage) => upload({ storage }).single('f'), two],
    ['the form breaks off', (storage) => upload({ storage }).any(), large.subarray(0, 1_000_000)],
    ['the quota is used up', (storage) => upload({ storage, quota: onlyMegabyte() }).any(), large],
  ])('leaves nothing when %s', async (_, make, body) => {
    const folder = temporaryFolder()
    const server = await serve(make(templateEngine(folder)))
    expect((await server.send(body)).status).not.toBe(200)
    expect(filesIn(folder)).toEqual([])
    await until(() => openFiles(folder) === 0, 'no descriptor was open')
  })

  it('leaves nothing when the client goes away', async () => {
    const folder = temporaryFolder()
    const server = await serve(upload({ storage: templateEngine(folder) }).any())
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        server.sendAndDrop(
          form([
            { name: 'f', filename: `file ${n}`, body: Buffer.alloc(100_000 * n + 1) },
          ]).subarray(0, -50),
          9_999_999,
        ),
      ),
    )
    await until(() => server.outcomes.length === 20, 'every upload had ended')
    expect(filesIn(folder)).toEqual([])
    await until(() => openFiles(folder) === 0, 'no descriptor was open')
  })

  it('does not put half a file in place of a whole one when it hands its files on to ours', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'large'), 'before')
    const inner = diskStorage({
      destination: folder,
      filename: (_req, file, done) => done(null, file.originalname),
    })
    const storage: StorageEngine = {
      _handleFile: (req, file, done) => inner._handleFile(req, file, done),
      _removeFile: (req, file, done) => inner._removeFile(req, file, done),
    }
    const server = await serve(upload({ storage, limits }).any())
    await server.send(form([{ name: 'f', filename: 'large', body: 'x'.repeat(3_000_000) }]))
    expect(filesIn(folder)).toEqual(['large'])
  })

  it('that is not done in time has what it has named removed, once', async () => {
    const removed: unknown[] = []
    let finishLate: (() => void) | undefined
    const storage: StorageEngine = {
      _handleFile: (_req, file, done) => {
        file.path = 'half'
        file.stream.resume()
        finishLate = () => done(null, { path: 'half' })
      },
      _removeFile: (_req, { path }, done) => {
        removed.push(path)
        done(null)
      },
    }
    const server = await serve(upload({ storage }).single('f'))
    await server.send(two)
    expect(removed).toEqual(['half'])
    finishLate?.()
    expect(removed).toEqual(['half'])
  })

  it('whose promise rejects has failed', async () => {
    const storage: StorageEngine = {
      _handleFile: async () => Promise.reject(new Error('no bucket')),
      _removeFile: async () => Promise.reject(new Error('cannot')),
    }
    const server = await serve(upload({ storage }).any())
    expect(await server.send(large)).toMatchObject({ status: 500, body: { message: 'no bucket' } })
  })

  it('whose removal or publishing rejects is reported', async () => {
    const storage: StorageEngine = {
      _handleFile: (_req, { stream }, done) => void stream.resume().on('end', () => done(null, {})),
      _removeFile: async () => Promise.reject(new Error('cannot remove')),
      _publishFile: async () => Promise.reject(new Error('cannot publish')),
    }
    const server = await serve(upload({ storage }).any())
    await server.send(two)
    expect(server.outcomes).toEqual([
      expect.objectContaining({
        message: 'cannot publish',
        storageErrors: [
          expect.objectContaining({ message: 'cannot remove', field: 'f' }),
          expect.objectContaining({ message: 'cannot remove', field: 'g' }),
        ],
      }),
    ])
  })
})
