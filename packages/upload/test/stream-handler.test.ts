import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import upload from '@tokkyu/upload'
import { form } from './form.ts'
import { serve, until } from './server.ts'

const large = form([{ name: 'f', filename: 'large', body: 'x'.repeat(3_000_000) }])

describe('a stream handler', () => {
  it('feeds a body that was read before, as on Google Cloud Functions', async () => {
    const middleware = upload({
      streamHandler: (req, target) => void target.end((req as { rawBody?: Buffer }).rawBody),
    }).any()
    const server = await serve((req, res, next) => {
      const chunks: Buffer[] = []
      req
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          Object.assign(req, { rawBody: Buffer.concat(chunks) })
          middleware(req, res, next)
        })
    })
    expect((await server.send(large)).body).toMatchObject({ files: [{ size: 3_000_000 }] })
  })

  it('is missed by a body that was read before without one', async () => {
    const middleware = upload().any()
    const server = await serve(
      (req, res, next) => void req.resume().on('end', () => middleware(req, res, next)),
    )
    expect((await server.send(large)).body).toMatchObject({ code: 'BODY_ALREADY_READ' })
  })

  it('may be a pipe', async () => {
    const server = await serve(
      upload({
        streamHandler: (req, target) => void req.pipe(target),
        highWaterMark: 1000,
        fileHwm: 1000,
      }).any(),
    )
    expect((await server.send(large)).body).toMatchObject({ files: [{ size: 3_000_000 }] })
    await server.sendAndDrop(large.subarray(0, 200_000), large.length)
    await until(() => server.outcomes.length === 2, 'the abort was seen')
    expect(server.outcomes[1]).toMatchObject({ code: 'REQUEST_ABORTED' })
  })
})
