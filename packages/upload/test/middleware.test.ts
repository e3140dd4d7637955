import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import upload, { type Middleware, MulterError, type Options } from '@tokkyu/upload'
import { form } from './form.ts'
import { filesIn, multipart, serve, temporaryFolder, until } from './server.ts'

const file = (name: string, filename: string, body = ''): object => ({ name, filename, body })
const forms = {
  photo: form([
    { name: 'title', body: 'Trip' },
    { name: 'photo', filename: 'sea.png', type: 'image/png', body: 'not really' },
  ]),
  two: form([file('f', 'a', '1'), file('g', 'b', '22')]),
  large: form([file('f', 'large', 'x'.repeat(3_000_000))]),
}

describe('a form with one file', () => {
  it('is read into memory', async () => {
    const server = await serve(upload().single('photo'))
    const answer = await server.send(forms.photo)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      body: { title: 'Trip' },
      file: {
        fieldname: 'photo',
        originalname: 'sea.png',
        encoding: '7bit',
        mimetype: 'image/png',
        size: 10,
        text: 'not really',
      },
    })
  })

  it('is stored on disk under a random name, for nobody but this user', async () => {
    const dest = temporaryFolder()
    const server = await serve(upload({ dest }).single('photo'))
    const { file: stored } = (await server.send(forms.photo)).body as {
      file: { path: string; filename: string }
    }
    expect(filesIn(dest)).toEqual([stored.filename])
    expect(stored.filename).toMatch(/^[0-9a-f]{32}$/)
    expect(stored.path).toBe(join(dest, stored.filename))
    expect(readFileSync(stored.path, 'utf8')).toBe('not really')
    expect(statSync(stored.path).mode & 0o777).toBe(0o600)
  })

  it('answers 413 when the file is too large, and keeps nothing', async () => {
    const dest = temporaryFolder()
    const server = await serve(upload({ dest, limits: { fileSize: 9 } }).single('photo'))
    const answer = await server.send(forms.photo)
    expect(answer).toMatchObject({ status: 413, body: { code: 'LIMIT_FILE_SIZE', field: 'photo' } })
    expect(filesIn(dest)).toEqual([])
  })

  it('leaves nothing behind when the client goes away in the middle', async () => {
    const dest = temporaryFolder()
    const server = await serve(upload({ dest }).any())
    await server.sendAndDrop(forms.large.subarray(0, 200_000), forms.large.length)
    await until(() => server.outcomes.length === 1, 'the abort was seen')
    expect(server.outcomes).toEqual([
      expect.objectContaining({ code: 'REQUEST_ABORTED', status: 400, storageErrors: [] }),
    ])
    expect(filesIn(dest)).toEqual([])
  })

  it('has its hash computed on the way, on request', async () => {
    const server = await serve(upload({ hash: 'sha256', dest: temporaryFolder() }).any())
    const sha256 = createHash('sha256').update('x'.repeat(3_000_000)).digest('hex')
    expect((await server.send(forms.large)).body).toMatchObject({ files: [{ sha256 }] })
  })
})

describe('what follows an upload', () => {
  it.each([
    ['fields', form([{ name: 'a', body: 'x'.repeat(500_000) }])],
    ['a file in memory', forms.large],
  ])('runs in the async context of the request, after %s', async (_, body) => {
    const storage = new AsyncLocalStorage<string>()
    const middleware = upload().any()
    const server = await serve(
      (req, res, next) => storage.run('this request', () => middleware(req, res, next)),
      () => ({ store: storage.getStore() }),
    )
    expect((await server.send(body)).body).toEqual({ store: 'this request' })
  })
})

describe('a request that is not multipart', () => {
  it('passes through untouched', async () => {
    const server = await serve(upload().any(), (req) => ({ body: req.body, files: req.files }))
    const answer = await server.send('a=1', { 'Content-Type': 'application/x-www-form-urlencoded' })
    expect(answer).toMatchObject({ status: 200, body: {} })
  })
})

