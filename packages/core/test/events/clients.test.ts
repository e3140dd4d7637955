// oxlint-disable vitest/expect-expect -- `until` fails when what it waits for does not come
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGunzip, createGzip } from 'node:zlib'
import compression from 'compression'
import { EventSource } from 'eventsource'
import { chromium } from 'playwright-core'
import { afterEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import express from '@tokkyu/core'

import { until } from '../resources.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

const servers: http.Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function urlOf(app: express.Express): Promise<string> {
  const server = app.set('env', 'test').listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Three letters, the connection cut after the first two; then the client is told not to come back. */
function letters(seen: unknown[]): express.Express {
  const log = new express.EventLog()
  return express()
    .get('/', (_req, res) => void res.type('html').send('<!doctype html>'))
    .get('/letters', (req, res) => {
      seen.push(req.get('Last-Event-ID'))
      const events = res.sse(log, { retry: 20 })
      if (seen.length > 1) return log.end()
      log.publish({ event: 'letter', data: 'a' })
      log.publish({ event: 'letter', data: 'b\nc' })
      setTimeout(() => {
        events.end()
        log.publish({ event: 'letter', data: 'd' })
      }, 20)
    })
}

describe('the npm package eventsource', () => {
  it('gets all events, comes back for what it has missed, and stays away when told', async () => {
    const seen: unknown[] = []
    const source = new EventSource(`${await urlOf(letters(seen))}letters`)
    const got: unknown[] = []
    source.addEventListener('letter', ({ data }) => got.push(data))
    await until(() => source.readyState === EventSource.CLOSED, 'closed')
    expect(got).toEqual(['a', 'b\nc', 'd'])
    expect(seen).toEqual([undefined, expect.stringMatching(/-2$/), expect.stringMatching(/-3$/)])
  })
})

const available = inject('chromium')

describe.skipIf('missing' in available)('Chromium', () => {
  it('gets all events, comes back for what it has missed, and stays away when told', async () => {
    if ('missing' in available) throw new Error(available.missing)
    const seen: unknown[] = []
    const url = await urlOf(letters(seen))
    const { executablePath, libraries } = available
    const env = { ...process.env, LD_LIBRARY_PATH: libraries } as Record<string, string>
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], env })
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    await page.goto(url)
    const got = await page.evaluate(`new Promise((resolve) => {
      const source = new EventSource('/letters')
      const got = []
      source.addEventListener('letter', ({ data }) => got.push(data))
      source.onerror = () => source.readyState === EventSource.CLOSED && resolve(got)
    })`)
    expect(got).toEqual(['a', 'b\nc', 'd'])
    expect(seen).toHaveLength(3)
  }, 60_000)
})

describe('compressing middleware in front', () => {
  it('of npm leaves the stream alone', async () => {
    const reply = await open(express().use(compression({ threshold: 0 })))
    let text = ''
    reply.on('data', (piece: Buffer) => (text += piece.toString()))
    await until(() => text.includes('data: early\n\n'), 'the event')
    expect(reply.headers['content-encoding']).toBeUndefined()
  })

  it('that does not heed no-transform is asked to hold nothing back', async () => {
    const app = express().use((_req, res, next) => {
      const gzip = createGzip()
      const write = res.write.bind(res) as (piece: Buffer) => boolean
      gzip.on('data', (piece: Buffer) => write(piece))
      res.write = (piece: unknown) => gzip.write(piece)
      Object.assign(res.set('Content-Encoding', 'gzip'), { flush: () => gzip.flush() })
      next()
    })
    const reply = await open(app)
    let text = ''
    reply.pipe(createGunzip()).on('data', (piece: Buffer) => (text += piece.toString()))
    await until(() => text.includes('data: early\n\n'), 'the event')
  })
})

async function open(app: express.Express) {
  app.get('/', (_req, res) => void res.sse().send('early'))
  const request = http.get(await urlOf(app), { headers: { 'Accept-Encoding': 'gzip' } })
  onTestFinished(() => void request.destroy())
  const [reply] = (await once(request, 'response')) as [http.IncomingMessage]
  return reply
}
