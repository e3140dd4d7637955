import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** The first player opens a room and waits in it. */
export async function openDuel(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.click('.open-duel button')
  await state(page, 'Waiting for an opponent')
}

/** Somebody else follows the link to the room of `first`. */
export async function sitDown(second: Page, first: Page): Promise<void> {
  await second.goto(first.url())
  await state(first, 'Your move')
  await state(second, 'Your move')
}

/** Resolves once the page says of the duel what it shall say. */
export async function state(page: Page, text: string): Promise<void> {
  await expect
    .poll(() => page.locator('#duel-state').innerText(), { timeout: 20_000 })
    .toContain(text)
}
