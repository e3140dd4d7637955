import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGzip } from 'node:zlib'

import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import type { StreamOptions } from '@tokkyu/views'

import { chromiums } from './browsers.ts'
import { engineOver } from './folder.ts'

const BROWSERS = [
  { name: 'that needs the script', where: chromiums.ofNpm },
  { name: 'that places pagelets itself', where: chromiums.ofSystem },
]

const PAGE = `<!doctype html><html><head><title>t</title></head><body><h1>Frame</h1>
<% pagelet('slow', slow, (x) => { %><p id="slow" style="height: 40px"><%= x %> <%
  pagelet('inner', inner, (y) => { %><i id="inner"><%= y %></i><% }, { fallback: () => { %><i>inner…</i><% } })
  %></p><% }, { fallback: () => { %><p style="height: 40px">slow…</p><% } }) %>
<% pagelet('fast', fast, (x) => { %><p id="fast" style="height: 40px"><%= x %></p><% }, { fallback: () => { %><p style="height: 40px">fast…</p><% } }) %>
<hr></body></html>`

/** A promise, with what settles it. */
function later() {
  let resolve!: (value: string) => void
  const promise = new Promise<string>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

describe.each(BROWSERS)('pagelets in a browser $name', ({ where }) => {
  const isOld = where === BROWSERS[0]?.where
  let browser: Browser
  let answer: (req: IncomingMessage, res: ServerResponse) => void
  const server = createServer((req, res) => {
    res.setHeader('content-type', 'text/html; charset=utf-8')
    if (req.url === '/favicon.ico') res.writeHead(404).end()
    else answer(req, res)
  })

  beforeAll(async () => {
    if (!where) return
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch({
      executablePath: where.executablePath,
      args: ['--no-sandbox'],
      env: { ...process.env, LD_LIBRARY_PATH: where.libraries },
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    server.closeAllConnections()
    server.close()
  })

  /** Opens a page, and goes on as soon as it has begun. */
  async function open(
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; ended: Promise<unknown> }> {
    const context = await browser.newContext(options)
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const { port } = server.address() as AddressInfo
    await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'commit' })
    return { page, ended: page.waitForLoadState('load') }
  }

  /** Answers with the page, whose parts come when the gates are opened. */
  function serve(policy: string | undefined, options: StreamOptions = {}, isZipped = false) {
    const engine = engineOver({ 'page.html': PAGE })
    const gates = { slow: later(), inner: later(), fast: later() }
    answer = (req, res) => {
      if (policy !== undefined) res.setHeader('content-security-policy', policy)
      const data = Object.fromEntries(
        Object.entries(gates).map(([name, { promise }]) => [name, promise]),
      )
      const inOrder = req.url?.includes('in-order') ? ({ pagelets: 'in order' } as const) : {}
      const html = engine.stream('page', data, { ...options, ...inOrder })
      if (isZipped) {
        res.setHeader('content-encoding', 'gzip')
        const zip = createGzip()
        html.pipe(zip).pipe(res)
        html.on('data', () => zip.flush())
      } else {
        html.pipe(res)
      }
    }
    return gates
  }

  it.skipIf(!where)(
    'come into their places as they are ready, under a strict policy',
    async () => {
      const gates = serve("default-src 'none'; script-src 'nonce-abc'; style-src 'unsafe-inline'", {
        nonce: 'abc',
      })
      const { page, ended } = await open()
      const complaints: string[] = []
      page.on('console', (message) => complaints.push(message.text()))
      await page.getByText('slow…').waitFor()
      gates.inner.resolve('<inner>')
      gates.fast.resolve('<fast>')
      await page.getByText('<fast>').waitFor()
      expect(await page.getByText('slow…').count()).toBe(1)
      gates.slow.resolve('<slow>')
      await ended
      await page.getByText('<inner>').waitFor()
      const shown = await page.evaluate(
        `[...document.body.querySelectorAll('h1,p,p i,hr')].map((e) => e.id || e.tagName).join()`,
      )
      expect(shown).toBe('H1,slow,inner,fast,HR')
      expect(complaints).toEqual([])
    },
    60_000,
  )

  it.skipIf(!where)(
    'let the page be painted before them, and do not move what is around',
    async () => {
      const gates = serve(undefined)
      const { page, ended } = await open()
      await page.waitForFunction(
        `performance.getEntriesByName('first-contentful-paint').length > 0`,
        undefined,
        { timeout: 20_000 },
      )
      for (const gate of Object.values(gates)) gate.resolve('there')
      await ended
      await page.locator('#inner').waitFor()
      const shifts = await page.evaluate(`new Promise((resolve) => {
      new PerformanceObserver((list, self) => { self.disconnect(); resolve(list.getEntries().filter((e) => e.value > 0).length) })
        .observe({ type: 'layout-shift', buffered: true })
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(0)))
    })`)
      expect(shifts).toBe(0)
    },
    60_000,
  )

  it.skipIf(!where)(
    'come through compression',
    async () => {
      const gates = serve(undefined, {}, true)
      const { page, ended } = await open()
      await page.getByText('slow…').waitFor()
      gates.fast.resolve('fast')
      await page.locator('#fast').waitFor()
      gates.slow.resolve('slow')
      gates.inner.resolve('inner')
      await ended
      await page.locator('#inner').waitFor()
      expect(await page.locator('#slow').innerText()).toBe('slow inner')
    },
    60_000,
  )

  it.skipIf(!where)(
    'need no script, or have a way to the page in order',
    async () => {
      const wayBack = { href: '?pagelets=in-order', text: 'All of it' }
      const gates = serve("default-src 'none'", { wayBack })
      const { page, ended } = await open({ javaScriptEnabled: false })
      gates.fast.resolve('fast')
      gates.slow.resolve('slow')
      gates.inner.resolve('inner')
      await ended
      if (isOld) await page.locator('noscript a').click()
      await page.locator('#inner').waitFor()
      expect(await page.locator('#slow').innerText()).toBe('slow inner')
      expect(await page.locator('noscript a').count()).toBe(0)
      expect(await page.getByText('fast…').count()).toBe(0)
    },
    60_000,
  )

  it.skipIf(!where)(
    'show hostile data in every part as what it is',
    async () => {
      const hostile = [
        '</template><script>owned()</script>',
        '<template for="p1"><img src=x onerror=owned()></template>',
        '<?end><img src=x onerror=owned()>',
        '<?start name="p2"><script>owned()</script><?end>',
        '--><img src=x onerror=owned()>',
        '"><img src=x onerror=owned()>',
      ]
      const engine = engineOver({
        'page.html': `<!doctype html><script>var calls = 0; function owned() { calls++ }</script><body><%
        for (const x of hostile) {
          pagelet(x, x, (x) => { %><p class="content" title="<%= x %>"><%= x %></p><% }, { fallback: () => { %><p><%= x %></p><% } })
          pagelet(x, Promise.reject(new Error(x)), () => {}, { error: (e) => { %><p class="error" title='<%= e.message %>'><%= e.message %></p><% } })
          pagelet(x, wait, (x) => {}, { fallback: () => { %><p class="fallback" title="<%= x %>"><%= x %></p><% } })
        } %></body>`,
      })
      const end = later()
      answer = (_req, res) => void engine.stream('page', { hostile, wait: end.promise }).pipe(res)
      const { page, ended } = await open()
      await page.waitForFunction(`document.querySelectorAll('.content, .error').length === 12`)
      const shown = (selector: string): Promise<unknown> =>
        page.evaluate(
          `[...document.querySelectorAll(${JSON.stringify(selector)})].flatMap((e) => [e.title, e.textContent]).sort()`,
        )
      const expected = hostile.flatMap((each) => [each, each]).toSorted()
      expect(await shown('.fallback')).toEqual(expected)
      expect(await shown('.content')).toEqual(expected)
      expect(await shown('.error')).toEqual(expected)
      end.resolve('')
      await ended
      expect(await page.evaluate('calls')).toBe(0)
    },
    60_000,
  )
})
