import { createRequire } from 'node:module'
import express from 'express'
import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import upload, { MulterError } from '@tokkyu/upload'
import * as names from '@tokkyu/upload'

const require = createRequire(import.meta.url)

describe('the package', () => {
  it('is the same function however it is loaded', async () => {
    const required = require('../entry/index.cjs') as typeof upload
    const imported = (await import('../entry/index.mjs')) as unknown as { default: typeof upload }
    expect(required).toBeTypeOf('function')
    expect(imported.default).toBe(required)
  })

  it('has every name on the function and as an export', async () => {
    const own = Object.keys(upload).toSorted()
    expect(own).toEqual(
      Object.keys(names)
        .filter((name) => name !== 'default')
        .toSorted(),
    )
    const imported = (await import('../entry/index.mjs')) as object
    expect(
      Object.keys(imported)
        .filter((name) => name !== 'default')
        .toSorted(),
    ).toEqual(own)
  })

  it('takes the place of multer under Express', async () => {
    const app = express()
    app.post('/', upload({ limits: { fileSize: 5 } }).single('f'), (req, res) => {
      res.json({ body: req.body as unknown, text: req.file?.buffer.toString() })
    })
    app.use(((error, _req, res, _next) => {
      const known = error instanceof MulterError
      res.status(known ? error.status : 500).json({ code: known && error.code })
    }) satisfies express.ErrorRequestHandler)

    const send = (content: string): supertest.Test =>
      supertest(app).post('/').field('a', '1').attach('f', Buffer.from(content), 'x.txt')
    expect(await send('hello')).toMatchObject({
      status: 200,
      body: { body: { a: '1' }, text: 'hello' },
    })
    expect(await send('hello!')).toMatchObject({ status: 413, body: { code: 'LIMIT_FILE_SIZE' } })
  })
})
