import type { IncomingMessage } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import upload, { diskStorage, parts } from '@tokkyu/upload'
import { form } from './form.ts'
import { filesIn, serve, temporaryFolder } from './server.ts'

// Every option there is, each with a value that would be noticed.
const canaries: Record<string, unknown> = {
  accept: ['image/png'],
  dest: '/nonexistent/folder',
  destination: '/nonexistent/folder',
  defCharset: 'utf16le',
  defParamCharset: 'utf-16',
  fields: 0,
  fieldSize: 0,
  fileFilter: () => {
    throw new Error('the polluted filter was asked')
  },
  fileHwm: -1,
  filename: () => {
    throw new Error('the polluted name was asked for')
  },
  files: 0,
  fileSize: 0,
  flush: 'yes',
  hash: 'md5',
  limits: { fileSize: 0 },
  maxCount: 0,
  mode: 0o777,
  needs: ['nothing'],
  parts: 0,
  preservePath: true,
  quota: { take: () => false },
  sniff: true,
  storage: null,
  streamHandler: () => {},
  totalBytes: 0,
}

describe('a polluted Object.prototype', () => {
  const body = form([
    { name: 'a', body: 'Zoë' },
    { name: 'f', filename: 'folder/x.txt', body: 'content' },
  ])

  afterEach(() => {
    for (const name of Object.keys(canaries))
      delete (Object.prototype as Record<string, unknown>)[name]
  })

  function pollute(name: string): void {
    const everything = Object.prototype as Record<string, unknown>
    everything[name] = canaries[name]
  }

  it.each(Object.keys(canaries))('does not set %s', async (name) => {
    const destination = temporaryFolder()
    pollute(name)
    const middleware = upload({ storage: diskStorage({ destination }), limits: {} }).fields([
      { name: 'f' },
    ])
    const server = await serve(middleware, ({ body: fields, files }) => ({
      fields,
      names: Object.values(files ?? {})
        .flat()
        .map((file: Express.Multer.File) => file.originalname),
      detected: Object.values(files ?? {})
        .flat()
        .some((file: Express.Multer.File) => Object.hasOwn(file, 'detectedMimetype')),
    }))
    const answer = await server.send(body)
    expect(answer).toMatchObject({
      status: 200,
      body: { fields: { a: 'Zoë' }, names: ['x.txt'], detected: false },
    })
    expect(filesIn(destination)).toHaveLength(1)
  })

  it.each(Object.keys(canaries))('does not set %s of the iterator', async (name) => {
    pollute(name)
    const server = await serve((req, _res, next) => void readAll(req, next))
    expect((await server.send(body)).status).toBe(200)
  })
})

async function readAll(req: IncomingMessage, done: () => void): Promise<void> {
  for await (const part of parts(req)) if (part.kind === 'file') part.stream.resume()
  done()
}
