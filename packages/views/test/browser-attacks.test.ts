import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { PAYLOADS, PLACES } from './attacks/payloads.ts'
import { touchFrames } from './attacks/touch.ts'
import { engineOver } from './folder.ts'

const given = inject('chromium')
// Renderings that share a page, and pages that are open at once.
const IN_PAGE = 12
const AT_ONCE = 60

/** What leads the whole page elsewhere stands alone in one. */
const ALONE = /<base|<meta|location|importmap|<!doctype|<\?x|<!\[|CDATA|<!--/

interface Rendering {
  readonly place: string
  readonly payload: string
  readonly html: string
}

/** Every which pair of a place and a payload is tried; all of them in two minutes with `ALL_ATTACKS=1`. */
const STEP = process.env['ALL_ATTACKS'] ? 1 : 8
const REFUSALS = ['TEMPLATE_CONTEXT', 'TEMPLATE_UNSAFE_NAME', 'TEMPLATE_RAW_LEAVES_PLACE']

/** The renderings of some templates that are not refused, each with a number in its payload. */
function renderAll(payloads: readonly string[], step: number, escapeBy?: 'html'): Rendering[] {
  const renderings: Rendering[] = []
  for (const [i, place] of PLACES.entries()) {
    const engine = engineOver({ 'page.html': place }, escapeBy ? { escapeBy } : {})
    for (const [j, payload] of payloads.entries()) {
      if ((i + j) % step !== 0) continue
      const x = payload.replaceAll('N', `${renderings.length}`)
      try {
        renderings.push({ place, payload, html: engine.render('page', { x }) as string })
      } catch (error) {
        if (!REFUSALS.includes((error as { code: string }).code)) throw error
      }
    }
  }
  return renderings
}

describe.skipIf('missing' in given)('a real browser', () => {
  let browser: Browser
  let pages: string[] = []
  const server = createServer((req, res) => {
    const html = pages[Number(req.url?.slice(1))]
    res.setHeader('content-type', 'text/html; charset=utf-8')
    res.end(html === undefined ? '' : `<!doctype html><body>${html}`)
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

  /** The renderings in which something ran. */
  async function ran(renderings: readonly Rendering[]): Promise<Rendering[]> {
    pages = pagesOf(renderings)
    const page: Page = await browser.newPage()
    const { port } = server.address() as AddressInfo
    const numbers = new Set<number>()
    for (let from = 0; from < pages.length; from += AT_ONCE) {
      await page.goto(`http://127.0.0.1:${port}/top`)
      const to = Math.min(from + AT_ONCE, pages.length)
      for (const number of await page.evaluate(touchFrames, { from, to })) numbers.add(number)
    }
    await page.close()
    return [...numbers].map((number) => renderings[number] as Rendering)
  }

  it('runs none of the payloads in any place', { timeout: 300_000 }, async () => {
    const renderings = renderAll(PAYLOADS, STEP)
    expect(renderings.length).toBeGreaterThan(700)
    expect(await ran(renderings)).toEqual([])
  })

  it('would run many of them where all is escaped as text', { timeout: 300_000 }, async () => {
    const renderings = renderAll(CONTROL, 1, 'html')
    expect((await ran(renderings)).length).toBeGreaterThan(40)
  })
})

/** Some that need neither a quote nor a bracket. */
const CONTROL = PAYLOADS.filter((payload) => /^(?:top|javascript:|;top|\{\{top)/.test(payload))

/** Renderings of one payload, several to a page. */
function pagesOf(renderings: readonly Rendering[]): string[] {
  const alone: string[] = []
  const groups = new Map<string, string[]>()
  for (const { html, place, payload } of renderings) {
    if (ALONE.test(place)) alone.push(html)
    else groups.set(payload, [...(groups.get(payload) ?? []), html])
  }
  const shared: string[] = []
  for (const list of groups.values()) {
    for (let i = 0; i < list.length; i += IN_PAGE) {
      shared.push(list.slice(i, i + IN_PAGE).join('\n<hr>\n'))
    }
  }
  return [...shared, ...alone]
}
