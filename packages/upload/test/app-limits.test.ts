import type { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import upload, { type Limits, type Middleware, type Options } from '@tokkyu/upload'
import { form } from './form.ts'
import { serve } from './server.ts'

/** A middleware behind an app that says something of its own. */
function under(app: unknown, options: Options = {}): Middleware {
  const middleware = upload(options).any()
  return (req, res, next) => middleware(Object.assign(req, { app }) as IncomingMessage, res, next)
}

const uploads = (limits: unknown): unknown => ({ limits: { uploads: limits } })
const file = (bytes: number): Buffer =>
  form([{ name: 'f', filename: 'x', body: 'x'.repeat(bytes) }])

describe('the limits of an app', () => {
  it('hold where the upload has none', async () => {
    const server = await serve(under(uploads({ fileSize: 3 })))
    expect((await server.send(file(3))).status).toBe(200)
    expect(await server.send(file(4))).toMatchObject({ body: { code: 'LIMIT_FILE_SIZE' } })
  })

  it.each<[string, Options['limits']]>([
    ['that are given', { fileSize: 5 }],
    ['that depend on the request', () => ({ fileSize: 5 })],
  ])('yield to limits of the upload %s', async (_which, limits) => {
    const server = await serve(under(uploads({ fileSize: 3 }), { limits }))
    expect((await server.send(file(5))).status).toBe(200)
    expect((await server.send(file(6))).status).toBe(413)
  })

  it('are asked for by each request', async () => {
    const limits: Limits = { fileSize: 3 }
    const server = await serve(under(uploads(limits)))
    expect((await server.send(file(4))).status).toBe(413)
    limits.fileSize = 4
    expect((await server.send(file(4))).status).toBe(200)
  })

  it('raise with them what nobody thought of', async () => {
    const server = await serve(under(uploads({ files: 1100 })))
    const many = Array.from({ length: 1050 }, () => ({ name: 'f', filename: 'x', body: '' }))
    expect((await server.send(form(many))).status).toBe(200)
  })

  it.each([
    ['an amount that is none', { fileSize: '3mb' }, 'Expected limits.fileSize'],
    ['a misspelt name', { filesize: 3 }, 'Cannot limit "filesize"'],
  ])('fail the request when they have %s', async (_what, limits, message) => {
    const server = await serve(under(uploads(limits)))
    const { status, body } = await server.send(file(1))
    expect(status).toBe(500)
    expect(body).toMatchObject({
      code: 'UPLOAD_BAD_OPTION',
      message: expect.stringContaining(message),
    })
  })

  it.each([undefined, {}, { limits: [] }, uploads(5), uploads(null), uploads({})])(
    'are the defaults under %j',
    async (app) => {
      const server = await serve(under(app))
      expect((await server.send(file(1))).status).toBe(200)
    },
  )
})
