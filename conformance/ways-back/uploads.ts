import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Options, StorageEngine } from 'multer'
import { expect } from 'vitest'
import { ask, listening } from '../harness/ask.ts'
import type { App, Reply } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'
import { settle } from '../harness/settle.ts'
import { peers, type Row, type Side } from './row.ts'
import { exchange, isPeers } from './see.ts'

const CONTENT_TYPE = 'multipart/form-data; boundary=B'
const END = '--B--\r\n'

const part = (head: string, value: string): string => `--B\r\n${head}\r\n\r\n${value}\r\n`
const field = (name: string, value = '1'): string =>
  part(`Content-Disposition: form-data; name="${name}"`, value)
const file = (name: string, value = 'text'): string =>
  part(
    `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain`,
    value,
  )

/** An app of npm's Express with the upload of a side, that tells what it got. */
function appWith(side: Side, options: object, back = false): App {
  const app = peers.express().set('env', 'test')
  app.post('/', side.upload(options as Options).any(), (req, res) => {
    const { body, files } = req as unknown as { body: object; files: { originalname: string }[] }
    res.json({ fields: body, files: files.map(({ originalname }) => originalname) })
  })
  app.use(
    onError((error: { status?: number; code?: string; message: string }, _req, res, _next) => {
      if (back) error.status = 500
      res.status(error.status ?? 500).json({ code: error.code, message: error.message })
    }),
  )
  return app
}

/** A row that sends one form. */
function sent(
  id: string,
  parts: string,
  says: Pick<Row, 'express' | 'ours'> & {
    readonly options?: (back: boolean) => object
    readonly wayBack?: string
  },
): Row {
  return {
    id,
    express: says.express,
    ours: says.ours,
    wayBack: says.wayBack,
    see: (side, back) =>
      listening(http.createServer(appWith(side, says.options?.(back) ?? {}, back)), (server) =>
        post(server, parts),
      ),
  }
}

async function post(server: http.Server, parts: string): Promise<Reply> {
  const headers = { 'Content-Type': CONTENT_TYPE }
  const body = Buffer.from(parts + END)
  return settle(await ask(server, { method: 'POST', path: '/', headers, body }))
}

const got = (fields: object, ...files: string[]): object => ({
  status: 200,
  body: Buffer.from(JSON.stringify({ fields, files })).toString('latin1'),
})
const refused = (status: number, code: string): object => ({
  status,
  body: expect.stringContaining(`"${code}"`),
})

const times = (count: number, one: string): string => one.repeat(count)

/** The limits that multer does not have. */
const NO_LIMITS = {
  fileSize: Infinity,
  files: Infinity,
  fields: Infinity,
  parts: Infinity,
  fieldNameSize: Infinity,
  fileNameSize: Infinity,
  fieldNestingDepth: Infinity,
  fieldArrayIndexLimit: Infinity,
  headerPairs: Infinity,
  headerSize: Infinity,
  totalBytes: Infinity,
  idleTime: Infinity,
}

const unlimited = (back: boolean): object => (back ? { limits: NO_LIMITS } : {})

