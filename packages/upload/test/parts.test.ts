import { Buffer } from 'node:buffer'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it } from 'vitest'
import { type MulterError, type Part, parts, type PartsOptions } from '@tokkyu/upload'
import { form } from './form.ts'
import { type Answer, listening, multipart, sender, until } from './server.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<unknown>

/** Answers with what the handler returns, or with the status of what it throws. */
async function serveParts(handler: Handler): Promise<{
  port: number
  send: (body: Buffer | string, headers?: Record<string, string>) => Promise<Answer>
}> {
  const server = createServer((req, res) => {
    handler(req, res).then(
      (value) => res.end(JSON.stringify(value)),
      ({ status = 500, code, field, message }: Partial<MulterError>) => {
        res.writeHead(status)
        res.end(JSON.stringify({ code, field, message }))
      },
    )
  })
  const port = await listening(server)
  return { port, send: sender(port) }
}

/** Everything of each part, in the order it came. */
async function collect(req: IncomingMessage, options?: PartsOptions): Promise<unknown[]> {
  const seen: unknown[] = []
  for await (const part of parts(req, options)) seen.push(await shown(part))
  return seen
}

async function shown(part: Part): Promise<unknown> {
  if (part.kind === 'field') return `${part.name}=${part.value}`
  const content = await text(part.stream)
  return `${part.name}: ${part.filename}, ${part.size} bytes, "${content}"`
}

const withNeeds: Handler = (req, res) => collect(req, { needs: ['token'], res })

const mixed = form([
  { name: 'token', body: 'secret' },
  { name: 'photo', filename: 'a.txt', body: 'first' },
  { name: 'caption', body: 'in between' },
  { name: 'photo', filename: 'b.txt', body: 'second' },
  { name: 'last', body: '' },
])

describe('the parts of a form', () => {
  it('come in wire order, fields and files alike', async () => {
    const { send } = await serveParts((req) => collect(req))
    expect((await send(mixed)).body).toEqual([
      'token=secret',
      'photo: a.txt, 5 bytes, "first"',
      'caption=in between',
      'photo: b.txt, 6 bytes, "second"',
      'last=',
    ])
  })

  it('may be left unread: a file nobody reads is let go', async () => {
    const { send } = await serveParts(async (req) => {
      const names: string[] = []
      for await (const part of parts(req)) names.push(part.name)
      return names
    })
    const large = { name: 'large', filename: 'x', body: Buffer.alloc(1_000_000) }
    const answer = await send(form([large, { name: 'after', body: '1' }, large]))
    expect(answer.body).toEqual(['large', 'after', 'large'])
  })

  it('may be read side by side', async () => {
    const { send } = await serveParts(async (req) => {
      const contents: Promise<Buffer>[] = []
      for await (const part of parts(req))
        if (part.kind === 'file') contents.push(buffer(part.stream))
      return (await Promise.all(contents)).map((content) => content.length)
    })
    const files = [300_000, 5, 200_000].map((size) => ({
      name: 'f',
      filename: 'x',
      body: Buffer.alloc(size),
    }))
    expect((await send(form(files))).body).toEqual([300_000, 5, 200_000])
  })

  it('carry the hash of what passed, and what it is', async () => {
    const { send } = await serveParts(async (req) => {
      const seen: unknown[] = []
      for await (const part of parts(req, { hash: 'sha256', sniff: true })) {
        if (part.kind === 'field') continue
        await buffer(part.stream)
        seen.push(part.detectedMimetype, part.sha256)
      }
      return seen
    })
    expect((await send(form([{ name: 'f', filename: 'x', body: 'abc' }]))).body).toEqual([
      'text/plain',
      // FIPS 180-2, appendix B.1
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    ])
  })

  it('wait for whoever takes them', async () => {
    let arrived = 0
    let hasComeTo: () => void
    const cameToFile = new Promise<void>((resolve) => (hasComeTo = resolve))
    let go: () => void
    const mayGoOn = new Promise<void>((resolve) => (go = resolve))
    const { send } = await serveParts(async (req) => {
      for await (const part of parts(req, { limits: { fileSize: Infinity } })) {
        if (part.kind === 'field') continue
        hasComeTo()
        await mayGoOn
        arrived = part.size
        const count = new Writable({ write: (_chunk, _encoding, done) => setImmediate(done) })
        await pipeline(part.stream, count)
        return { before: arrived, after: part.size }
      }
      return undefined
    })
    const size = 30_000_000
    const answered = send(form([{ name: 'f', filename: 'x', body: Buffer.alloc(size) }]))
    await cameToFile
    await new Promise((resolve) => setTimeout(resolve, 200))
    go!()
    const { before, after } = (await answered).body as { before: number; after: number }
    expect(after).toBe(size)
    expect(before).toBeLessThan(300_000)
  })
})

