import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'

import { HAS_NO_BROWSER, useBrowser } from './browser.ts'
import { IMAGES } from './images.ts'

/** What `tsc -b` made of `main.ts`: what people start. */
const MAIN = path.resolve(import.meta.dirname, '../dist/server/main.js')

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

const scratch = await mkdtemp(path.join(tmpdir(), 'restart-test-'))
let game: ChildProcess | undefined

describe.skipIf(HAS_NO_BROWSER)('a player whose game is killed and started again', () => {
  const { newcomer, expectCuts } = useBrowser()

  afterEach(() => game?.kill('SIGKILL'))
  afterAll(() => rm(scratch, { recursive: true, force: true }))

  it('is told, and plays on in the same page where the score stood', async () => {
    expectCuts()
    const url = await start('0')
    const page = await newcomer()
    await page.goto(url)
    await page.evaluate('window.sameDocument = true')
    const buffer = IMAGES['image/png']
    await page.setInputFiles('#avatar-file', { name: 'me.png', mimeType: 'image/png', buffer })
    await page.waitForSelector('#portrait img')
    await page.fill('#player-name', 'Ada')
    await page.click('.name button')
    await page.waitForSelector('#profile-link a')
    await page.click('button[value=rock]')
    await page.waitForSelector('[data-round="1"]')

    await kill()
    await page.click('button[value=rock]')
    await page.locator('.moves .notice', { hasText: 'The game did not answer' }).waitFor()
    expect(await page.locator('[data-round]').getAttribute('data-round'), 'none played').toBe('1')

    await start(new URL(url).port)
    await page.click('button[value=rock]')
    await page.waitForSelector('[data-round="2"]')
    expect(await page.locator('.moves .notice').innerText()).toBe('')
    expect(await page.locator('.rounds li').count()).toBe(2)
    expect(await page.evaluate('window.sameDocument')).toBe(true)
    await page.reload()
    expect(await page.inputValue('#player-name')).toBe('Ada')
    await page.evaluate("document.querySelector('#portrait img').decode()")
    await page.click('#profile-link a')
    expect(await page.locator('.tally dd').nth(3).innerText(), 'rounds').toBe('2')
  })
})

/** Starts the game on the players of `scratch`, and gives its address. */
async function start(port: string): Promise<string> {
  game = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], PORT: port, DATA_DIR: scratch, TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(game.stdout ?? game, 'data')
  return String(line).trim().split(' ').at(-1) ?? ''
}

/** As a crash does. */
async function kill(): Promise<void> {
  assert(game)
  const ended = once(game, 'exit')
  game.kill('SIGKILL')
  await ended
}
