import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'

import { HAS_NO_BROWSER, useBrowser } from './browser.ts'
import { state } from './duelists.ts'
import { drawing } from './opponent.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

describe.skipIf(HAS_NO_BROWSER)('a player without a mouse', () => {
  const { serve, newcomer } = useBrowser()

  async function open(): Promise<Page> {
    const page = await newcomer()
    await page.goto(await serve({ randomInt: drawing('scissors', 'paper') }))
    return page
  }

  it('comes by Tab to everything, in the order in which it stands on the page', async () => {
    const page = await open()
    const seen: string[] = []
    for (let stop = 0; stop < STOPS.length; stop += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one key after the other is the point
      await page.keyboard.press('Tab')
      // oxlint-disable-next-line no-await-in-loop
      seen.push(await nameOfFocused(page))
    }
    expect(seen).toEqual(STOPS)
  })

  it('sees where the focus is, on each stop', async () => {
    const page = await open()
    const outlines = new Map<string, unknown>()
    for (const stop of STOPS) {
      // oxlint-disable-next-line no-await-in-loop -- one key after the other is the point
      await page.keyboard.press('Tab')
      // oxlint-disable-next-line no-await-in-loop
      outlines.set(stop, await page.evaluate(OUTLINE))
    }
    expect(outlines).toEqual(new Map(STOPS.map((stop) => [stop, 'solid'])))
  })

  it('plays, changes the opponent, takes a name and starts over', async () => {
    const page = await open()
    await tabTo(page, 'Rock')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-round="1"]')
    expect(await nameOfFocused(page), 'focus stays').toBe('Rock')
    await page.keyboard.press('Tab') // on to paper
    await page.keyboard.press('Space')
    await page.waitForSelector('[data-round="2"]')
    expect(await page.locator('.scoreline dd').allInnerTexts()).toEqual(['1', '1', '0', '1', '1'])
    await tabTo(page, 'Start over')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-round="0"]')
    expect(await nameOfFocused(page)).toBe('Start over')
    await tabTo(page, 'Fair dice')
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction("document.querySelector('input[value=guesser]').checked")
    await tabTo(page, 'Your name for others')
    await page.keyboard.type('Ada')
    await page.keyboard.press('Enter')
    await page.locator('.name .done', { hasText: 'Your name is saved.' }).waitFor()
    await tabTo(page, 'Your public profile')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.profile')
  })

  it('plays a live duel to its end, and the rematch', async () => {
    const first = await open()
    await tabTo(first, 'Open a room')
    await first.keyboard.press('Enter')
    await state(first, 'Waiting for an opponent')
    await tabTo(first, 'Copy the link')
    const second = await newcomer()
    await second.goto(first.url())
    await state(second, 'Your move')
    for (const round of [2, 3]) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other is the point
      await tabTo(first, 'Rock')
      // oxlint-disable-next-line no-await-in-loop
      await first.keyboard.press('Enter')
      // oxlint-disable-next-line no-await-in-loop
      await state(second, 'The other has sealed a move')
      // oxlint-disable-next-line no-await-in-loop
      await second.keyboard.press('s')
      // oxlint-disable-next-line no-await-in-loop
      await first.waitForSelector(`[data-round="${round}"]`)
    }
    await state(first, 'The match goes to: You (2 : 0)')
    await tabTo(first, 'Rematch')
    await first.keyboard.press('Enter')
    await state(second, 'A rematch is asked for')
    await tabTo(second, 'Rematch')
    await second.keyboard.press('Space')
    await first.waitForSelector('#duel[data-match="2"][data-round="1"]')
    expect(await first.locator('.points').allInnerTexts()).toEqual(['0', '0'])
  })
})

describe.skipIf(HAS_NO_BROWSER)('a player who listens to the page', () => {
  const { serve, newcomer } = useBrowser()

  it('hears each round once it is decided, whole, and nothing before', async () => {
    const page = await newcomer()
    await page.goto(await serve({ randomInt: drawing('scissors') }))
    let release: (() => void) | undefined
    await page.route('**/game', (route) => {
      release = () => void route.continue()
    })
    await page.click('button[value=rock]')
    await page.waitForSelector('#arena[aria-busy=true]') // a live region keeps quiet meanwhile
    await vi.waitFor(() => expect(release).toBeDefined())
    release?.()
    await page.waitForSelector('#arena:not([aria-busy]) [data-round="1"]')
    expect(await page.locator('#arena').ariaSnapshot()).toBe(
      [
        '- status:',
        '  - paragraph: You Rock',
        '  - paragraph:',
        '    - strong: You win',
        '    - text: Rock blunts scissors',
        '  - paragraph: Computer Scissors',
      ].join('\n'),
    )
  })

  it('is told what each part of the page is, and what each control does', async () => {
    const page = await newcomer()
    await page.goto(await serve())
    const told = await page.locator('body').ariaSnapshot()
    for (const line of [
      '- heading "Rock, paper, scissors" [level=1]',
      '- form "Language"',
      '- button "English" [pressed]',
      '- navigation "Pages"',
      '- main:',
      '- region "Rock, paper, scissors"',
      '- heading "Score" [level=2]',
      '- group "Your move"',
      '- button "Rock"',
      '- button "Paper"',
      '- button "Scissors"',
      '- region "Last ten rounds"',
      '- button "Start over"',
      '- region "Live duel"',
      '- button "Open a room"',
      '- region "Opponent"',
      '- radio "Fair dice draws each move with the same chance and remembers nothing." [checked]',
      '- region "Your habits"',
      '- img "Rock 0 (0 %), Paper 0 (0 %), Scissors 0 (0 %)"',
      '- region "Profile"',
      '- textbox "Your name for others"',
      '- button "Choose an image"',
    ]) {
      expect(told).toContain(line)
    }
  })
})

/** Where Tab goes on the page of the game, from its top. */
const STOPS = [
  'Rock, paper, scissors',
  'English',
  '中文',
  'Leaderboard',
  'For programs',
  'Rock',
  'Paper',
  'Scissors',
  'Start over',
  'Open a room',
  'Fair dice',
  'Your name for others',
  'Save the name',
  'Choose an image',
]

const OUTLINE = 'getComputedStyle(document.activeElement).outlineStyle'

/** The first words by which the focused element is known. */
function nameOfFocused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const focused = document.activeElement
    const [label] = focused.labels ?? []
    const named = label?.querySelector('b') ?? label ?? focused
    return [...named.querySelectorAll('span')].map((span) => span.innerText).join('') || named.innerText.trim()
  })()`)
}

/** Presses Tab until what has that name is focused; it fails when the page is once round. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < 40; stop += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one key after the other is the point
    await page.keyboard.press('Tab')
    // oxlint-disable-next-line no-await-in-loop
    if ((await nameOfFocused(page)) === name) return
  }
  throw new Error(`Tab never came to ${name}`)
}
