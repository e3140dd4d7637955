import { type Browser, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'

import { DevRun } from './dev-run.ts'
import { project, write } from './project.ts'

const timeout = 120_000
const given = inject('chromium')

let run: DevRun

const app = `import express from '@tokkyu/core'
const app = express()
app.use((req, res, next) => { res.set('Content-Security-Policy', "default-src 'self'"); next() })
app.use(express.static('public'))
app.get('/', (req, res) => res.render('page.html'))
app.listen(0)
`
const files = {
  'app.mjs': app,
  'views/page.html': '<link rel="stylesheet" href="/page.css"><p id="text">old</p>',
  'public/page.css': 'p { margin-top: 1px }',
}

describe.skipIf('missing' in given)('an open page', { timeout }, () => {
  let browser: Browser

  beforeAll(async () => {
    if ('missing' in given) return
    browser = await chromium.launch({
      executablePath: given.executablePath,
      args: ['--no-sandbox'],
      env: { ...process.env, LD_LIBRARY_PATH: given.libraries },
    })
  }, timeout)
  afterAll(() => browser?.close())
  afterEach(() => run.stop().then(() => {}), timeout)

  async function open() {
    const folder = project(files)
    run = new DevRun(folder, ['app.mjs'])
    await run.starts()
    const page = await browser.newPage()
    const listens = page.waitForRequest(/\/__tokkyu\/events$/)
    await page.goto(`http://localhost:${run.port}/`)
    await listens
    await page.evaluate('globalThis.isTheSame = true')
    return { folder, page }
  }

  it('is read again when its template has changed', async () => {
    const { folder, page } = await open()
    write(folder, 'views/page.html', '<p id="text">new</p>')
    expect(await page.waitForSelector('#text:text("new")')).not.toBeNull()
    await page.close()
  })

  it('takes a changed style without being read again', async () => {
    const { folder, page } = await open()
    write(folder, 'public/page.css', 'p { margin-top: 7px }')
    const seen = () =>
      page.evaluate(`({
        margin: getComputedStyle(document.getElementById('text')).marginTop,
        links: document.querySelectorAll('link').length,
        isTheSame: globalThis.isTheSame,
      })`)
    await vi.waitFor(
      async () => expect(await seen()).toEqual({ margin: '7px', links: 1, isTheSame: true }),
      { timeout: 30_000, interval: 50 },
    )
    await page.close()
  })

  it('shows why the application does not run, and is read again when it does', async () => {
    const { folder, page } = await open()
    write(folder, 'app.mjs', 'const x = ;')
    expect(await page.waitForSelector('h1:text("SyntaxError")')).not.toBeNull()
    write(folder, 'app.mjs', app)
    await page.waitForSelector('#text')
    await page.close()
  })
})
