import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'

import { HAS_NO_BROWSER, useBrowser } from './browser.ts'
import { openDuel, sitDown, state } from './duelists.ts'
import { IMAGES } from './images.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

describe.skipIf(HAS_NO_BROWSER)('two players with browsers', () => {
  const { serve, newcomer } = useBrowser()
  let url: string

  /** Two who have come to a room of a new game. */
  async function meet(duelGrace?: number): Promise<[Page, Page]> {
    url = await serve(duelGrace === undefined ? {} : { duelGrace })
    const [first, second] = [await newcomer(), await newcomer()]
    await openDuel(first, url)
    await sitDown(second, first)
    return [first, second]
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
    const [first, second] = await meet()
    const watcher = await newcomer()
    await watcher.goto(first.url())
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
    url = await serve()
    const first = await newcomer()
    await name(first, 'Ada')
    const buffer = IMAGES['image/png']
    await first.setInputFiles('#avatar-file', { name: 'me.png', mimeType: 'image/png', buffer })
    await first.waitForSelector('#portrait img')
    await first.click('.open-duel button')
    await state(first, 'Waiting for an opponent')
    const second = await newcomer()
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
    const [first, second] = await meet()
    await first.click('button[value=paper]')
    await state(first, 'Your move is sealed')
    const room = first.url()
    await first.goto('about:blank')
    await state(second, 'Player 1: away')
    await first.goto(room)
    await state(first, 'Your move is sealed')
    await second.click('button[value=rock]')
    await state(first, 'You win')
    expect(await first.locator('.points').allInnerTexts()).toEqual(['1', '0'])
  })

  it('are told when the other has left for good', async () => {
    const [first, second] = await meet(200)
    await second.click('#leave')
    await state(first, 'Player 2: left the duel. The match goes to: You')
    await first.click('#rematch')
    await second.click('#rematch')
    await first.waitForSelector('#duel[data-match="2"]')
    await second.context().close()
    await state(first, 'Player 2: left the duel. The match goes to: You')
    expect(await first.isVisible('#leave')).toBe(false)
  })

  it('see who shows another move than was sealed, and that it loses', async () => {
    const [first, cheater] = [await newcomer(), await newcomer()]
    await openDuel(first, await serve())
    await cheater.route('**/client/duel.js?v=*', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: '' }),
    )
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
    expect(await first.locator('[data-proof="1"] .checked.forged').innerText()).toBe(
      '✗ not what was sealed',
    )
    await first.waitForSelector('[data-seat-place="0"].winner')
    await first.waitForSelector('[data-seat-place="1"].loser')
  })

  it('see a sealed move as an envelope, and the hands shaken before both are shown', async () => {
    const [first, second] = await meet()
    await first.click('button[value=paper]')
    await state(second, 'The other has sealed a move')
    expect(await hands(second)).toEqual(['#icon-sealed', '#icon-person'])
    await watchMotion(first)
    await second.click('button[value=rock]')
    await state(first, 'You win')
    expect(await first.evaluate('window.sawMotion')).toBe(true)
    expect(await first.locator('#table.shaking').count()).toBe(0)
    expect(await hands(second)).toEqual(['#icon-paper', '#icon-rock'])
    await first.waitForSelector('[data-seat-place="0"].winner')
  })

  it('see nothing shaken who want no motion', async () => {
    url = await serve()
    const first = await newcomer({ reducedMotion: 'reduce' })
    const second = await newcomer()
    await openDuel(first, url)
    await sitDown(second, first)
    await watchMotion(first)
    await first.click('button[value=paper]')
    await second.click('button[value=rock]')
    await state(first, 'You win')
    expect(await first.evaluate('window.sawMotion')).toBe(undefined)
  })

  it('copy the link, and have it selected where copying is not allowed', async () => {
    url = await serve()
    const first = await newcomer({ permissions: ['clipboard-read', 'clipboard-write'] })
    await openDuel(first, url)
    await first.click('#copy')
    await first.locator('#copied', { hasText: 'The link is copied.' }).waitFor()
    expect(await first.evaluate('navigator.clipboard.readText()')).toBe(first.url())
    const second = await newcomer({ permissions: [] })
    await openDuel(second, url)
    await second.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('no'))`)
    await second.click('#copy')
    await second.waitForFunction("document.activeElement.id === 'invitation'")
    expect(await second.evaluate('getSelection().toString()')).toBe(second.url())
  })

  it('are told that a connection is lost, and go on with their round once it is back', async () => {
    url = await serve()
    const [first, second] = [await newcomer(), await newcomer()]
    let isCut = false
    let cut: (() => void) | undefined
    await second.routeWebSocket('**/duels/*', (socket) => {
      const server = isCut ? undefined : socket.connectToServer()
      cut = () => {
        isCut = true
        void socket.close()
        void server?.close()
      }
      if (isCut) cut()
    })
    await openDuel(first, url)
    await sitDown(second, first)
    await second.click('button[value=paper]')
    await state(first, 'The other has sealed a move')
    cut?.()
    await state(second, 'Connection lost. Trying again.')
    await state(first, 'Player 2: away')
    isCut = false
    await state(second, 'Your move is sealed')
    await first.click('button[value=rock]')
    await state(second, 'You win')
    expect(await first.locator('.points').allInnerTexts()).toEqual(['0', '1'])
  })
})

/** Remembers in the page whether hands were shaken, however short that was. */
async function watchMotion(page: Page): Promise<void> {
  await page.evaluate(`new MutationObserver(() => {
    if (document.querySelector('.shaking')) window.sawMotion = true
  }).observe(document.querySelector('#table'), { attributes: true })`)
}

/** The drawings that lie before both players. */
function hands(page: Page): Promise<string[]> {
  const drawings = page.locator('[data-seat-place] use')
  return drawings.evaluateAll((all) => all.map((use) => use.getAttribute('href') ?? ''))
}
