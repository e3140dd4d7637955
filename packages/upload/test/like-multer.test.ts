import { Buffer } from 'node:buffer'
import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import multer from 'multer'
import { describe, expect, it } from 'vitest'
import upload, { type Limits, type UploadedFile } from '@tokkyu/upload'
import { form, type Part } from './form.ts'
import { multipart } from './server.ts'

type Handler = (req: never, res: never, next: (error?: unknown) => void) => void
/** What a middleware leaves on the request, without what is ours alone. */
function outcome(middleware: Handler, body: Buffer): Promise<object> {
  const req = Object.assign(new PassThrough(), {
    headers: { 'content-type': multipart, 'content-length': String(body.length) },
  }) as PassThrough & { body?: unknown; file?: UploadedFile; files?: unknown }
  req.end(body)
  return new Promise((resolve) => {
    middleware(req as never, null as never, (error) => {
      const { code, field, message } = (error ?? {}) as { code?: string } & Partial<
        Record<'field' | 'message', string>
      >
      // multer reads fields on after an error; here nothing is read after it.
      if (error) resolve({ code, field, message })
      else resolve({ body: req.body, file: req.file, files: req.files })
    })
  })
}

async function expectTheSame(ours: Handler, theirs: Handler, body: Buffer): Promise<void> {
  const [here, there] = await Promise.all([outcome(ours, body), outcome(theirs, body)])
  // In two steps, for the order of properties does not count in the second.
  expect(JSON.stringify(here)).toBe(JSON.stringify(there))
  expect(here).toEqual(there)
}

describe('a form', () => {
  const piece = fc.constantFrom('a', 'b', '[', ']', '[]', '[0]', '[2]', '[a]', '[b]', ' ', '-', '0')
  const name = fc
    .array(piece, { minLength: 1, maxLength: 5 })
    .map((pieces) => pieces.join(''))
    .filter((text) => text.trim() !== '')
  const value = fc.string({ maxLength: 8 })

  it(
    'has the same fields as with multer, however they are nested',
    { timeout: 90_000 },
    async () => {
      const fields = fc.array(fc.record({ name, body: value }), { maxLength: 6 })
      const property = fc.asyncProperty(fields, (parts) =>
        expectTheSame(upload().none(), multer().none() as Handler, form(parts)),
      )
      await expect(fc.assert(property, { numRuns: 500 })).resolves.toBeUndefined()
    },
  )

  it('has the same files as with multer, in every shape', { timeout: 90_000 }, async () => {
    const file = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      filename: fc.stringMatching(/^[a-z]{1,8}\.(?:txt|png)$/),
      type: fc.constantFrom('text/plain', 'image/png', 'application/octet-stream'),
      body: fc.string({ maxLength: 50 }),
    })
    const part: fc.Arbitrary<Part> = fc.oneof(file, fc.record({ name, body: value }))
    const shapes: [Handler, Handler][] = [
      [upload().any(), multer().any() as Handler],
      [upload().single('a'), multer().single('a') as Handler],
      [upload().array('a', 2), multer().array('a', 2) as Handler],
      [
        upload().fields([{ name: 'a' }, { name: 'b', maxCount: 1 }]),
        multer().fields([{ name: 'a' }, { name: 'b', maxCount: 1 }]) as Handler,
      ],
    ]
    const property = fc.asyncProperty(
      fc.array(part, { maxLength: 5 }),
      fc.constantFrom(...shapes),
      (parts, [ours, theirs]) => expectTheSame(ours, theirs, form(parts)),
    )
    await expect(fc.assert(property, { numRuns: 300 })).resolves.toBeUndefined()
  })

  it.each<Limits>([
    { fileSize: 3 },
    { files: 1 },
    { fields: 1 },
    { parts: 2 },
    { fieldSize: 2 },
    { fieldNameSize: 4 },
    { fieldNestingDepth: 1 },
    { fieldArrayIndexLimit: 1 },
  ])('passes or fails with the same code as with multer, for %j', async (limits) => {
    const texts = ['', 'ab', 'abc', 'abcd']
    for (const body of texts) {
      for (const parts of [
        [{ name: 'f', filename: 'x', body }],
        [
          { name: 'f', filename: 'x', body },
          { name: 'g', filename: 'y', body },
        ],
        [
          { name: 'four', body },
          { name: 'fives', body },
        ],
        [
          { name: 'a[b]', body },
          { name: 'a[b][c]', body },
        ],
        [
          { name: 'a[1]', body },
          { name: 'a[2]', body },
        ],
        [
          { name: 'a', body },
          { name: 'b', body },
          { name: 'f', filename: 'x', body },
        ],
      ]) {
        await expectTheSame(
          upload({ limits }).any(),
          multer({ limits }).any() as Handler,
          form(parts),
        )
      }
    }
    expect.assertions(2 * 24)
  })

  it.each(['x', ''])(
    'passes over application/octet-stream without a file name: %j',
    async (body) => {
      const type = 'application/octet-stream'
      const parts = [
        { name: 'a', type, body },
        { name: 'b', body },
        { name: 'c', filename: '', type, body },
      ]
      await expectTheSame(upload().any(), multer().any() as Handler, form(parts))
      expect.assertions(2)
    },
  )

  it.each([
    ['cut before its end', (body: string) => body.slice(0, -8)],
    [
      'with a head that is none',
      (body: string) => body.replace('Content-Disposition:', 'nonsense'),
    ],
    ['without a name', (body: string) => body.replace(' name="a";', '')],
  ])('fails like with multer %s', async (_, change) => {
    const whole = form([
      { head: 'Content-Disposition: form-data; name="a"; filename="x"', body: 'y' },
    ])
    const body = Buffer.from(change(whole.toString()))
    const [here, there] = await Promise.all(
      [upload().any() as Handler, multer().any() as Handler].map(
        (middleware) =>
          new Promise((resolve) => {
            const req = Object.assign(new PassThrough(), {
              headers: { 'content-type': multipart, 'content-length': '1' },
            })
            req.end(body)
            middleware(req as never, null as never, resolve)
          }),
      ),
    )
    expect(here).toBeInstanceOf(Error)
    expect(here).toMatchObject({ message: (there as Error).message })
  })
})
