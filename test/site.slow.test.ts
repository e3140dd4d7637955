import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'

import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { root } from './packages.ts'

const given = inject('chromium')
const site = path.join(root, 'site')
const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))

/** Browsers insist on the types of these. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

describe.skipIf('missing' in given)('the site of the docs', () => {
  let server: Server
  let browser: Browser
  let origin: string

  beforeAll(async () => {
    if ('missing' in given) return
    await promisify(execFile)('npx', ['--yes', '--prefer-offline', packageManager, 'site'], {
      cwd: root,
    })
    server = createServer((req, res) => {
      const file = new URL(req.url ?? '/', 'http://site').pathname
      const type = TYPES[path.extname(file)]
      readFile(path.join(site, 'dist', file)).then(
        (bytes) => res.writeHead(200, type ? { 'Content-Type': type } : {}).end(bytes),
        () => res.writeHead(404).end(),
      )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({
      executablePath: given.executablePath,
      args: ['--no-sandbox'],
      env: { ...process.env, LD_LIBRARY_PATH: given.libraries },
    })
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  /** A page that notes what goes wrong in it, and whom it asks. */
  async function open(width: number): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 800 } })
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(origin) && !url.startsWith('data:')) faults.push(`asks for ${url}`)
    })
    page.on('response', (answer) => {
      if (answer.status() >= 400) faults.push(`${answer.status()} ${answer.url()}`)
    })
    return { page, faults }
  }

  it('runs on every page, on its own, and no page is wider than a phone', async () => {
    const pages = readdirSync(path.join(site, 'dist'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.html') && name !== '404.html')
      .toSorted()
    expect(pages).toEqual(expect.arrayContaining(['index.html', 'start.html', 'api/core.html']))
    const { page, faults } = await open(390)
    const wide: string[] = []
    for (const name of pages) {
      await page.goto(`${origin}/${name}`, { waitUntil: 'load' })
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      if (width > 390) wide.push(`${name} ${width}`)
    }
    expect({ faults, wide }).toEqual({ faults: [], wide: [] })
  }, 300_000)

  it('finds a method by its name', async () => {
    const { page, faults } = await open(1280)
    await page.goto(`${origin}/start.html`)
    await page.getByRole('button', { name: /search/i }).click()
    await page.locator('.VPLocalSearchBox input').fill('rotate')
    await page.locator('.results .result', { hasText: 'Session.rotate' }).first().click()
    await page.waitForURL(/\/api\/session\.html#/)
    expect(faults).toEqual([])
  })

  it('is dark on demand', async () => {
    const { page } = await open(1280)
    await page.goto(`${origin}/start.html`)
    await page.locator('.VPNavBar .VPSwitchAppearance').first().click()
    expect(await page.locator('html').getAttribute('class')).toContain('dark')
  })
})
