import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import express from 'express'
import tokkyu from '@tokkyu/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TAG } from './cases.ts'
import { LEFT_ON_ERRORS } from './differences.ts'
import { ask, describeError, listen, type Answer } from './exchange.ts'
import { makeFolder, type Folder } from './folder.ts'

interface SendCase {
  readonly path: string
  readonly options?: object
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  /** `false`: an absolute path without root. @default true */
  readonly rooted?: boolean
}

const PATHS = [
  'todo.txt',
  'users/tobi.txt',
  'empty.txt',
  'big.bin',
  'picture.png',
  'unknown.xyzzy',
  '% of dogs.txt',
  'a+b c.txt',
  'snow ☃/index.html',
  'todo%2etxt',
  'name..txt',
  'users',
  'users/',
  'empty-folder/',
  'todo.txt/',
  'todo',
  'users/tobi',
  '/todo.txt',
  'nothing',
  'todo.txt/below',
  'link-to-nothing',
  'x'.repeat(300),
  'fake/../todo.txt',
  '../secret.txt',
  'users/../../secret.txt',
  '..',
  '..\\secret.txt',
  '.hidden',
  '.well-known/security.txt',
  'users/.secret/key.txt',
  './todo.txt',
  'a\0b',
]

const OPTIONS: readonly object[] = [
  {},
  { dotfiles: 'allow' },
  { dotfiles: 'deny' },
  { index: false },
  { index: ['tobi.txt'] },
  { extensions: ['txt'] },
  { maxAge: '1d', immutable: true },
  { cacheControl: false },
  { lastModified: false },
  { acceptRanges: false },
  { headers: { 'x-own': '1', 'Content-Type': 'text/x-own' } },
  { headers: { 'Cache-Control': 'no-store', ETag: '"own"' } },
  { start: 2 },
  { start: 2, end: 4 },
]

const cases: readonly SendCase[] = [
  ...OPTIONS.flatMap((options) => PATHS.map((path) => ({ path, options }))),
  ...['todo.txt', 'nothing', 'users', '.hidden', '../secret.txt'].map((path) => ({
    path,
    rooted: false,
  })),
  ...OPTIONS.flatMap((options) =>
    [
      { range: 'bytes=1-3' },
      { range: 'bytes=90-' },
      { 'if-none-match': TAG },
      { 'if-none-match': '"own"' },
      { 'if-match': '"other"' },
      { 'if-modified-since': new Date(2 ** 41).toUTCString() },
    ].map((headers) => ({ path: 'nums.txt', options, headers })),
  ),
  ...['todo.txt', 'users', 'nothing'].map((path) => ({ path, method: 'HEAD' })),
]

interface App extends RequestListener {
  (req: IncomingMessage, res: ServerResponse): void
  set(name: string, value: unknown): unknown
  use(handler: (...args: never[]) => unknown): unknown
}

type Send = { sendFile: (path: string, options: object, done: (error?: Error) => void) => void }

let folder: Folder
let server: Server
let handler: RequestListener
beforeAll(async () => {
  folder = await makeFolder()
  server = await listen((req, res) => handler(req, res))
})
afterAll(async () => {
  server.close()
  await folder.remove()
})

/** The answer, and what the callback was called with, each time. */
async function outcomeOf(make: () => App, one: SendCase): Promise<[Answer, string[]]> {
  const calls: string[] = []
  const app = make()
  app.set('env', 'production')
  app.use((_req: unknown, res: ServerResponse & Send) => {
    const { path, rooted = true } = one
    const options = { ...one.options, ...(rooted ? { root: folder.root } : {}) }
    res.sendFile(rooted ? path : `${folder.root}/${path}`, options, (error) => {
      calls.push(error === undefined ? 'sent' : describeError(error))
      if (error === undefined || res.headersSent) return
      res.statusCode = 404
      res.end('refused')
    })
  })
  handler = app
  const { method = 'GET', headers = {} } = one
  const answer = await ask(server, { method, path: '/', headers })
  await vi.waitUntil(() => calls.length > 0, { interval: 1 })
  return [withoutFileHeaders(answer), calls]
}

/** Ours takes them back from a 412 or a 416; `X-Powered-By` is Express's and ours. */
function withoutFileHeaders(answer: Answer): Answer {
  if (answer.body !== 'refused') return answer
  const kept = Object.entries(answer.headers).filter(([name]) => !LEFT_ON_ERRORS.includes(name))
  return { ...answer, headers: Object.fromEntries(kept) }
}

describe('res.sendFile does what it does in Express', () => {
  it.each(cases.map((one) => [JSON.stringify(one), one] as const))('%s', async (_title, one) => {
    const expected = await outcomeOf(express, one)
    expect(await outcomeOf(tokkyu as unknown as () => App, one)).toEqual(expected)
  })
})
