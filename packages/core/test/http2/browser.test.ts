import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import express from '@tokkyu/core'

import { LOCALHOST_CERTIFICATE } from '../localhost-certificate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

const available = inject('chromium')

describe.skipIf('missing' in available)('Chromium over HTTP/2', () => {
  it('loads a page, sends JSON and gets events', async () => {
    if ('missing' in available) throw new Error(available.missing)
    const app = express().set('env', 'test').use(express.json())
    app.get('/', (req, res) => void res.send(`<!doctype html><p>${req.hostname}</p>`))
    app.post(
      '/',
      (req, res) => void res.json({ ...(req.body as object), version: req.httpVersion }),
    )
    app.get('/events', (_req, res) => void res.sse(['a', 'b']))
    const server = app.listen({ http2: true, ...LOCALHOST_CERTIFICATE, port: 0 })
    onTestFinished(() => app.close({ grace: 0 }))
    await once(server, 'listening')

    const { executablePath, libraries } = available
    const env = { ...process.env, LD_LIBRARY_PATH: libraries } as Record<string, string>
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], env })
    onTestFinished(() => browser.close())
    const page = await browser.newPage({ ignoreHTTPSErrors: true })
    await page.goto(`https://localhost:${(server.address() as AddressInfo).port}/`)
    const seen = await page.evaluate(`(async () => {
      const headers = { 'Content-Type': 'application/json' }
      const reply = await fetch('/', { method: 'POST', headers, body: '{"a":1}' })
      const source = new EventSource('/events')
      const events = []
      await new Promise((resolve) => {
        source.onmessage = ({ data }) => events.push(data) === 2 && resolve()
      })
      source.close()
      const [navigation] = performance.getEntriesByType('navigation')
      return [document.body.innerText, navigation.nextHopProtocol, await reply.json(), events]
    })()`)
    expect(seen).toEqual(['localhost', 'h2', { a: 1, version: '2.0' }, ['a', 'b']])
  }, 60_000)
})
