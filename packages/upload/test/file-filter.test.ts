import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import upload, { type FileFilter, type Middleware, type Options } from '@tokkyu/upload'
import { form, type Part } from './form.ts'
import { filesIn, serve, temporaryFolder } from './server.ts'

const file = (name: string, filename: string, body = ''): Part => ({ name, filename, body })
const large = form([{ name: 'f', filename: 'large', body: 'x'.repeat(3_000_000) }])

function filtered(fileFilter: FileFilter, more: Options = {}): Middleware {
  return upload({ ...more, fileFilter }).array('f', 1)
}

describe('a file filter', () => {
  it('may pass files over, which then take no place', async () => {
    const server = await serve(
      filtered((_req, { originalname }, done) => done(null, originalname === 'b')),
    )
    const answer = await server.send(
      form([file('f', 'a', 'x'.repeat(200_000)), file('f', 'b', 'yes')]),
    )
    expect(answer.body).toMatchObject({ files: [{ originalname: 'b', text: 'yes' }] })
  })

  it('may take its time, while two files cannot share the last place', async () => {
    const server = await serve(
      filtered((_req, _file, done) => void setTimeout(() => done(null, true), 20)),
    )
    const answer = await server.send(form([file('f', 'a'), file('f', 'b')]))
    expect(answer.body).toMatchObject({ code: 'LIMIT_UNEXPECTED_FILE' })
  })

  it('may be an async function', async () => {
    const server = await serve(filtered(async (_req, { originalname }) => originalname === 'a'))
    expect((await server.send(form([file('f', 'a')]))).body).toMatchObject({
      files: [{ originalname: 'a' }],
    })
    expect((await server.send(form([file('f', 'b')]))).body).toMatchObject({ files: [] })
  })

  const failure = Object.assign(new Error('no'), { status: 403 })
  it.each<[string, FileFilter]>([
    ['calls back with an error', (_req, _file, done) => done(failure)],
    [
      'calls back with an error later',
      (_req, _file, done) => void setTimeout(() => done(failure), 10),
    ],
    [
      'throws',
      () => {
        throw failure
      },
    ],
    ['rejects', () => Promise.reject(failure)],
  ])('ends the upload when it %s', async (_, fileFilter) => {
    const dest = temporaryFolder()
    const server = await serve(filtered(fileFilter, { dest }))
    expect((await server.send(large)).status).toBe(403)
    expect(server.outcomes).toEqual([failure])
    expect(filesIn(dest)).toEqual([])
  })

  it('that calls back twice is heard once', async () => {
    const server = await serve(
      filtered((_req, _file, done) => {
        done(null, true)
        done(null, false)
        done(failure)
      }),
    )
    expect((await server.send(form([file('f', 'a')]))).status).toBe(200)
  })

  it('does not save a file that outgrew its limit while it was asked', async () => {
    const server = await serve(
      filtered(
        (_req, { originalname }, done) =>
          void setTimeout(() => done(null, originalname !== 'skip'), 30),
        { limits: { fileSize: 4 } },
      ),
    )
    expect((await server.send(form([file('f', 'keep', '12345')]))).body).toMatchObject({
      code: 'LIMIT_FILE_SIZE',
    })
    expect((await server.send(form([file('f', 'skip', '12345')]))).status).toBe(200)
  })

  it('and what follows run in the async context of the request', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const middleware = filtered((_req, _file, done) => {
      seen.push(storage.getStore())
      setTimeout(() => done(null, true), 5)
    })
    const server = await serve(
      (req, res, next) => storage.run(`request ${req.url}`, () => middleware(req, res, next)),
      () => ({ store: storage.getStore() }),
    )
    expect((await server.send(form([file('f', 'a', 'x'.repeat(200_000))]))).body).toEqual({
      store: 'request /',
    })
    expect(seen).toEqual(['request /'])
  })
})
