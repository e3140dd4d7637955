import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import express from '@tokkyu/core'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import * as implied from '../../src/response/one-piece.ts'

const root = mkdtempSync(join(tmpdir(), 'memory-'))
const MODIFIED = new Date('2020-02-20T20:20:20Z')
const ETAG = `W/"3-${MODIFIED.getTime().toString(16)}"`

beforeAll(() => {
  writeFileSync(join(root, 'a.txt'), 'one')
  utimesSync(join(root, 'a.txt'), MODIFIED, MODIFIED)
  // Only files that have not changed for a while are kept.
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
})
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  rmSync(root, { recursive: true })
})

/** Without stacks in its error pages, which tell the ways apart. */
function quiet(): express.Express {
  return express().set('env', 'production')
}

/** The same folder twice: once with headers that nobody touched, once with headers that were looked at. */
const plain = quiet().use(express.static(root))
const touched = quiet().use((_req, res, next) => {
  res.getHeaderNames()
  next()
}, express.static(root))

async function ask(app: express.Express, headers: Record<string, string>, method: 'get' | 'head') {
  await request(app).get('/a.txt') // into memory
  const { status, headers: given, text } = await request(app)[method]('/a.txt').set(headers)
  delete given['date']
  return { status, headers: given, text }
}

describe('a file in memory', () => {
  it.each<[string, number, Record<string, string>, ('get' | 'head')?]>([
    ['without conditions', 200, {}],
    ['with its tag', 304, { 'if-none-match': ETAG }],
    ['with another tag', 200, { 'if-none-match': '"other"' }],
    ['with its date', 304, { 'if-modified-since': MODIFIED.toUTCString() }],
    ['with an older date', 200, { 'if-modified-since': new Date(0).toUTCString() }],
    ['with its tag, but reloading', 200, { 'if-none-match': ETAG, 'cache-control': 'no-cache' }],
    ['with a condition that fails', 412, { 'if-match': '"other"' }],
    ['for a part of it', 206, { range: 'bytes=1-' }],
    ['for its headers', 200, {}, 'head'],
  ])(
    'is answered alike in the short way and the long: %s',
    async (_what, status, headers, method = 'get') => {
      const short = await ask(plain, headers, method)
      expect(short.status).toBe(status)
      expect(short).toEqual(await ask(touched, headers, method))
    },
  )

  it('takes the short way', async () => {
    const imply = vi.spyOn(implied, 'implyMore')
    await ask(plain, { 'if-none-match': ETAG }, 'get')
    expect(imply.mock.calls.at(-1)?.[1]).toEqual([
      'Accept-Ranges',
      'bytes',
      'Cache-Control',
      'public, max-age=0',
      'Last-Modified',
      MODIFIED.toUTCString(),
      'ETag',
      ETAG,
    ])
    imply.mockRestore()
  })
})
