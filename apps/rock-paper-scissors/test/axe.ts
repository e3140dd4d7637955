import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import type { Result } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A small phone by day, and a desk by night. */
const LOOKS = [
  { width: 320, height: 568, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
] as const

/** All rules of axe-core, its best practices too, find nothing on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const { width, height, colorScheme } of LOOKS) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await page.setViewportSize({ width, height })
    // oxlint-disable-next-line no-await-in-loop
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // oxlint-disable-next-line no-await-in-loop
    const violations = await page.evaluate<Result[]>(RUN)
    expect(violations.map(tell), `${page.url()}, ${width} wide, ${colorScheme}`).toEqual([])
  }
}

// Without `preload`: it would read style sheets by putting them into the page, which the policy forbids.
const RUN = `${SOURCE};
  const sheets = [...document.querySelectorAll('link[rel="stylesheet"]')]
  const styled = Promise.all(
    sheets.map((link) => link.sheet ?? new Promise((resolve) => link.addEventListener('load', resolve))),
  )
  styled
    .then(() => axe.run(document, { resultTypes: ['violations'], preload: false }))
    .then(({ violations }) => violations)`

function tell({ id, nodes }: Result): string {
  return `${id}: ${nodes.map(({ html, failureSummary }) => `${html} (${failureSummary})`).join(', ')}`
}
