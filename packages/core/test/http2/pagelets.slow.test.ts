import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

import express from '@tokkyu/core'
import compression from 'compression'
import { chromium } from 'playwright-core'
import { describe, expect, inject, it, onTestFinished } from 'vitest'

import { LOCALHOST_CERTIFICATE } from '../localhost-certificate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

const given = inject('chromium')

/** Chromium before and since 150, the first that places pagelets itself: from npm, and the system's. */
const BROWSERS = [
  { name: 'that needs the script', where: 'missing' in given ? undefined : given },
  {
    name: 'that places pagelets itself',
    where: existsSync('/usr/bin/chromium')
      ? { executablePath: '/usr/bin/chromium', libraries: '' }
      : undefined,
  },
]

const PAGE = `<!doctype html><html><head><title>t</title></head><body><h1>Frame</h1>
<% for (const [name, data] of parts) {
  pagelet(name, data, (x) => { %><p class="part" style="height: 40px"><%= x %></p><% },
    { fallback: () => { %><p style="height: 40px"><%= name %>…</p><% } })
} %><hr></body></html>`

/** What settles a promise, with it. */
function gate(): { promise: Promise<string>; open: (text: string) => void } {
  let open!: (text: string) => void
  const promise = new Promise<string>((resolve) => {
    open = resolve
  })
  return { promise, open }
}

describe.each(BROWSERS)('pagelets over HTTP/2 in a Chromium $name', ({ where }) => {
  it.skipIf(!where).each([
    ['as they are', []],
    ['compressed', [compression()]],
  ])(
    'come as they are ready, %s, painted before and without a jump, and stop with the page',
    async (_how, middlewares) => {
      if (!where) return
      const views = mkdtempSync(path.join(tmpdir(), 'views-'))
      onTestFinished(() => rmSync(views, { recursive: true }))
      writeFileSync(path.join(views, 'page.html'), PAGE)
      const gates = { slow: gate(), fast: gate() }
      const never = gate()
      const gone = gate()
      const app = express().set('env', 'test').set('views', views).set('view engine', 'html')
      for (const each of middlewares) app.use(each)
      app.use((_req, res, next) => {
        res.set('Content-Security-Policy', "script-src 'nonce-abc'; style-src 'unsafe-inline'")
        next()
      })
      app.get('/', (_req, res) => {
        const parts = Object.entries(gates).map(([name, { promise }]) => [name, promise])
        res.renderStream('page', { parts })
      })
      app.get('/never', (req, res) => {
        req.signal.addEventListener('abort', () => gone.open('gone'))
        res.renderStream('page', { parts: [['never', never.promise]] })
      })
      const server = app.listen({ http2: true, ...LOCALHOST_CERTIFICATE, port: 0 })
      onTestFinished(() => app.close({ grace: 0 }))
      await once(server, 'listening')
      const origin = `https://localhost:${(server.address() as AddressInfo).port}`

      const browser = await chromium.launch({
        executablePath: where.executablePath,
        args: ['--no-sandbox'],
        env: { ...process.env, LD_LIBRARY_PATH: where.libraries },
      })
      onTestFinished(() => browser.close())
      const page = await browser.newPage({ ignoreHTTPSErrors: true })
      await page.goto(origin, { waitUntil: 'commit' })
      const loaded = page.waitForLoadState('load')
      await page.getByText('slow…').waitFor()
      // Nothing is there yet, and the page is seen.
      await page.waitForFunction(
        `performance.getEntriesByName('first-contentful-paint').length > 0`,
      )
      gates.fast.open('<fast>')
      await page.getByText('<fast>').waitFor()
      expect(await page.getByText('slow…').count()).toBe(1)
      gates.slow.open('<slow>')
      await loaded
      await page.getByText('<slow>').waitFor()
      const seen = await page.evaluate(`new Promise((resolve) => {
        const parts = [...document.querySelectorAll('.part')].map((part) => part.textContent)
        const [{ nextHopProtocol }] = performance.getEntriesByType('navigation')
        const tell = (shifts) => resolve({ parts, nextHopProtocol, shifts })
        new PerformanceObserver((list, self) => {
          self.disconnect()
          tell(list.getEntries().filter((entry) => entry.value > 0).length)
        }).observe({ type: 'layout-shift', buffered: true })
        requestAnimationFrame(() => requestAnimationFrame(() => tell(0)))
      })`)
      expect(seen).toEqual({ parts: ['<slow>', '<fast>'], nextHopProtocol: 'h2', shifts: 0 })

      await page.goto(`${origin}/never`, { waitUntil: 'commit' })
      await page.getByText('never…').waitFor()
      await page.close()
      expect(await gone.promise).toBe('gone')
    },
    60_000,
  )
})
