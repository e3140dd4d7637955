import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createEngine } from '@tokkyu/views'
import { writeModules } from '@tokkyu/views/modules'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { chromiums } from './browsers.ts'
import { folder } from './folder.ts'

const BROWSERS = [
  { name: 'of npm', where: chromiums.ofNpm },
  { name: 'of the system', where: chromiums.ofSystem },
]

const VIEWS = {
  'page.html':
    '<% layout("frame", { title: name }) %><% block("head", () => { %><meta name="a" content="<%= name %>"><% }) %>' +
    '<h1 title=<%= name %>><%= name %></h1><a href="<%= url %>">a</a><p onclick="f(<%= name %>)" style="color: <%= name %>"></p>' +
    '<% for (const user of users) { %><%- include("parts/row", { user }) %><% } %>' +
    '<i title="<%- include("parts/name") %>"></i><%- include("parts/" + which) %><%- await include("later") %>' +
    '<% pagelet("x", later, (text) => { %><u><%= text %></u><% }) %>',
  'frame.html':
    '<html><head><title><%= title %></title><% block("head") %></head><body><% block("body") %></body></html>',
  'parts/row.html': '<li><%= user.name %></li>',
  'parts/name.html': '<%= name %>',
  'later.html': '<b><%= await later %></b>',
  'raw.html': '<p>\n<%- text %></p>',
}

const START = `
import page from './page.mjs'
import raw from './raw.mjs'
const wrong = (call) => { try { return call() } catch (error) { return error.name + ': ' + error.message } }
const render = async (data) => {
  const html = await page({ ...data, later: Promise.resolve(data.name) })
  const shown = new DOMParser().parseFromString(html, 'text/html')
  document.body.replaceChildren(...document.importNode(shown.body, true).childNodes)
  for (const each of document.querySelectorAll('p')) each.click()
  return { html, text: document.querySelector('h1').textContent }
}
const facts = () => ({
  process: typeof process, Buffer: typeof Buffer,
  raw: wrong(() => raw({ text: '</p><script>' })),
  missing: wrong(() => raw({})),
})
const makeCode = () => wrong(() => new Function('return 1')())
const inWorker = (data) => new Promise((resolve, reject) => {
  const worker = new Worker('/worker.mjs', { type: 'module' })
  worker.onmessage = (event) => resolve(event.data)
  worker.onerror = () => reject(new Error('the worker failed'))
  worker.postMessage(data)
})
// What an inspector calls may make code of texts: what it starts may not.
const calls = { render, facts, makeCode, inWorker }
globalThis.ask = (name, data) => new Promise((resolve, reject) =>
  setTimeout(async () => { try { resolve(await calls[name](data)) } catch (error) { reject(error) } }))
`
const WORKER = `
import page from './page.mjs'
onmessage = async ({ data }) => postMessage(await page({ ...data, later: Promise.resolve(data.name) }))
`

const HOSTILE = [
  'plain',
  '<img src=x onerror=owned()>',
  '</script><script>owned()</script>',
  '"><svg onload=owned()>',
  "');owned();('",
  'javascript:owned()',
]

describe.each(BROWSERS)('modules of templates in the Chromium $name', ({ where }) => {
  let browser: Browser
  let out = ''
  const server = createServer((req, res) => {
    const name = new URL(req.url ?? '/', 'http://localhost').pathname.slice(1)
    // Nothing but scripts from here, and none that is made of a text.
    res.setHeader(
      'content-security-policy',
      "default-src 'none'; script-src 'self'; worker-src 'self'",
    )
    if (name === '') {
      res.setHeader('content-type', 'text/html')
      res.end('<!doctype html><body><script type="module" src="/start.mjs"></script>')
      return
    }
    const own = { 'start.mjs': START, 'worker.mjs': WORKER }[name]
    const file = path.join(out, name)
    if (own === undefined && !existsSync(file)) {
      res.writeHead(404).end()
      return
    }
    res.setHeader('content-type', 'text/javascript')
    res.end(own ?? readFileSync(file))
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

  it.skipIf(!where)(
    'render what the engine renders, whatever the data is, where no text becomes code and there is no Node',
    async () => {
      const root = folder(VIEWS)
      out = mkdtempSync(path.join(tmpdir(), 'modules-'))
      onTestFinished(() => {
        rmSync(root, { recursive: true })
        rmSync(out, { recursive: true })
      })
      expect(writeModules(out, { roots: root }).failures).toEqual([])
      const engine = createEngine({ roots: root })
      const page = await browser.newPage()
      onTestFinished(() => page.close())
      const owned: unknown[] = []
      await page.exposeFunction('owned', (what: unknown) => owned.push(what))
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      await page.waitForFunction('globalThis.ask')
      const ask = (name: string, data: object = {}): Promise<unknown> =>
        page.evaluate(`ask(${JSON.stringify(name)}, ${JSON.stringify(data)})`)
      for (const name of HOSTILE) {
        const data = { name, url: name, users: [{ name }, { name: 'b' }], which: 'name' }
        const expected = await engine.render('page', { ...data, later: Promise.resolve(name) })
        expect(await ask('render', data)).toEqual({ html: expected, text: name })
        expect(await ask('inWorker', data)).toBe(expected)
      }
      expect(owned).toEqual([])
      const facts = await ask('facts')
      expect(facts).toMatchObject({
        process: 'undefined',
        Buffer: 'undefined',
        raw: expect.stringMatching(
          /^TemplatePlaceError: .*raw\.html:2:5\n[^]*> 2 \| <%- text %><\/p>\n[^]*Cannot print this raw/,
        ),
        missing: expect.stringMatching(
          /^ReferenceError: .*raw\.html:2:5\n[^]*\n\ntext is not defined$/,
        ),
      })
      // The policy does hold.
      expect(await ask('makeCode')).toMatch(/^EvalError/)
    },
    60_000,
  )
})