describe('parts that nobody takes', () => {
  it('stop the client: no more is read than one part ahead', async () => {
    let read = 0
    const { send } = await serveParts(async (req) => {
      const names: string[] = []
      for await (const part of parts(req, { limits: { totalBytes: Infinity } })) {
        if (names.push(part.name) === 1) {
          await new Promise((resolve) => setTimeout(resolve, 200))
          read = req.socket.bytesRead
        }
      }
      return names.length
    })
    const fields = Array.from({ length: 30 }, () => ({
      name: 'a',
      body: Buffer.alloc(1_000_000, 'x'),
    }))
    expect((await send(form(fields))).body).toBe(30)
    expect(read).toBeGreaterThan(1_000_000)
    expect(read).toBeLessThan(4_000_000)
  })
})

describe('a form that is not as it should be', () => {
  it('throws out of the loop', async () => {
    const { send } = await serveParts((req) => collect(req))
    const cut = await send(mixed.subarray(0, -8))
    expect(cut).toMatchObject({ status: 400, body: { code: 'UNEXPECTED_END' } })
    const other = await send('a=1', { 'Content-Type': 'application/x-www-form-urlencoded' })
    expect(other).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_CONTENT_TYPE' } })
  })

  it('throws once, then the iterator is at its end', async () => {
    const { send } = await serveParts(async (req) => {
      const iterator = parts(req)
      const outcomes: unknown[] = []
      for (let i = 0; i < 3; i++) {
        outcomes.push(
          await iterator.next().then(
            ({ done }) => done,
            (error: MulterError) => error.code,
          ),
        )
      }
      return outcomes
    })
    expect((await send('nonsense')).body).toEqual(['UNEXPECTED_END', true, true])
  })

  it('breaks the stream of a file that outgrows its limit', async () => {
    const { send } = await serveParts((req) => collect(req, { limits: { fileSize: 4 } }))
    expect(await send(mixed)).toMatchObject({
      status: 413,
      body: { code: 'LIMIT_FILE_SIZE', field: 'photo' },
    })
  })

  it('breaks the stream of a file whose client went away', async () => {
    const outcomes: unknown[] = []
    const { port } = await serveParts(async (req) => {
      for await (const part of parts(req)) {
        if (part.kind === 'file') await buffer(part.stream).catch((error) => outcomes.push(error))
      }
    })
    const socket = connect(port, '127.0.0.1')
    socket.write(head(1_000_000))
    socket.write(mixed.subarray(0, 150), () => setTimeout(() => socket.destroy(), 20))
    await until(() => outcomes.length > 0, 'the stream broke')
    expect(outcomes).toEqual([expect.objectContaining({ code: 'REQUEST_ABORTED' })])
  })
})

describe('fields that a route needs before any file', () => {
  it('let the file in when they came', async () => {
    const { send } = await serveParts(withNeeds)
    expect((await send(mixed)).status).toBe(200)
  })

  it('refuse a file that comes first', async () => {
    const { send } = await serveParts(withNeeds)
    const answer = await send(form([{ name: 'f', filename: 'x', body: 'y' }, { name: 'token' }]))
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'FIELD_REQUIRED_FIRST', field: 'token' },
    })
  })

  it('are needed by a form without files as well', async () => {
    const { send } = await serveParts(withNeeds)
    expect((await send(form([{ name: 'other' }]))).status).toBe(400)
  })

  it('answer at once, without waiting for the rest of the body, and close the connection', async () => {
    const { port } = await serveParts(withNeeds)
    const socket = connect(port, '127.0.0.1')
    socket.write(head(50_000_000))
    socket.write(form([{ name: 'f', filename: 'x', body: 'y' }]).subarray(0, 90))
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    await until(() => answer.includes('FIELD_REQUIRED_FIRST'), 'the answer came')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toMatch(/^connection: close\r$/im)
    socket.destroy()
  })
})

describe('leaving the loop', () => {
  it('ends the upload, and the answer goes out', async () => {
    const { send } = await serveParts(async (req) => {
      for await (const part of parts(req)) return part.name
      return undefined
    })
    const answer = await send(
      form([{ name: 'first' }, { name: 'f', filename: 'x', body: Buffer.alloc(2_000_000) }]),
    )
    expect(answer).toMatchObject({ status: 200, body: 'first' })
  })

  it('ends what was still being waited for', async () => {
    const { send } = await serveParts(async (req) => {
      const iterator = parts(req)
      const waiting = [iterator.next(), iterator.next()]
      await iterator.return?.()
      return Promise.all(waiting)
    })
    expect((await send(mixed)).body).toEqual([{ done: true }, { done: true }])
  })

  it('leaves the connection fit for the next request', async () => {
    const { send } = await serveParts(async (req) => {
      for await (const part of parts(req)) return part.name
      return undefined
    })
    for (let i = 0; i < 5; i++) expect((await send(mixed)).body).toBe('token')
  })
})

function head(length: number): string {
  return `POST / HTTP/1.1\r\nHost: test\r\nContent-Type: ${multipart}\r\nContent-Length: ${length}\r\n\r\n`
}
