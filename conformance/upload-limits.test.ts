import request from 'supertest'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'
import upload, { defaultLimits } from '@tokkyu/upload'

/** An app that takes whatever files come, with a route of its own for smaller ones. */
function makeApp(): express.Express {
  const app = express().set('env', 'test')
  const routes = express.Router()
  routes.post('/', upload().any(), (req, res) => void res.json((req.files as unknown[]).length))
  routes.post(
    '/own',
    upload({ limits: { fileSize: 20 } }).any(),
    (_req, res) => void res.json('own'),
  )
  return app.use('/files', express().use(routes))
}

const send = (app: express.Express, path: string, ...sizes: number[]) =>
  sizes.reduce((sent, bytes) => sent.attach('f', Buffer.alloc(bytes), 'x'), request(app).post(path))

describe('the limits of uploads in app.limits', () => {
  it('have the defaults of @tokkyu/upload', () => {
    const { limits } = express()
    const inLedger = Object.keys(defaultLimits).map((name) => [
      name,
      limits[`upload${name[0]!.toUpperCase()}${name.slice(1)}` as keyof typeof limits],
    ])
    expect(Object.fromEntries(inLedger)).toEqual(defaultLimits)
  })

  it('hold for every upload that has none of its own, in mounted apps too', async () => {
    const app = makeApp()
    app.limits.set({ uploadFileSize: 10, uploadFiles: 1 })
    expect((await send(app, '/files', 10)).body).toBe(1)
    expect((await send(app, '/files', 11)).status).toBe(413)
    expect((await send(app, '/files', 1, 1)).status).toBe(413)
    expect((await send(app, '/files/own', 20)).body).toBe('own')
    expect((await send(app, '/files/own', 21)).status).toBe(413)
  })

  it('leave an app that sets none with those of the package', async () => {
    expect((await send(makeApp(), '/files', 11, 11)).body).toBe(2)
  })
})
