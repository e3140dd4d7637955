import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { engineOver } from './folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

const given = inject('chromium')

// Each would call `owned()` if it were read as anything but text.
const HOSTILE = [
  '<script>owned()</script>',
  '<img src=x onerror=owned()>',
  '"><img src=x onerror=owned()>',
  "'><img src=x onerror=owned()>",
  '" onmouseover="owned()" autofocus onfocus="owned()',
  "' autofocus onfocus='owned()",
  'x autofocus onfocus=owned() tabindex=0',
  '"/autofocus/onfocus="owned()',
  '`-owned()-`',
  '${owned()}',
  'javascript:parent.owned()',
  ' \u0001java\nscript:parent.owned()',
  'data:text/html,<script>parent.owned()</script>',
  '</script><script>owned()</script>',
  '</script><svg onload=owned()>',
  '"-owned()-"',
  "'-owned()-'",
  '\\"-owned()-//',
  "\\'-owned()-//",
  ');owned();(',
  '\n;owned();//',
  '\u2028owned()//',
  '*/owned()/*',
  '--><img src=x onerror=owned()><!--',
  '--!><img src=x onerror=owned()>',
  '</style><img src=x onerror=owned()>',
  '</textarea><img src=x onerror=owned()>',
  '</title><img src=x onerror=owned()>',
  'red;background:url(javascript:parent.owned())',
  'x}body{background:url("javascript:owned()")',
  '&quot;-owned()-&quot;',
  '&#39;-owned()-&#39;',
  '&lt;img src=x onerror=owned()&gt;',
  ']]><img src=x onerror=owned()>',
  '<!--<script>',
  '<svg><animate onbegin=owned() attributeName=x dur=1s>',
]

const PAGE = `<!doctype html>
<script>window.calls = []; window.owned = () => { calls.push(1) }; window.values = []; window.seen = (x) => { values.push(x) }</script>
<title><%= x %></title>
<style>p { color: <%= x %>; content: "<%= x %>"; background: url(<%= x %>) } q { background: url('<%= x %>') }</style>
<body>
<!-- <%= x %> -->
<p id="text"><%= x %></p>
<p class="each" title="<%= x %>" style="color: <%= x %>; background: url('<%= x %>')" data-x="<%= x %>">a</p>
<p class="each" title='<%= x %>' onclick='seen(<%= x %>)'>a</p>
<p class="each" title=<%= x %> onclick="seen('<%= x %>')">a</p>
<p class="each" title=a<%= x %>>a</p>
<button class="press" onclick="seen(<%= x %>)">a</button>
<button class="press" onclick="seen(&quot;<%= x %>&quot;)">a</button>
<a class="follow" href="<%= x %>" target="_self">a</a>
<a class="follow" href=<%= x %>>a</a>
<a class="follow" href="a<%= x %>">a</a>
<svg><a class="follow" href="<%= x %>" xlink:href="<%= x %>"><text><%= x %></text></a><title><%= x %></title></svg>
<img src="<%= x %>" srcset="<%= x %> 1x" alt="<%= x %>">
<iframe src="<%= x %>"></iframe>
<iframe srcdoc="<p><%= x %></p>"></iframe>
<form action="<%= x %>"><input value="<%= x %>"><textarea><%= x %></textarea><button formaction="<%= x %>">a</button></form>
<script>seen(<%= x %>); seen("<%= x %>"); seen('<%= x %>'); seen({ a: [<%= x %>] }.a[0])</script>
<script type="application/json" id="json">{"a": <%= x %>, "b": "<%= x %>"}</script>
<script>var json = JSON.parse(document.getElementById('json').textContent); seen(json.a); seen(json.b)</script>
<noscript><p title="<%= x %>"><%= x %></p></noscript>
<script type="text/template"><%= x %></script>
`