describe('the files of a request', () => {
  it('are found by field', async () => {
    const server = await serve(upload().fields([{ name: 'f' }, { name: 'g', maxCount: 1 }]))
    expect((await server.send(forms.two)).body).toMatchObject({
      files: { f: [{ originalname: 'a', text: '1' }], g: [{ originalname: 'b', text: '22' }] },
    })
  })

  it('are a list, in the order they came', async () => {
    const server = await serve(upload().any())
    const { files } = (await server.send(forms.two)).body as { files: object[] }
    expect(files).toEqual([
      expect.objectContaining({ originalname: 'a' }),
      expect.objectContaining({ originalname: 'b' }),
    ])
  })

  it.each<[string, Middleware]>([
    ['single', upload().single('f')],
    ['array', upload().array('f')],
    ['fields', upload().fields([{ name: 'f' }])],
    ['none', upload().none()],
  ])('are refused by %s when they come in another field', async (_, middleware) => {
    const server = await serve(middleware)
    const answer = await server.send(form([file('other', 'x')]))
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'LIMIT_UNEXPECTED_FILE', field: 'other' },
    })
  })

  it('are refused when there are more than a field may have', async () => {
    const server = await serve(upload().array('f', 2))
    const files = Array.from({ length: 3 }, () => file('f', 'x'))
    expect((await server.send(form(files.slice(1)))).status).toBe(200)
    expect((await server.send(form(files))).body).toMatchObject({ code: 'LIMIT_UNEXPECTED_FILE' })
  })
})

describe('a refused upload', () => {
  it('is answered at once when most of the body is still to come, and the connection closed', async () => {
    const server = await serve(upload({ limits: { totalBytes: 1e12, fileSize: 10 } }).any())
    const req = httpRequest({
      port: server.port,
      host: '127.0.0.1',
      method: 'POST',
      headers: { 'Content-Type': multipart, 'Content-Length': '1000000000' },
    })
    req.on('error', () => {})
    req.write(forms.large)
    const res = await new Promise<{ statusCode?: number; headers: object }>((resolve) =>
      req.on('response', resolve),
    )
    expect(res.statusCode).toBe(413)
    expect(res.headers).toMatchObject({ connection: 'close' })
    req.destroy()
  })

  it('leaves the connection fit for the next request when little is to come', async () => {
    const server = await serve(upload().none())
    for (let i = 0; i < 5; i++) {
      const answer = await server.send(forms.large)
      expect(answer).toMatchObject({ status: 400, body: { code: 'LIMIT_UNEXPECTED_FILE' } })
      expect(answer.headers).not.toMatchObject({ connection: 'close' })
    }
  })

  it('keeps what came before it in the body, as multer does', async () => {
    const req = Object.assign(new PassThrough(), {
      headers: { 'content-type': multipart, 'content-length': '1' },
    })
    req.end(form([{ name: 'a', body: '1' }, file('f', 'x')]))
    const error = await new Promise((resolve) =>
      upload().none()(req as never, null as never, resolve),
    )
    expect(error).toBeInstanceOf(MulterError)
    expect(req).toMatchObject({ body: { a: '1' } })
  })
})

describe('options that cannot be meant', () => {
  it.each<[string, unknown]>([
    ['nothing but a string', 'uploads/'],
    ['null', null],
    ['a hash there is none of', { hash: 'md5' }],
    ['a filter that is no function', { fileFilter: 'yes' }],
    ['a stream handler that is no function', { streamHandler: true }],
  ])('are refused at once: %s', (_, options) => {
    expect(() => upload(options as Options)).toThrow(
      expect.objectContaining({ code: 'UPLOAD_BAD_OPTION', status: 500, expose: false }) as Error,
    )
  })
})

describe('a form that was read before', () => {
  it.each([0, 20])('is said to be that, %i ms after its end', async (pause) => {
    const server = await serve((req, res, next) => {
      req.resume().once('end', () => setTimeout(() => upload().none()(req, res, next), pause))
    })
    expect((await server.send(forms.photo)).status).toBe(500)
    expect(server.outcomes).toEqual([expect.objectContaining({ code: 'BODY_ALREADY_READ' })])
  })
})
