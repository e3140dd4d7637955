// Draws the pictures of this folder: the game and a duel, on a desk and on a phone, by day and by night.
// After a build: `npx -y pnpm@10.34.9 --filter rock-paper-scissors pictures`.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { TestProject } from 'vitest/node'

import setup from '../../../test/chromium.setup.ts'
import { createApp } from '../src/server/app.ts'
import { drawing } from '../test/opponent.ts'

const SCREENS = {
  desk: { width: 1200, height: 960 },
  phone: { width: 390, height: 844 },
}
const SCHEMES = ['light', 'dark'] as const

/** Played against paper, rock, rock, paper, scissors, rock, paper: four wins in a row at the end. */
const PLAYED = ['rock', 'rock', 'scissors', 'scissors', 'rock', 'paper', 'scissors']

/** The largest picture that may be kept, in bytes. */
const LIMIT = 60_000

/** Runs in the page: a face in one hue, as the base64 of a PNG. */
const DRAW_FACE = `(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 96, height: 96 })
  const pen = canvas.getContext('2d')
  for (const [x, y, radius, light] of [[48, 48, 70, 82], [48, 104, 44, 38], [48, 40, 20, 52]]) {
    pen.fillStyle = 'hsl(HUE 60% ' + light + '%)'
    pen.beginPath()
    pen.arc(x, y, radius, 0, 7)
    pen.fill()
  }
  return canvas.toDataURL('image/png').split(',')[1]
})()`

const { executablePath, libraries } = await findChromium()
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox'],
  env: { ...process.env, LD_LIBRARY_PATH: libraries },
})
try {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const colorScheme of SCHEMES) {
      // oxlint-disable-next-line no-await-in-loop -- one game after the other
      await draw(`${screen}-${colorScheme}`, { viewport, colorScheme })
    }
  }
} finally {
  await browser.close()
}

async function draw(name: string, look: BrowserContextOptions): Promise<void> {
  const randomInt = drawing('paper', 'rock', 'rock', 'paper', 'scissors', 'rock', 'paper')
  const app = createApp({ randomInt })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  try {
    const ada = await player(url, look, 'Ada', 250)
    for (const [index, move] of PLAYED.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      await ada.click(`button[value=${move}]`)
      // oxlint-disable-next-line no-await-in-loop
      await ada.waitForSelector(`[data-round="${index + 1}"]`)
    }
    await keep(ada, `game-${name}`)
    await ada.click('.open-duel button')
    await ada.waitForSelector('[data-phase=waiting]')
    const grace = await player(url, look, 'Grace', 20)
    await grace.goto(ada.url())
    await ada.waitForSelector('[data-phase=choosing]')
    await ada.click('button[value=rock]')
    await grace.waitForSelector('.hand.sealed')
    await grace.click('button[value=scissors]')
    await ada.waitForSelector('[data-round="2"]')
    await grace.click('button[value=paper]')
    await ada.waitForSelector('.hand.sealed')
    await keep(ada, `duel-${name}`)
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()))
    server.closeAllConnections()
    server.close()
  }
}

/** Somebody with a name and a drawn face. */
async function player(
  url: string,
  look: BrowserContextOptions,
  name: string,
  hue: number,
): Promise<Page> {
  const context = await browser.newContext({ ...look, locale: 'en-GB', reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(url)
  const face: string = await page.evaluate(DRAW_FACE.replace('HUE', String(hue)))
  const buffer = Buffer.from(face, 'base64')
  await page.setInputFiles('#avatar-file', { name: 'face.png', mimeType: 'image/png', buffer })
  await page.waitForSelector('#portrait img')
  await page.fill('#player-name', name)
  await page.click('.name button')
  await page.waitForSelector('#profile-link a')
  return page
}

/** Keeps what is in view, as WebP: playwright itself writes only PNG and JPEG. */
async function keep(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate(`document.activeElement.blur(), scrollTo(0, 0),
    Promise.all([...document.images].map((image) => image.decode()))`)
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 72 })
  const picture = Buffer.from(data, 'base64')
  assert(picture.length < LIMIT, `${name} has ${picture.length} bytes`)
  writeFileSync(path.join(import.meta.dirname, `${name}.webp`), picture)
  process.stdout.write(`${name}.webp: ${picture.length} bytes\n`)
}

/** The one that the browser tests use. */
async function findChromium(): Promise<{ executablePath: string; libraries: string }> {
  let found: { executablePath: string; libraries: string } | { missing: string } | undefined
  const provide: TestProject['provide'] = (_name, chromiumOf) => void (found = chromiumOf)
  await setup({ provide } as TestProject) // it uses nothing else of a project
  assert(found && 'executablePath' in found)
  return found
}