describe.skipIf('missing' in given)('a page with hostile values in every place', () => {
  let browser: Browser
  let html = ''
  const server = createServer((req, res) => {
    res.setHeader('content-type', 'text/html; charset=utf-8')
    res.end(req.url === '/page' ? html : '')
  })

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

  it('runs none of them in a real browser, and shows each as it is', async () => {
    const engine = engineOver({ 'page.html': PAGE })
    const { port } = server.address() as AddressInfo
    const page = await browser.newPage()
    for (const x of HOSTILE) {
      html = engine.render('page', { x }) as string
      await page.goto(`http://127.0.0.1:${port}/page`, { waitUntil: 'load' })
      const result = await page.evaluate(tryEverything)
      expect(result).toEqual({
        calls: 0,
        text: x,
        titles: [x, x, x, `a${x}`],
        values: Array(8).fill(x),
      })
    }
  }, 60_000)

  it('runs none of them either when the page is made there, by a function that stands alone', async () => {
    const engine = engineOver({ 'page.html': PAGE })
    const alone = engine.standalone('page')
    const { port } = server.address() as AddressInfo
    const page = await browser.newPage()
    html = `<!doctype html><script>const render = ${alone}</script>`
    await page.goto(`http://127.0.0.1:${port}/page`, { waitUntil: 'load' })
    const made = await page.evaluate(`${JSON.stringify(HOSTILE)}.map((x) => render({ x }))`)
    expect(made).toEqual(HOSTILE.map((x) => engine.render('page', { x })))
    const error = await page.evaluate(
      `Object.prototype.x = 'polluted'; try { render({}) } catch (error) { String(error) }`,
    )
    expect(error).toMatch(/^ReferenceError: .*page\.html:3:12\n\nx is not defined$/)

    const x = '</script><script>owned()</script>'
    html = `<!doctype html><script>document.write((${alone})(${json({ x })}))</script>`
    await page.goto(`http://127.0.0.1:${port}/page`, { waitUntil: 'load' })
    expect(await page.evaluate(tryEverything)).toMatchObject({ calls: 0, text: x })
  }, 60_000)

  it('would notice if one did run', async () => {
    const engine = engineOver({ 'page.html': PAGE }, { escapeBy: 'html' })
    const { port } = server.address() as AddressInfo
    const page = await browser.newPage()
    html = engine.render('page', { x: 'owned()' }) as string
    await page.goto(`http://127.0.0.1:${port}/page`, { waitUntil: 'load' })
    const result = await page.evaluate(
      () => (globalThis as unknown as { calls: number[] }).calls.length,
    )
    expect(result).toBeGreaterThan(0)
  }, 60_000)
})

/** Data in a script element, written by hand so that nothing of ours vouches for itself. */
function json(data: object): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}

/** Runs in the page: touches all that a user could, and tells what happened. */
async function tryEverything(): Promise<unknown> {
  const view = globalThis as unknown as {
    calls: number[]
    values: unknown[]
    document: {
      querySelectorAll(selector: string): ArrayLike<{
        title: string
        textContent: string
        dispatchEvent(event: object): void
        focus?(): void
      }>
    }
    Event: new (type: string, options: object) => object
    addEventListener(
      type: string,
      listener: (event: {
        preventDefault(): void
        target: { href?: string | { baseVal: string } }
      }) => void,
    ): void
  }
  const all = (selector: string) => Array.from(view.document.querySelectorAll(selector))
  const followed: string[] = []
  view.addEventListener('click', (event) => {
    event.preventDefault() // a page of another name would say nothing about this one
  })
  for (const element of all('*')) {
    element.focus?.()
    for (const type of ['mouseover', 'focus', 'click']) {
      const isPress = type === 'click'
      if (isPress && !all('.press').includes(element) && !all('.follow').includes(element)) continue
      element.dispatchEvent(new view.Event(type, { bubbles: true, cancelable: true }))
    }
  }
  for (const link of all('.follow') as unknown as { href: string | { baseVal: string } }[]) {
    const href = typeof link.href === 'string' ? link.href : link.href.baseVal
    if (/^\s*(?:javascript|vbscript|data):/i.test(href)) followed.push(href)
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  return {
    calls: view.calls.length + followed.length,
    text: all('#text')[0]?.textContent,
    titles: all('.each').map(({ title }) => title),
    values: view.values,
  }
}
