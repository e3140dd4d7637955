import { Buffer } from 'node:buffer'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import upload, {
  diskStorage,
  type FileFilter,
  type StorageEngine,
  sweepUploads,
} from '@tokkyu/upload'
import { ownTag } from '../src/storages/process-tag.ts'
import { showLife } from '../src/storages/temp-files.ts'
import { form } from './form.ts'
import { filesIn, serve, temporaryFolder, until } from './server.ts'

const oneFile = form([{ name: 'f', filename: 'a.txt', body: 'content' }])
const temporaryName = `.upload-${'0123456789abcdef'.repeat(2)}.part`

function nameFrom(tag: string): string {
  return temporaryName.replace('.part', `-${tag}.part`)
}

/** Stores under the client's name, as multer's documentation shows it. */
function byClientName(destination: string): StorageEngine {
  return diskStorage({ destination, filename: (_req, file, done) => done(null, file.originalname) })
}

describe('disk storage', () => {
  it('makes its folder', async () => {
    const destination = join(temporaryFolder(), 'a', 'b')
    const server = await serve(upload({ storage: diskStorage({ destination }) }).single('f'))
    await server.send(oneFile)
    expect(filesIn(destination)).toHaveLength(1)
  })

  it('asks functions for folder and name', async () => {
    const destination = temporaryFolder()
    const storage = diskStorage({
      destination: (_req, file, done) => done(null, join(destination, file.fieldname)),
      filename: (req, file, done) => done(null, `${req.method}-${file.originalname}`),
      mode: 0o640,
    })
    mkdirSync(join(destination, 'f'))
    const server = await serve(upload({ storage }).single('f'))
    const { file } = (await server.send(oneFile)).body as { file: Record<string, unknown> }
    const path = join(destination, 'f', 'POST-a.txt')
    expect(file).toMatchObject({
      destination: join(destination, 'f'),
      filename: 'POST-a.txt',
      path,
      size: 7,
    })
    expect(readFileSync(path, 'utf8')).toBe('content')
    expect(statSync(path).mode & 0o777).toBe(0o640)
  })

  it('shows nobody half a file: until the whole request has succeeded, it has no name', async () => {
    const destination = temporaryFolder()
    const during: string[][] = []
    const server = await serve(
      upload({
        storage: byClientName(destination),
        fileFilter: (_req, file, done) => {
          if (file.originalname !== 'second') return done(null, true)
          setTimeout(() => {
            during.push(filesIn(destination))
            done(null, true)
          }, 50)
        },
      }).any(),
    )
    await server.send(
      form([
        { name: 'f', filename: 'first' },
        { name: 'f', filename: 'second' },
      ]),
    )
    expect(during).toEqual([[expect.stringMatching(/^\.upload-[0-9a-f]{32}[-0-9a-f]*\.part$/)]])
    expect(filesIn(destination)).toEqual(['first', 'second'])
  })

  it('replaces a file of the same name only when the request succeeds', async () => {
    const destination = temporaryFolder()
    writeFileSync(join(destination, 'a.txt'), 'before')
    const server = await serve(upload({ storage: byClientName(destination) }).single('f'))
    await server.send(oneFile.subarray(0, -10))
    expect(readFileSync(join(destination, 'a.txt'), 'utf8')).toBe('before')
    await server.send(oneFile)
    expect(readFileSync(join(destination, 'a.txt'), 'utf8')).toBe('content')
    expect(filesIn(destination)).toEqual(['a.txt'])
  })

  it('does not write through a link that has the name of the file', async () => {
    const destination = temporaryFolder()
    const outside = join(temporaryFolder(), 'target')
    writeFileSync(outside, 'untouched')
    symlinkSync(outside, join(destination, 'a.txt'))
    const server = await serve(upload({ storage: byClientName(destination) }).single('f'))
    expect((await server.send(oneFile)).status).toBe(200)
    expect(readFileSync(outside, 'utf8')).toBe('untouched')
    expect(readFileSync(join(destination, 'a.txt'), 'utf8')).toBe('content')
  })

  it.each(['../a.txt', '..', '.', '/etc/passwd/../../tmp/../../x', 'a/../../b'])(
    'refuses the name %s, which leads out of the folder',
    async (filename) => {
      const destination = join(temporaryFolder(), 'uploads')
      const storage = diskStorage({
        destination,
        filename: (_req, _file, done) => done(null, filename),
      })
      const server = await serve(upload({ storage }).single('f'))
      const answer = await server.send(oneFile)
      expect(answer).toMatchObject({ status: 400, body: { code: 'UNSAFE_FILE_PATH' } })
      expect(filesIn(join(destination, '..'))).toEqual(['uploads'])
      expect(filesIn(destination)).toEqual([])
    },
  )

  it('hands on what its functions fail with', async () => {
    const failure = new Error('no folder today')
    for (const options of [
      {
        destination: (_req: unknown, _file: unknown, done: (error: Error, name: string) => void) =>
          done(failure, ''),
      },
      {
        filename: (_req: unknown, _file: unknown, done: (error: Error, name: string) => void) =>
          done(failure, ''),
      },
    ]) {
      const server = await serve(upload({ storage: diskStorage(options) }).single('f'))
      expect((await server.send(oneFile)).status).toBe(500)
      expect(server.outcomes).toEqual([failure])
    }
  })

  it('removes what it has when a file cannot be published', async () => {
    const destination = temporaryFolder()
    mkdirSync(join(destination, 'taken', 'full'), { recursive: true })
    const server = await serve(upload({ storage: byClientName(destination) }).any())
    const answer = await server.send(
      form([
        { name: 'f', filename: 'a' },
        { name: 'f', filename: 'taken' },
        { name: 'f', filename: 'c' },
      ]),
    )
    expect(answer).toMatchObject({
      status: 500,
      body: { code: expect.stringMatching(/EISDIR|ENOTEMPTY/) },
    })
    expect(filesIn(destination)).toEqual(['taken'])
  })

  it('flushes to the disk when asked', async () => {
    const destination = temporaryFolder()
    const storage = diskStorage({ destination, flush: true })
    const server = await serve(upload({ storage }).single('f'))
    expect((await server.send(oneFile)).body).toMatchObject({ file: { size: 7 } })
  })

  it('says which files it could not remove', async () => {
    const destination = temporaryFolder()
    const storage = byClientName(destination)
    const refusal = new Error('not today')
    // oxlint-disable-next-line no-underscore-dangle -- the name is multer's
    storage._removeFile = (_req, _file, done) => done(refusal)
    const server = await serve(upload({ storage }).single('f'))
    await server.send(
      form([
        { name: 'f', filename: 'a' },
        { name: 'g', filename: 'b' },
      ]),
    )
    expect(server.outcomes).toEqual([
      expect.objectContaining({
        code: 'LIMIT_UNEXPECTED_FILE',
        storageErrors: [expect.objectContaining({ message: 'not today', field: 'f' })],
      }),
    ])
  })
})

