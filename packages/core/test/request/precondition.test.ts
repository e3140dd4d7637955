// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

/** A note that a PUT replaces when the client's conditions hold. */
function notes() {
  const note = { text: 'old', etag: '"1"', lastModified: new Date('2026-01-01T00:00:00Z') }
  const app = express().set('env', 'test')
  app.all('/', (req, res) => {
    const verdict = req.precondition(note)
    if (req.method === 'PUT') note.text = 'new'
    res.json([verdict, note.text])
  })
  app.put('/new', (req, res) => {
    req.precondition({ exists: false })
    res.sendStatus(201)
  })
  return Object.assign(app, { note })
}

const report: express.ErrorRequestHandler = (error, _req, res, _next) => {
  const { name, code, status, expose } = error
  res.json({
    name,
    code,
    status,
    expose,
    isOne: error instanceof express.PreconditionFailedError,
  })
}

describe('req.precondition', () => {
  it.each([
    { 'If-Match': '"1"' },
    { 'If-Match': '*' },
    { 'If-None-Match': '"2"' },
    { 'If-Unmodified-Since': 'Thu, 01 Jan 2026 00:00:00 GMT' },
    {},
  ])('lets a PUT with %j through', async (headers) => {
    const app = notes()
    await request(app).put('/').set(headers).expect(200, ['proceed', 'new'])
  })

  it.each([
    { 'If-Match': '"2"' },
    // Weak tags never match here (RFC 9110 §13.1.1).
    { 'If-Match': 'W/"1"' },
    { 'If-None-Match': '*' },
    { 'If-None-Match': '"1"' },
    { 'If-Unmodified-Since': 'Wed, 31 Dec 2025 23:59:59 GMT' },
  ])('stops a PUT with %j before it changes anything', async (headers) => {
    const app = notes()
    await request(app)
      .put('/')
      .set(headers)
      .expect(412, /PreconditionFailedError/)
    expect(app.note.text).toBe('old')
  })

  it('tells a GET that nothing has changed', () =>
    request(notes())
      .get('/')
      .set('If-None-Match', '"1"')
      .expect(({ body, status }) => {
        expect([status, body]).not.toEqual([200, ['proceed', 'old']])
      }))

  it('creates only where nothing is, and changes only what is', async () => {
    await request(notes()).put('/new').set('If-None-Match', '*').expect(201)
    await request(notes()).put('/new').set('If-Match', '*').expect(412)
  })

  it('fails with an error that says how it is answered', async () => {
    const app = express().use((req) => void req.precondition({ etag: '"1"' }))
    app.use(report)
    await request(app).put('/').set('If-Match', '"2"').expect({
      name: 'PreconditionFailedError',
      code: 'PRECONDITION_FAILED',
      status: 412,
      expose: true,
      isOne: true,
    })
  })
})

it('is what it takes: without the call a PUT is carried out whatever it asks', () => {
  const app = express().put('/', (_req, res) => void res.send('done'))
  return request(app).put('/').set('If-Match', '"2"').expect(200, 'done')
})