/** Runs what uses a folder of its own. */
async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ways-back-uploads-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What an author meets who takes uploads. */
export const uploads: readonly Row[] = [
  sent('upload-limits', times(21, file('a.txt')), {
    options: unlimited,
    express: { status: 200 },
    ours: refused(413, 'LIMIT_FILE_COUNT'),
    wayBack: 'limits',
  }),
  sent('upload-limits', field(`a${'[b]'.repeat(20)}`) + field('c[2000]') + field('d'.repeat(300)), {
    options: unlimited,
    express: { status: 200 },
    ours: refused(400, 'LIMIT_FIELD_NESTING'),
    wayBack: 'limits',
  }),
  sent('upload-parts', times(1001, field('a')), {
    options: (back) => (back ? { limits: { fields: Infinity } } : {}),
    express: { status: 200 },
    ours: refused(413, 'LIMIT_PART_COUNT'),
    wayBack: 'limits.fields',
  }),
  {
    id: 'upload-total',
    see: (side, back) => {
      const options = back ? { limits: { totalBytes: Infinity } } : {}
      return listening(http.createServer(appWith(side, options)), async (server) => {
        const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${CONTENT_TYPE}\r\n`
        const silence = isPeers(side, back) ? 1000 : undefined
        const text = await exchange(server, `${head}Content-Length: ${2 ** 30}\r\n\r\n`, silence)
        return { status: text.slice(9, 12) }
      })
    },
    express: { status: '' },
    ours: { status: '413' },
    wayBack: 'limits.totalBytes',
  },
  sent('upload-names', file('Zoë.txt'), {
    options: (back) => (back ? { defParamCharset: 'latin1' } : {}),
    express: got({}, Buffer.from('Zoë.txt').toString('latin1')),
    ours: got({}, 'Zoë.txt'),
    wayBack: "defParamCharset: 'latin1'",
  }),
  sent('upload-safe-names', file('nul.txt') + file('a:b.txt'), {
    express: got({}, 'nul.txt', 'a:b.txt'),
    ours: got({}, '_nul.txt', 'a_b.txt'),
  }),
  sent('upload-paths', file('../a/b.txt'), {
    options: () => ({ preservePath: true }),
    express: got({}, '../a/b.txt'),
    ours: got({}, 'a/b.txt'),
  }),
  sent('upload-broken-parts', part('Content-Disposition: nonsense', 'text'), {
    express: got({}),
    ours: refused(400, 'MALFORMED_PART_HEADER'),
  }),
  sent('upload-empty-names', file(''), {
    express: got({ file: 'text' }),
    ours: refused(400, 'MISSING_FILE_NAME'),
  }),
  sent('upload-prototype-fields', field('a[constructor][x]'), {
    express: got({ a: { constructor: { x: '1' } } }),
    ours: refused(400, 'INVALID_FIELD_NAME'),
  }),
  sent('upload-status', file('a.txt', 'too long'), {
    options: () => ({ limits: { fileSize: 1 } }),
    express: refused(500, 'LIMIT_FILE_SIZE'),
    ours: refused(413, 'LIMIT_FILE_SIZE'),
    wayBack: 'error.status = 500',
  }),
  sent('upload-errors', part('Nonsense', 'text'), {
    express: { status: 500, body: '{"message":"Malformed part header"}' },
    ours: refused(400, 'MALFORMED_PART_HEADER'),
  }),
  {
    id: 'upload-modes',
    see: (side, back) =>
      inFolder(async (folder) => {
        const mode = 0o666 & ~process.umask()
        const disk = { destination: folder, ...(back ? { mode } : {}) }
        const app = appWith(side, { storage: side.upload.diskStorage(disk) })
        return listening(http.createServer(app), async (server) => {
          await post(server, file('a.txt'))
          const [name = ''] = readdirSync(folder)
          return { mode: statSync(path.join(folder, name)).mode & 0o777 }
        })
      }),
    express: { mode: 0o666 & ~process.umask() },
    ours: { mode: 0o600 },
    wayBack: 'diskStorage({ mode })',
  },
  {
    id: 'upload-publishing',
    see: (side) =>
      inFolder(async (folder) => {
        const storage = side.upload.diskStorage({
          destination: folder,
          filename: (_req, { originalname }, done) => done(null, originalname),
        })
        const seen: boolean[] = []
        const fileFilter: Options['fileFilter'] = (_req, { originalname }, done) => {
          // The first file has come whole by then.
          if (originalname === 'b.txt') {
            setTimeout(() => {
              seen.push(readdirSync(folder).includes('a.txt'))
              done(null, true)
            }, 100)
          } else done(null, true)
        }
        return listening(
          http.createServer(appWith(side, { storage, fileFilter })),
          async (server) => {
            await post(server, file('a.txt') + file('b.txt'))
            return { during: seen, after: readdirSync(folder) }
          },
        )
      }),
    express: { during: [true], after: ['a.txt', 'b.txt'] },
    ours: { during: [false], after: ['a.txt', 'b.txt'] },
  },
  {
    id: 'upload-destinations',
    see: (side) =>
      inFolder(async (folder) => {
        const storage = side.upload.diskStorage({
          destination: (_req, _file, done) => done(null, folder),
          filename: (_req, _file, done) => done(null, `../${path.basename(folder)}-out.txt`),
        })
        const out = `${folder}-out.txt`
        try {
          return await listening(http.createServer(appWith(side, { storage })), async (server) => {
            const { status } = await post(server, file('a.txt'))
            return { status, written: readdirSync(path.dirname(out)).includes(path.basename(out)) }
          })
        } finally {
          rmSync(out, { force: true })
        }
      }),
    express: { status: 200, written: true },
    ours: { written: false },
  },
  {
    id: 'upload-aborts',
    see: async (side) => {
      let arrive: (() => void) | undefined
      const arrived = new Promise<void>((resolve) => (arrive = resolve))
      let closed: ((events: string[]) => void) | undefined
      const events: string[] = []
      const ended = new Promise<string[]>((resolve) => (closed = resolve))
      const storage: StorageEngine = {
        _handleFile(_req, { stream }, done) {
          arrive?.()
          stream.on('end', () => events.push('end')).on('error', () => events.push('error'))
          stream.on('close', () => {
            done(null, {})
            closed?.(events)
          })
          stream.resume()
        },
        _removeFile: (_req, _file, done) => done(null),
      }
      await listening(http.createServer(appWith(side, { storage })), async (server) => {
        const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
        const begun = file('a.txt', 'x'.repeat(1000)).slice(0, 500)
        socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${CONTENT_TYPE}\r\n`)
        socket.write(`Content-Length: 9999\r\n\r\n${begun}`)
        await arrived
        socket.destroy()
        await ended
      })
      return { events }
    },
    express: { events: ['error'] },
    ours: { events: ['end'] },
  },
  {
    id: 'upload-options',
    see: async (side) => {
      try {
        side.upload({ limits: { filesize: 1 } } as Options)
        return { made: true }
      } catch (error) {
        return { made: (error as { code?: string }).code }
      }
    },
    express: { made: true },
    ours: { made: 'UPLOAD_BAD_OPTION' },
  },
]
