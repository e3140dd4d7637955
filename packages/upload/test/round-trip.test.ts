import { Buffer } from 'node:buffer'
import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import upload, { type MulterError, parts, type UploadedFile } from '@tokkyu/upload'
import { form, type Part } from './form.ts'
import { multipart } from './server.ts'

interface Read {
  error?: MulterError
  body?: Record<string, unknown>
  files?: UploadedFile[]
}

/** A request without a socket: what arrives, and in which pieces, is exactly what is written. */
function request(chunks: readonly Buffer[]): PassThrough & { headers: Record<string, string> } {
  const req = Object.assign(new PassThrough(), {
    headers: { 'content-type': multipart, 'transfer-encoding': 'chunked' },
  })
  for (const chunk of chunks) if (chunk.length > 0) req.write(chunk)
  req.end()
  return req
}

function read(chunks: readonly Buffer[]): Promise<Read> {
  const req = request(chunks) as never
  return new Promise((resolve) => {
    upload().any()(req, null as never, (error) =>
      resolve(error ? { error: error as MulterError } : req),
    )
  })
}

function cut(body: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (body.length + 1)), body.length]
  return ends.toSorted((a, b) => a - b).map((end, i, all) => body.subarray(all[i - 1] ?? 0, end))
}

// Bytes that delimiters are made of come up often.
const content = fc
  .array(
    fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom('\r\n', '\r\n--', '--', 'AaB03')),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))))
  .filter((bytes) => !bytes.includes('--AaB03x'))
const word = fc.stringMatching(/^[a-z0-9]{1,12}$/)
/** None is a device of Windows, such as `con`, which is given another name. */
const fileName = word.map((text) => `a-${text}`)
const textContent = content.map((bytes) => bytes.toString('utf8'))
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ name: word, body: textContent }),
  fc.record({ name: word, filename: fileName, body: content }),
)
const places = fc.array(fc.nat(), { maxLength: 15 })

describe('a well-formed form', () => {
  it('is read exactly, however it is chunked', { timeout: 90_000 }, async () => {
    const property = fc.asyncProperty(
      fc.array(part, { maxLength: 6 }),
      places,
      async (sent, at) => {
        const { error, body = {}, files = [] } = await read(cut(form(sent), at))
        expect(error).toBeUndefined()
        const values = (name: string): string[] =>
          sent
            .filter((one) => one.name === name && one.filename === undefined)
            .map(({ body: value }) => String(value))
        for (const [name, value] of Object.entries(body)) {
          expect([value].flat()).toEqual(values(name))
        }
        expect(Object.values(body).flat()).toHaveLength(
          sent.filter(({ filename }) => filename === undefined).length,
        )
        expect(
          files.map(({ fieldname, originalname, buffer }) => [
            fieldname,
            originalname,
            buffer.toString('hex'),
          ]),
        ).toEqual(
          sent
            .filter(({ filename }) => filename !== undefined)
            .map(({ name, filename, body: bytes }) => [
              name,
              filename,
              Buffer.from(bytes ?? '').toString('hex'),
            ]),
        )
      },
    )
    await fc.assert(property, { numRuns: 300 })
  })

  it('is the same to the iterator, in wire order', { timeout: 90_000 }, async () => {
    const property = fc.asyncProperty(
      fc.array(part, { maxLength: 6 }),
      places,
      async (sent, at) => {
        const seen: unknown[] = []
        for await (const one of parts(request(cut(form(sent), at)) as never)) {
          if (one.kind === 'field') seen.push([one.name, one.value])
          else
            seen.push([
              one.name,
              one.filename,
              Buffer.concat(await one.stream.toArray()).toString('hex'),
            ])
        }
        expect(seen).toEqual(
          sent.map(({ name, filename, body = '' }) =>
            filename === undefined
              ? [name, String(body)]
              : [name, filename, Buffer.from(body).toString('hex')],
          ),
        )
      },
    )
    await fc.assert(property, { numRuns: 200 })
  })
})

describe('a form with anything changed', () => {
  const mutation = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 8 }),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('\r\n', '--', '\r\n--AaB03x', '"', ';', ':', '\0', 'filename*=', '[')
        .map((text) => Buffer.from(text)),
    ),
  })

  it(
    'is read, or refused with a 4xx and a code; nothing else happens',
    { timeout: 90_000 },
    async () => {
      const property = fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.array(mutation, { minLength: 1, maxLength: 5 }),
        places,
        async (sent, mutations, at) => {
          const changed = mutations.reduce((body, { at: place, remove, insert }) => {
            const start = place % (body.length + 1)
            return Buffer.concat([body.subarray(0, start), insert, body.subarray(start + remove)])
          }, form(sent))
          const { error } = await read(cut(changed, at))
          expect(error?.name ?? 'none').toMatch(/^(?:MulterError|none)$/)
          expect(error?.status ?? 400).toBeOneOf([400, 413, 415])
        },
      )
      await fc.assert(property, { numRuns: 600 })
    },
  )
})
