import { Buffer } from 'node:buffer'
import { createServer, type IncomingMessage, request as httpRequest, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Middleware, UploadedFile, UploadRequest } from '@tokkyu/upload'
import { BOUNDARY } from './form.ts'

export interface Answer {
  status: number
  body: Record<string, unknown>
  headers: IncomingMessage['headers']
}

export interface TestServer {
  readonly port: number
  /** How each request that reached the middleware ended, in that order. */
  readonly outcomes: unknown[]
  send(body: Buffer | string, headers?: Record<string, string>): Promise<Answer>
  /** Sends the first bytes of a body that is declared longer, then drops the connection. */
  sendAndDrop(bytes: Buffer, declared: number): Promise<void>
}

/**
 * A plain node:http server around one middleware, answering with what it read: no framework between
 * the test and the package.
 */
export async function serve(
  middleware: Middleware,
  reply: (req: UploadRequest) => unknown = whatWasRead,
): Promise<TestServer> {
  const outcomes: unknown[] = []
  const server = createServer((req, res) => {
    middleware(req, res, (error) => {
      outcomes.push(error)
      const {
        status = 500,
        code,
        message,
        field,
      } = (error ?? { status: 200 }) as Partial<Answer> & {
        code?: string
        message?: string
        field?: string
      }
      res.writeHead(status, { 'Content-Type': 'application/json' })
      res.end(JSON.stringify(error ? { code, message, field } : reply(req)))
    })
  })
  const port = await listening(server)
  return { port, outcomes, send: sender(port), sendAndDrop: dropper(port) }
}

export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

export const multipart = `multipart/form-data; boundary=${BOUNDARY}`

export function sender(port: number): TestServer['send'] {
  return (body, headers = {}) =>
    new Promise((resolve, reject) => {
      const req = httpRequest({
        port,
        host: '127.0.0.1',
        method: 'POST',
        headers: {
          'Content-Type': multipart,
          'Content-Length': String(Buffer.byteLength(body)),
          ...headers,
        },
      })
      req.on('error', reject)
      req.on('response', (res) => {
        let text = ''
        res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        res.on('end', () => {
          const parsed = JSON.parse(text) as Record<string, unknown>
          resolve({ status: res.statusCode ?? 0, body: parsed, headers: res.headers })
        })
      })
      req.end(body)
    })
}

function dropper(port: number): TestServer['sendAndDrop'] {
  return (bytes, declared) =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', reject)
      socket.write(
        `POST / HTTP/1.1\r\nHost: test\r\nContent-Type: ${multipart}\r\nContent-Length: ${declared}\r\n\r\n`,
      )
      socket.write(bytes, () => setTimeout(() => socket.destroy(), 10))
      socket.on('close', () => resolve())
    })
}

/** A folder of its own, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokkyu-upload-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder).toSorted()
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const start = Date.now(); !condition();) {
    if (Date.now() - start > 5_000) throw new Error(`Timed out waiting until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function whatWasRead({ body, file, files }: UploadRequest): unknown {
  return { body, file: file && summary(file), files: summaries(files) }
}

function summaries(files: UploadRequest['files']): unknown {
  if (files === undefined || Array.isArray(files)) return files?.map(summary)
  return Object.fromEntries(Object.entries(files).map(([name, list]) => [name, list.map(summary)]))
}

function summary({ buffer, ...file }: UploadedFile): unknown {
  return buffer ? { ...file, text: buffer.toString('latin1') } : file
}