describe('the sweeper', () => {
  it('removes old temporary files, and only those', async () => {
    const folder = temporaryFolder()
    const old = temporaryName
    const young = temporaryName.replace('0', 'f')
    for (const name of [old, young, 'photo.png', '.upload-1.part'])
      writeFileSync(join(folder, name), '')
    const twoHoursAgo = Date.now() / 1000 - 7200
    for (const name of [old, 'photo.png', '.upload-1.part']) {
      utimesSync(join(folder, name), twoHoursAgo, twoHoursAgo)
    }
    expect(await sweepUploads(folder)).toEqual([old])
    expect(filesIn(folder)).toEqual(['.upload-1.part', young, 'photo.png'].toSorted())
    expect(await sweepUploads(folder, { olderThan: 0 })).toEqual([young])
  })

  it('asks whether the process of a file still runs, where it can', async () => {
    const folder = temporaryFolder()
    const [place, pid, start] = ownTag().split('-')
    const running = nameFrom(ownTag())
    const gone = nameFrom(`${place}-999999999-1`)
    const givenAgain = nameFrom(`${place}-${pid}-1`)
    const elsewhere = nameFrom(`0123456789abcdef-${pid}-${start}`)
    for (const name of [running, gone, givenAgain, elsewhere]) writeFileSync(join(folder, name), '')
    utimesSync(join(folder, running), 0, 0)
    expect((await sweepUploads(folder)).toSorted()).toEqual([gone, givenAgain].toSorted())
    // Of a process elsewhere only the age tells.
    utimesSync(join(folder, elsewhere), 0, 0)
    expect(await sweepUploads(folder)).toEqual([elsewhere])
  })

  it('leaves a file alone that waits for others of its request for hours', async () => {
    const dest = temporaryFolder()
    let decide: ((error: null, accept: boolean) => void) | undefined
    const fileFilter: FileFilter = (_req, file, done) => {
      if (file.originalname === 'first') done(null, true)
      else decide = done
    }
    const server = await serve(upload({ dest, fileFilter }).any())
    const parts = [
      { name: 'f', filename: 'first' },
      { name: 'f', filename: 'second' },
    ]
    const answer = server.send(form(parts))
    await until(() => decide !== undefined && filesIn(dest).length === 1, 'the first was stored')
    const path = join(dest, String(filesIn(dest)[0]))
    utimesSync(path, 0, 0)
    showLife() // as it does by itself once a minute
    await until(() => statSync(path).mtimeMs > 0, 'the file was touched')
    decide?.(null, true)
    expect((await answer).status).toBe(200)
  })

  it('runs by itself when a destination is opened again', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, temporaryName), 'left by a crash')
    utimesSync(join(folder, temporaryName), 0, 0)
    diskStorage({ destination: folder })
    await until(() => filesIn(folder).length === 0, 'the folder was swept')
    expect(filesIn(folder)).toEqual([])
  })

  it('leaves an upload alone that is under way', async () => {
    const dest = temporaryFolder()
    let decide: ((error: null, accept: boolean) => void) | undefined
    const server = await serve(
      upload({
        dest,
        fileFilter: (_req, file, done) => {
          if (file.originalname === 'first') done(null, true)
          else decide = done
        },
      }).any(),
    )
    const answer = server.send(
      form([
        { name: 'f', filename: 'first' },
        { name: 'f', filename: 'second' },
      ]),
    )
    await until(
      () => decide !== undefined && filesIn(dest).length === 1,
      'the first file was stored',
    )
    expect(await sweepUploads(dest, { olderThan: 0 })).toEqual([])
    decide?.(null, true)
    expect((await answer).status).toBe(200)
    expect(filesIn(dest)).toHaveLength(2)
  })

  it('says so when there is no such folder', async () => {
    await expect(sweepUploads(join(temporaryFolder(), 'none'))).rejects.toThrow('ENOENT')
  })
})

describe('a disk that fails', () => {
  // Whoever may do everything may also write where nobody may.
  it.skipIf(process.getuid?.() === 0)('is reported, and nothing is left', async () => {
    const dest = temporaryFolder()
    const middleware = upload({ dest }).single('f')
    chmodSync(dest, 0o500)
    const server = await serve(middleware)
    expect(await server.send(oneFile)).toMatchObject({ status: 500, body: { code: 'EACCES' } })
    chmodSync(dest, 0o700)
    expect(filesIn(dest)).toEqual([])
  })

  it('is reported also when the file is larger than what waits in memory', async () => {
    const dest = join(temporaryFolder(), 'gone')
    const storage = diskStorage({ destination: (_req, _file, done) => done(null, dest) })
    const server = await serve(upload({ storage }).single('f'))
    const large = form([{ name: 'f', filename: 'a', body: Buffer.alloc(3_000_000) }])
    expect(await server.send(large)).toMatchObject({ status: 500, body: { code: 'ENOENT' } })
  })
})
