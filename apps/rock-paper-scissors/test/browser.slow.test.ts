import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { IMAGE_BYTES } from '../src/server/avatar-limits.ts'
import { HAS_NO_BROWSER, useBrowser } from './browser.ts'
import { IMAGES } from './images.ts'
import { drawing } from './opponent.ts'
import { SlowProfiles } from './slow-profiles.ts'

// Processes take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const folder = await mkdtemp(path.join(tmpdir(), 'browser-test-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.skipIf(HAS_NO_BROWSER)('a player with a browser', () => {
  const { serve, newcomer, expectStatus, expectCuts } = useBrowser()
  let url: string
  let profiles: SlowProfiles

  beforeEach(async () => {
    const randomInt = drawing('scissors', 'scissors', 'paper')
    profiles = new SlowProfiles()
    url = await serve({ randomInt, profiles, avatarDirectory: folder })
  })

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await newcomer(options)
    await page.goto(url)
    return page
  }

  it('plays by mouse and keys without a reload, uploads an avatar, and finds both again', async () => {
    const page = await open()
    await page.evaluate('window.sameDocument = true')

    await page.click('button[value=rock]')
    await page.waitForSelector('[data-round="1"]')
    expect(await verdict(page)).toBe('You win')
    expect(await score(page)).toEqual(['1', '0', '0', '1', '1'])

    await page.keyboard.press('r')
    await page.waitForSelector('[data-round="2"]')
    expect(await score(page)).toEqual(['2', '0', '0', '2', '2'])

    await page.keyboard.press('ArrowLeft') // from rock round to scissors
    await page.keyboard.press('ArrowLeft') // and on to paper
    expect(await page.evaluate('document.activeElement.value')).toBe('paper')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-round="3"]')
    expect(await verdict(page)).toBe('You lose')
    expect(await score(page)).toEqual(['2', '0', '1', '0', '2'])
    expect(await page.locator('.rounds li').count()).toBe(3)
    expect(await page.evaluate('document.activeElement.value'), 'focus stays').toBe('rock')

    expect(await page.isVisible('.avatar .fields button'), 'choosing is the press').toBe(false)
    await page.setInputFiles('#avatar-file', avatarFile)
    await page.locator('.avatar .done', { hasText: 'Your avatar is saved.' }).waitFor()
    await seeAvatar(page)
    await page.waitForSelector('.arena .face')
    expect(await page.evaluate('window.sameDocument')).toBe(true)

    await page.reload()
    expect(await page.evaluate('window.sameDocument')).toBe(undefined)
    expect(await score(page)).toEqual(['2', '0', '1', '0', '2'])
    await seeAvatar(page)

    await page.click('#avatar-removal button')
    await page.waitForSelector('#portrait svg')
    expect(await page.evaluate('document.activeElement.id'), 'focus is not lost').toBe(
      'avatar-file',
    )
    await page.setInputFiles('#avatar-file', avatarFile)
    await seeAvatar(page)
  })

  it('sees how much of an avatar is sent, until it is there', async () => {
    const page = await open()
    const release = await hold(page, '**/avatar')
    await page.setInputFiles('#avatar-file', avatarFile)
    await page.waitForSelector('.avatar progress:not([hidden])')
    release()
    await seeAvatar(page)
    expect(await page.isVisible('.avatar progress')).toBe(false)
  })

  it('takes a name, and shows a profile with it', async () => {
    expectStatus(400)
    const page = await open()
    await page.fill('#player-name', 'Ada <Lovelace>')
    await page.click('.name button')
    await page.locator('.name .done', { hasText: 'Your name is saved.' }).waitFor()
    await page.click('button[value=rock]')
    await page.waitForSelector('[data-round="1"]')
    await page.click('#profile-link a')
    expect(await page.locator('h2').innerText()).toBe('Ada <Lovelace>')
    expect(await page.locator('.tally dd').allInnerTexts()).toEqual([
      '1',
      '1',
      '1',
      '1',
      '1',
      '0',
      '0',
    ])
    await page.goto(url)
    await page.fill('#player-name', '\u202e')
    await page.click('.name button')
    await page.locator('.name .notice', { hasText: 'A name has 1 to 20' }).waitFor()
  })

  it.each([true, false])(
    'switches the language, and finds it again (JavaScript: %s)',
    async (js) => {
      const page = await open({ javaScriptEnabled: js })
      await page.goto(`${url}leaderboard?pagelets=in-order`)
      await page.click('.language button[value=zh]')
      await page.waitForSelector('html[lang=zh]')
      expect(page.url()).toBe(`${url}leaderboard?pagelets=in-order`)
      await page.goto(url)
      expect(await page.title()).toBe('石头剪刀布')
    },
  )

  it.each(['leaderboard', 'api', 'nowhere'])(
    'never scrolls sideways on a small phone: /%s',
    async (page) => {
      expectStatus(404)
      const phone = await open({ viewport: { width: 320, height: 568 } })
      await phone.goto(url + page)
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
    },
  )

  it('sees the leaderboard arrive in pieces, each in its place', async () => {
    const page = await open()
    await page.fill('#player-name', 'Ada')
    await page.click('.name button')
    await page.waitForSelector('#profile-link a')
    await page.click('button[value=rock]')
    await page.waitForSelector('[data-round="1"]')
    const release = profiles.hold('week')
    await page.goto(`${url}leaderboard`, { waitUntil: 'commit' })
    const [week, ever] = ['week', 'ever'].map((span) =>
      page.locator(`section[aria-labelledby=${span}-title]`),
    )
    await ever?.locator('li', { hasText: 'Ada' }).waitFor()
    expect(await week?.innerText()).toContain('On its way')
    release()
    await week?.locator('li', { hasText: '1 point' }).waitFor()
    expect(await page.locator('text=On its way').count()).toBe(0)
  })

  it('reads the leaderboard in order when there is no JavaScript', async () => {
    const page = await open({ javaScriptEnabled: false })
    const release = profiles.hold('week')
    await page.goto(`${url}leaderboard`, { waitUntil: 'commit' })
    await page.waitForSelector('noscript a')
    release()
    await page.click('noscript a')
    await page.locator('text=Nobody has points yet.').first().waitFor()
    expect(await page.locator('text=Nobody has points yet.').count()).toBe(2)
    expect(page.url()).toContain('?pagelets=in-order')
  })

  it('plays and uploads by plain forms when there is no JavaScript', async () => {
    const page = await open({ javaScriptEnabled: false })
    await page.click('button[value=rock]')
    expect(await verdict(page)).toBe('You win')
    await page.focus('button[value=rock]')
    await page.keyboard.press('Space')
    await page.waitForSelector('[data-round="2"]')
    await page.setInputFiles('#avatar-file', avatarFile)
    await page.click('.avatar button')
    await seeAvatar(page)
    expect(page.url()).toBe(url)
    await page.click('#avatar-removal button')
    await page.waitForSelector('#portrait svg')
    await page.fill('#player-name', 'Grace')
    await page.click('.name button')
    await page.waitForSelector('#profile-link a')
    expect(await score(page)).toEqual(['2', '0', '0', '2', '2'])
  })

  it('is told what is wrong with an avatar, and plays on', async () => {
    expectStatus(415)
    const page = await open({ locale: 'zh-CN' })
    const notice = page.locator('.avatar .notice')
    const send = async (buffer: Buffer): Promise<void> => {
      await page.setInputFiles('#avatar-file', { name: 'me.png', mimeType: 'image/png', buffer })
    }
    await send(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))
    await notice.filter({ hasText: '这个文件不是可以显示的图片' }).waitFor()
    await send(Buffer.alloc(IMAGE_BYTES + 1))
    await notice.filter({ hasText: '文件太大，不能超过 2 MB' }).waitFor()
    await page.click('button[value=rock]')
    await page.waitForSelector('[data-round="1"]')
    expect(await verdict(page)).toBe('你赢了')
    await send(IMAGES['image/gif'])
    await seeAvatar(page)
    expect(await notice.innerText()).toBe('')
  })

  it('plays every press of a burst in its order, and is told when one is too many', async () => {
    const page = await open()
    const release = await holdRounds(page)
    for (let press = 0; press < 5; press += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one press after the other is the point
      await page.click('button[value=rock]')
    }
    expect(await page.locator('.moves .notice').innerText()).toContain('does not count')
    expect(await page.locator('.waiting-presses').innerText()).toBe('Waiting to be played: 3')
    await page.waitForSelector('.moves[aria-busy=true]') // it takes long: the form says so
    release()
    await page.waitForSelector('[data-round="4"]')
    expect(await score(page)).toEqual(['2', '0', '2', '0', '2'])
    expect(await page.locator('.waiting-presses').innerText()).toBe('')
  })

  it('sees the hands shaken before the answer, and nothing shaken who wants no motion', async () => {
    const page = await open()
    const release = await holdRounds(page)
    await page.click('button[value=paper]')
    await page.waitForSelector('#arena[aria-busy=true] .shaking')
    const calm = await open({ reducedMotion: 'reduce' })
    const releaseCalm = await holdRounds(calm)
    await calm.click('button[value=paper]')
    await calm.waitForSelector('#arena[aria-busy=true]')
    expect(await calm.locator('.shaking').count()).toBe(0)
    release()
    releaseCalm()
    await page.waitForSelector('[data-round="1"]')
    await calm.waitForSelector('[data-round="1"]')
  })

  it('chooses an opponent, sees the habits grow, and starts over', async () => {
    const page = await open()
    await page.check('input[value=guesser]')
    await page.click('button[value=rock]')
    await page.waitForSelector('[data-round="1"]')
    expect(await page.locator('.chart').getAttribute('aria-label')).toMatch(/^Rock 1 \(100 %\)/)
    await page.reload()
    expect(await page.isChecked('input[value=guesser]')).toBe(true)
    await page.click('.reset button')
    await page.waitForSelector('[data-round="0"]')
    expect(await score(page)).toEqual(['0', '0', '0', '0', '0'])
  })

  it('plays no round by reloading the page, also without JavaScript', async () => {
    const page = await open({ javaScriptEnabled: false })
    await page.click('button[value=rock]')
    await page.waitForSelector('[data-round="1"]')
    await page.reload()
    expect(await score(page)).toEqual(['1', '0', '0', '1', '1'])
  })

  it('is told when the game does not answer', async () => {
    expectCuts()
    const page = await open()
    await page.context().setOffline(true)
    await page.click('button[value=rock]')
    await page.locator('.moves .notice', { hasText: 'The game did not answer' }).waitFor()
    await page.context().setOffline(false)
    await page.click('button[value=rock]')
    await page.waitForSelector('[data-round="1"]')
    expect(await verdict(page)).toBe('You win')
  })

  it('types letters in peace outside the game', async () => {
    const page = await open()
    await page.focus('#player-name')
    await page.keyboard.press('r')
    await page.keyboard.press('Control+r') // a reload, not a round
    expect(await score(page)).toEqual(['0', '0', '0', '0', '0'])
  })

  it.each([
    [320, 568],
    [390, 844],
    [768, 1024],
    [1280, 800],
  ])(
    'never scrolls sideways, and lets nothing jump between rounds, on a screen of %i by %i',
    async (width, height) => {
      const page = await open({ viewport: { width, height }, reducedMotion: 'reduce' })
      const places = [await placeOfMoves(page)]
      for (const [index, move] of ['scissors', 'rock', 'scissors', 'paper'].entries()) {
        // oxlint-disable-next-line no-await-in-loop -- one round after the other is the point
        await page.click(`button[value=${move}]`)
        // oxlint-disable-next-line no-await-in-loop
        await page.waitForSelector(`[data-round="${index + 1}"]`)
        // oxlint-disable-next-line no-await-in-loop
        places.push(await placeOfMoves(page))
      }
      expect([...new Set(places)], 'the moves stay where they are').toHaveLength(1)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    },
  )
})

const avatarFile = { name: 'me.png', mimeType: 'image/png', buffer: IMAGES['image/png'] }

/** Where the moves stand on the page, whatever part of it is in view. */
function placeOfMoves(page: Page): Promise<string> {
  return page.evaluate(
    "(({ top, height }) => `${top + scrollY} ${height}`)(document.querySelector('.moves fieldset').getBoundingClientRect())",
  )
}

function holdRounds(page: Page): Promise<() => void> {
  return hold(page, '**/game')
}

/** Keeps requests from being answered, until what it gives is called. */
async function hold(page: Page, pattern: string): Promise<() => void> {
  let release: (() => void) | undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(pattern, async (route) => {
    await released
    await route.continue()
  })
  return () => release?.()
}

function verdict(page: Page): Promise<string> {
  return page.locator('.verdict strong').innerText()
}

/** Wins, draws, losses, streak and best streak, as they stand on the page. */
function score(page: Page): Promise<string[]> {
  return page.locator('.scoreline dd').allInnerTexts()
}

/** Resolves once the avatar stands on the page, as an image that the browser could decode. */
async function seeAvatar(page: Page): Promise<void> {
  await page.waitForSelector('#portrait img')
  await page.evaluate("document.querySelector('#portrait img').decode()")
}
