import { Buffer } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import upload from '@tokkyu/upload'
import { form } from './form.ts'
import { filesIn, serve, temporaryFolder, until } from './server.ts'

describe('a form with one file', () => {
  const body = form([
    { name: 'title', body: 'Trip' },
    { name: 'photo', filename: 'sea.png', type: 'image/png', body: 'not really' },
  ])

  it('is read into memory', async () => {
    const server = await serve(upload().single('photo'))
    const answer = await server.send(body)
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
    const { file } = (await server.send(body)).body as { file: { path: string; filename: string } }
    expect(filesIn(dest)).toEqual([file.filename])
    expect(file.filename).toMatch(/^[0-9a-f]{32}$/)
    expect(file.path).toBe(join(dest, file.filename))
    expect(readFileSync(file.path, 'utf8')).toBe('not really')
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
  })

  it('answers 413 when the file is too large, and keeps nothing', async () => {
    const dest = temporaryFolder()
    const server = await serve(upload({ dest, limits: { fileSize: 9 } }).single('photo'))
    const answer = await server.send(body)
    expect(answer.status).toBe(413)
    expect(answer.body).toMatchObject({ code: 'LIMIT_FILE_SIZE', field: 'photo' })
    expect(filesIn(dest)).toEqual([])
  })

  it('may be exactly as large as the limit', async () => {
    const server = await serve(upload({ limits: { fileSize: 10 } }).single('photo'))
    expect((await server.send(body)).status).toBe(200)
  })

  it('leaves nothing behind when the client goes away in the middle', async () => {
    const dest = temporaryFolder()
    const server = await serve(upload({ dest }).single('photo'))
    const large = form([{ name: 'photo', filename: 'a', body: Buffer.alloc(300_000) }])
    await server.sendAndDrop(large.subarray(0, 200_000), large.length)
    await until(() => server.outcomes.length === 1, 'the abort was seen')
    expect(server.outcomes).toEqual([expect.objectContaining({ code: 'REQUEST_ABORTED' })])
    expect(filesIn(dest)).toEqual([])
  })
})

describe('a request that is not multipart', () => {
  it('passes through untouched', async () => {
    const server = await serve(upload().any(), (req) => ({ body: req.body, files: req.files }))
    const answer = await server.send('a=1', { 'Content-Type': 'application/x-www-form-urlencoded' })
    expect(answer).toMatchObject({ status: 200, body: {} })
  })
})
