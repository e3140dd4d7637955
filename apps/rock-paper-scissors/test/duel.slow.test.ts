import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest'

import { createApp } from '../src/server/app.ts'
import { IMAGES } from './images.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

const available = inject('chromium')

describe.skipIf('missing' in available)('two players with browsers', () => {
  let browser: Browser
  let server: Server
  let url: string
  let room: string
  let complaints: string[]

  beforeAll(async () => {
    if ('missing' in available) return
    const env = { ...process.env, LD_LIBRARY_PATH: available.libraries }
    const { executablePath } = available
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], env })
  })
  afterAll(() => browser?.close())

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    server.close()
    assert.deepEqual(complaints, [])
  })

  beforeEach(() => {
    complaints = []
  })

  async function serve(duelGrace?: number): Promise<void> {
    server = createApp(duelGrace === undefined ? {} : { duelGrace }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  async function newcomer(): Promise<[BrowserContext, Page]> {
    const context = await browser.newContext({ locale: 'en-GB' })
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text())
    })
    return [context, page]
  }

  /** Opens a room as the first player, and comes in as the second. */
  async function sitDown(): Promise<[Page, Page, BrowserContext]> {
    const [, first] = await newcomer()
    await first.goto(url)
    await first.click('.open-duel button')
    await state(first, 'Waiting for an opponent')
    room = first.url()
    const [context, second] = await newcomer()
    await second.goto(room)
    await state(first, 'Your move')
    await state(second, 'Your move')
    return [first, second, context]
  }

  async function name(page: Page, as: string): Promise<void> {
    await page.goto(url)
    await page.fill('#player-name', as)
    await page.click('.name button')
    await page.waitForSelector('#profile-link a')
  }

  async function liveDuels(): Promise<unknown> {
    const headers = { Accept: 'application/json' }
    const board = (await (await fetch(`${url}leaderboard`, { headers })).json()) as object
    return Reflect.get(board, 'duels')
  }

  it('duel for the best of three before a spectator, check every move, and play again', async () => {
    await serve()
    const [first, second] = await sitDown()
    const [, watcher] = await newcomer()
    await watcher.goto(room)
    await state(watcher, 'You are watching')
    await first.locator('#watchers', { hasText: 'Watching: 1' }).waitFor()

    await first.click('button[value=rock]')
    await state(second, 'The other has sealed a move')
    expect(await second.locator('[data-proof="0"] .commitment').innerText()).toMatch(
      /^[\da-f]{64}$/,
    )
    expect(await second.locator('[data-seat-place="0"] .what').innerText()).toBe('')
    await second.keyboard.press('s')
    await state(first, 'You win')
    await state(second, 'You lose')
    for (const page of [first, second, watcher]) {
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      expect(await page.locator('.checked').allInnerTexts()).toEqual([
        '✓ shown as sealed',
        '✓ shown as sealed',
      ])
    }
    await first.click('button[value=paper]')
    await second.click('button[value=rock]')
    await state(second, 'The match goes to: Player 1 (2 : 0)')
    await state(watcher, 'The match goes to: Player 1 (2 : 0)')

    await first.click('#rematch')
    await state(second, 'A rematch is asked for')
    await second.click('#rematch')
    await first.waitForSelector('#duel[data-match="2"][data-round="1"]')
  })

  it('see each other by name and avatar, and find the duel on their profiles', async () => {
    await serve()
    const [, first] = await newcomer()
    await name(first, 'Ada')
    const buffer = IMAGES['image/png']
    await first.setInputFiles('#avatar-file', { name: 'me.png', mimeType: 'image/png', buffer })
    await first.waitForSelector('#portrait img')
    await first.click('.open-duel button')
    await state(first, 'Waiting for an opponent')
    const [, second] = await newcomer()
    await second.goto(first.url())
    await state(second, 'Your move')
    await second.waitForSelector('[data-seat-place="0"] .portrait img')
    expect(await second.locator('.who').allInnerTexts()).toEqual(['Ada', 'You'])
    expect(await second.locator('[data-seat-place="1"] .portrait img').count()).toBe(0)
    expect(await liveDuels(), 'of players with names alone').toEqual([])
    await name(second, 'Grace')
    await second.goto(first.url())
    await first.locator('.who', { hasText: 'Grace' }).waitFor()
    expect(await liveDuels()).toEqual([
      { url: `${new URL(first.url()).pathname}?watch`, names: ['Ada', 'Grace'], score: [0, 0] },
    ])
    await second.click('#leave')
    await state(second, 'The match goes to: Ada')
    await second.click('a.who[href]')
    expect(await second.locator('h2').innerText()).toBe('Ada')
    expect(await second.locator('.tally dd').allInnerTexts()).toEqual(
      ['5', '5', '0', '0', '0', '1', '1'], // points, this week, streak, rounds, won, duels, won
    )
  })

  it('come back to their round after a reload, with the move that they had sealed', async () => {
    await serve()
    const [first, second] = await sitDown()
    await first.click('button[value=paper]')
    await state(first, 'Your move is sealed')
    await first.goto('about:blank')
    await state(second, 'Player 1: away')
    await first.goto(room)
    await state(first, 'Your move is sealed')
    await second.click('button[value=rock]')
    await state(first, 'You win')
    expect(await first.locator('.points').allInnerTexts()).toEqual(['1', '0'])
  })

  it('are told when the other has left for good', async () => {
    await serve(200)
    const [first, second, context] = await sitDown()
    await second.click('#leave')
    await state(first, 'Player 2: left the duel. The match goes to: You')
    await first.click('#rematch')
    await second.click('#rematch')
    await first.waitForSelector('#duel[data-match="2"]')
    await context.close()
    await state(first, 'Player 2: left the duel. The match goes to: You')
    expect(await first.isVisible('#leave')).toBe(false)
  })

  it('see who shows another move than was sealed, and that it loses', async () => {
    await serve()
    const [, first] = await newcomer()
    await first.goto(url)
    await first.click('.open-duel button')
    await state(first, 'Waiting for an opponent')
    const [, cheater] = await newcomer()
    await cheater.route('**/client/duel.js?v=*', (route) => route.fulfill({ body: '' }))
    await cheater.goto(first.url())
    await cheater.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket(location.href.replace(/^http/, 'ws'))
      socket.onopen = () => socket.send(JSON.stringify({ type: 'commit', commitment: 'a'.repeat(64) }))
      socket.onmessage = ({ data }) => {
        const { duel } = JSON.parse(data)
        if (duel?.phase === 'revealing') {
          socket.send(JSON.stringify({ type: 'reveal', action: 'paper', nonce: 'a'.repeat(32) }))
        }
        resolve()
      }
    })`)
    await state(first, 'The other has sealed a move')
    await first.click('button[value=rock]')
    await state(first, 'Player 2: showed another move than was sealed, which is cheating.')
    await state(first, 'The match goes to: You')
    expect(await first.locator('.points').allInnerTexts()).toEqual(['0', '0'])
  })
})

async function state(page: Page, text: string): Promise<void> {
  await expect
    .poll(() => page.locator('#duel-state').innerText(), { timeout: 20_000 })
    .toContain(text)
}
