import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { listening } from './harness/ask.ts'
import type { App, Framework } from './harness/case.ts'
import { express, ours } from './harness/frameworks.ts'

const root = mkdtempSync(path.join(tmpdir(), 'header-bytes-'))
beforeAll(() => {
  for (const size of SIZES) writeFileSync(path.join(root, `${size}.txt`), 'x'.repeat(size))
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterAll(() => {
  rmSync(root, { recursive: true })
  vi.restoreAllMocks()
})

/** Around the sizes at which one of the two changes its way of sending. */
const SIZES = [0, 1, 999, 1000, 16_383, 16_384, 70_000]

/** Each way to answer; `what` is the value of a header that is set before. */
const WAYS: Record<string, (app: App, what: string, size: number) => void> = {
  'send text': (app, what, size) =>
    app.get('/', (_req, res) => res.set('X-Name', what).send('x'.repeat(size))),
  'send text beyond ASCII': (app, what, size) =>
    app.get('/', (_req, res) => res.set('X-Name', what).send('é'.repeat(size))),
  'send bytes': (app, what, size) =>
    app.get('/', (_req, res) => res.set('X-Name', what).send(Buffer.alloc(size, 'x'))),
  json: (app, what, size) =>
    app.get('/', (_req, res) => res.set('X-Name', what).json('x'.repeat(size))),
  sendStatus: (app, what) => app.get('/', (_req, res) => res.set('X-Name', what).sendStatus(418)),
  redirect: (app, what) => app.get('/', (_req, res) => res.set('X-Name', what).redirect('/x')),
  end: (app, what, size) =>
    app.get('/', (_req, res) => void res.set('X-Name', what).end('x'.repeat(size))),
  pipe: (app, what, size) =>
    app.get('/', (_req, res) => {
      Readable.from([Buffer.alloc(size, 'x')]).pipe(res.set('X-Name', what))
    }),
  sendFile: (app, what, size) =>
    app.get('/', (_req, res) => res.set('X-Name', what).sendFile(`${size}.txt`, { root })),
  static: (app, what, size) => {
    app.get('/', (req, _res, next) => {
      req.url = `/${size}.txt`
      next()
    })
  },
  'a page of the final handler': (app, what) =>
    app.use((_req, res, next) => {
      res.set('X-Name', what)
      next()
    }),
}

describe('the bytes of a header', () => {
  it.each(Object.keys(WAYS).flatMap((way) => [true, false].map((etag) => [way, etag] as const)))(
    'are those that Express sends: %s, ETag %s',
    async (way, etag) => {
      await fc.assert(
        fc.asyncProperty(headerValues, fc.constantFrom(...SIZES), async (value, size) => {
          const [theirs, own] = await Promise.all(
            [express, ours].map((framework) => headerOf(framework, way, value, size, etag)),
          )
          expect(own).toBe(theirs)
          expect(theirs).toBeDefined()
        }),
        {
          numRuns: 12,
          examples: [
            ['José', 1],
            ['José', 1000],
            [Buffer.from('José', 'utf8').toString('latin1'), 1],
          ],
        },
      )
    },
    30_000,
  )
})

/** What node takes as a header's value: latin1 without controls; raw octets of UTF-8 among them. */
const headerValues = fc.oneof(
  fc.constantFrom('José', 'plain', 'ÿ\u0080', Buffer.from('日本', 'utf8').toString('latin1')),
  fc
    .string({ unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)) })
    .map((text) => text.replaceAll('\x7f', '') || 'x'),
)

/** The header's line as it left, one character a byte. */
async function headerOf(
  framework: Framework,
  way: string,
  value: string,
  size: number,
  etag: boolean,
): Promise<string | undefined> {
  const app = framework().set('env', 'test')
  if (!etag) app.disable('etag')
  WAYS[way]?.(app, value, size)
  if (way === 'static')
    app.use(framework.static(root, { setHeaders: (res) => void res.setHeader('X-Name', value) }))
  return listening(http.createServer(app), async (server) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(socket, 'close')
    return /^X-Name: (.*)$/im.exec(Buffer.concat(chunks).toString('latin1'))?.[1]
  })
}
