import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { pagePolicy, reportPage } from '../src/report/as-page.ts'
import { reportText } from '../src/report/as-text.ts'
import type { Report } from '../src/report/report.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

const given = inject('chromium')

/** Each would set `owned` if it were read as anything but text. */
const HOSTILE = [
  '<script>owned = 1</script>',
  '<img src=x onerror="owned = 1">',
  '"><img src=x onerror="owned = 1">',
  "'><svg onload='owned = 1'>",
  '" onmouseover="owned = 1" autofocus onfocus="owned = 1',
  '</pre></title></style></script><script>owned = 1</script>',
  'javascript:owned = 1',
  '<!--<script>',
  '--><script>owned = 1</script>',
  '&lt;script&gt;owned = 1&lt;/script&gt;',
  '</textarea><iframe srcdoc="<script>parent.owned = 1</script>"></iframe>',
  '<style>* { display: none }</style><base href="//evil.example">',
  '${owned = 1}{{owned = 1}}<%= owned = 1 %>',
]

/** A report with the value in every place of it. */
function reportOf(x: string): Report {
  const place = { file: `/${x}`, line: 1, column: 1 }
  return {
    headline: x,
    status: 500,
    faults: [
      {
        role: x,
        name: x,
        message: x,
        code: x,
        place,
        lines: [
          { number: 1, text: x, isFault: true },
          { number: 2, text: x, isFault: false },
        ],
        frames: [
          { text: x, place, isForeign: false },
          { text: x, place, isForeign: true },
        ],
        includes: [x],
      },
    ],
    request: {
      method: x,
      url: x,
      tables: [{ title: x, rows: [[x, x]] }],
      route: x,
      routePlace: place,
      passed: [{ name: x, path: x, place }],
    },
    hints: [{ title: x, lines: [x, x] }],
  }
}

describe.skipIf('missing' in given)('an error page with hostile values in every place', () => {
  let browser: Browser
  let html = ''
  let policy: string | undefined
  const server = createServer((_req, res) => {
    res.setHeader('content-type', 'text/html; charset=utf-8')
    if (policy !== undefined) res.setHeader('content-security-policy', policy)
    res.end(html)
  })
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  beforeAll(async () => {
    if ('missing' in given) return
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch({
      executablePath: given.executablePath,
      args: ['--no-sandbox'],
      env: { ...process.env, LD_LIBRARY_PATH: given.libraries },
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    server.closeAllConnections()
    server.close()
  })

  it('runs none of them, with its policy or without any, and shows each as it is', async () => {
    const page = await browser.newPage()
    const plain: object = await visit(page, 'plain', undefined)
    for (const x of HOSTILE)
      for (const own of [undefined, pagePolicy('n')]) {
        const seen = await visit(page, x, own)
        expect(seen).toEqual({
          ...plain,
          title: `${x}: ${x}`,
          message: x,
          cells: [x, x],
          copied: reportText(reportOf(x)),
        })
      }
  }, 120_000)

  it('is whole under the policy of an application that lets nothing run', async () => {
    const page = await browser.newPage()
    const seen = await visit(page, '<b>x</b>', "default-src 'none'")
    expect(seen).toMatchObject({ message: '<b>x</b>', cells: ['<b>x</b>', '<b>x</b>'] })
  }, 60_000)

  async function visit(
    page: Awaited<ReturnType<Browser['newPage']>>,
    x: string,
    own: string | undefined,
  ) {
    html = reportPage(reportOf(x), 'n')
    policy = own
    await page.goto(url(), { waitUntil: 'load' })
    return page.evaluate<object>(`({
      owned: 'owned' in globalThis,
      elements: document.querySelectorAll('*').length,
      schemes: [...new Set([...document.links].map((a) => a.protocol))],
      title: document.title,
      message: document.querySelector('.message').textContent,
      cells: [...document.querySelectorAll('th, td')].map((each) => each.textContent),
      copied: document.getElementById('text').textContent,
      scripts: document.scripts.length,
    })`)
  }
})
