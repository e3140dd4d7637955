import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { IMAGE_BYTES } from '../src/server/avatar-limits.ts'
import { NO_LIMITS } from '../src/server/rate-limits.ts'
import { expectAccessible } from './axe.ts'
import { HAS_NO_BROWSER, useBrowser } from './browser.ts'
import { openDuel, sitDown, state } from './duelists.ts'
import { IMAGES } from './images.ts'
import { drawing } from './opponent.ts'
import { SlowProfiles } from './slow-profiles.ts'

// Each audit takes a second or two, more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

describe.skipIf(HAS_NO_BROWSER)('axe-core finds nothing to mend', () => {
  const { serve, newcomer, expectStatus, expectCuts } = useBrowser()
  let url: string
  let profiles: SlowProfiles

  beforeEach(async () => {
    profiles = new SlowProfiles()
    url = await serve({ randomInt: drawing('scissors', 'scissors', 'paper'), profiles })
  })

  async function open(path = '', locale = 'en-GB'): Promise<Page> {
    const page = await newcomer({ locale })
    await page.goto(url + path)
    return page
  }

  it.each(['en-GB', 'zh-CN'])(
    'on the game before, during and after rounds (%s)',
    async (locale) => {
      const page = await open('', locale)
      await expectAccessible(page)
      await play(page, 'rock', 1) // won
      await expectAccessible(page)
      await play(page, 'rock', 2)
      await play(page, 'rock', 3) // lost
      await expectAccessible(page)
      await play(page, 'scissors', 4) // a draw
      await page.check('input[value=guesser]')
      await expectAccessible(page)
      await page.click('.reset button')
      await page.waitForSelector('[data-round="0"]')
      await expectAccessible(page)
    },
  )

  it('on the game while an answer is waited for, and when none comes', async () => {
    expectCuts()
    const page = await open()
    await page.route('**/game', () => undefined) // never answered
    for (let press = 0; press < 5; press += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one press after the other is the point
      await page.click('button[value=rock]')
    }
    await page.waitForSelector('.moves[aria-busy=true]')
    await expectAccessible(page)
    const cut = await open()
    await cut.context().setOffline(true)
    await cut.click('button[value=rock]')
    await cut.locator('.moves .notice', { hasText: 'did not answer' }).waitFor()
    await expectAccessible(cut)
  })

  it('on the profile form and the avatar: refused, taken, shown to others', async () => {
    expectStatus(400)
    const page = await open()
    await page.setInputFiles('#avatar-file', file(Buffer.alloc(IMAGE_BYTES + 1)))
    await page.locator('.avatar .notice', { hasText: 'too large' }).waitFor()
    await page.fill('#player-name', '\u202e')
    await page.click('.name button')
    await page.locator('.name .notice', { hasText: 'A name has' }).waitFor()
    await expectAccessible(page)
    await page.fill('#player-name', 'Ada')
    await page.click('.name button')
    await page.waitForSelector('#profile-link a')
    await page.setInputFiles('#avatar-file', file(IMAGES['image/png']))
    await page.waitForSelector('#portrait img')
    await play(page, 'rock', 1)
    await expectAccessible(page)
    await page.click('#profile-link a')
    await page.waitForSelector('.profile')
    await expectAccessible(page)
  })

  it('on the leaderboard: empty, half there, with players, and without one of its boards', async () => {
    const page = await open('leaderboard')
    await expectAccessible(page)
    await page.goto(url)
    await page.fill('#player-name', 'Ada')
    await page.click('.name button')
    await page.waitForSelector('#profile-link a')
    await play(page, 'rock', 1)
    const release = profiles.hold('week')
    await page.goto(`${url}leaderboard`, { waitUntil: 'commit' })
    await page.locator('section[aria-labelledby=ever-title] li').waitFor()
    await expectAccessible(page)
    release()
    await page.locator('section[aria-labelledby=week-title] li').waitFor()
    await expectAccessible(page)
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const fail = profiles.hold('ever')
    await page.goto(`${url}leaderboard`, { waitUntil: 'commit' })
    await page.locator('section[aria-labelledby=week-title] li').waitFor()
    fail(new Error('not there'))
    await page.locator('text=Not there at the moment.').waitFor()
    await expectAccessible(page)
    logged.mockRestore()
  })

  it.each(['api', 'game?action=rock'])('on /%s', async (path) => {
    await expectAccessible(await open(path))
  })

  it.each(['en-GB', 'zh-CN'])('on each error page (%s)', async (locale) => {
    expectStatus(400, 403, 404, 413, 429, 500)
    const busy = await serve({ rateLimits: { ...NO_LIMITS, play: 1 } })
    await fetch(`${busy}game?action=rock`)
    const failing = await serve({
      randomInt: () => {
        throw new Error('no dice')
      },
    })
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const page = await open('', locale)
    // What no link of the game asks for is asked in the page's name, and shown to it.
    await page.route('**/reset', async (route) => {
      const headers = { ...route.request().headers(), origin: 'http://elsewhere.example' }
      await route.fulfill({ response: await route.fetch({ method: 'POST', headers }) })
    })
    await page.route('**/profile', async (route) => {
      const headers = {
        ...route.request().headers(),
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      }
      const postData = `name=${'a'.repeat(200_000)}`
      await route.fulfill({ response: await route.fetch({ method: 'POST', headers, postData }) })
    })
    for (const [status, address] of [
      [400, `${url}game?action=lizard`],
      [403, `${url}reset`],
      [404, `${url}nowhere`],
      [413, `${url}profile`],
      [429, `${busy}game?action=rock`],
      [500, `${failing}game?action=rock`],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      await page.goto(address)
      // oxlint-disable-next-line no-await-in-loop
      expect(await page.locator('.status').innerText()).toBe(String(status))
      // oxlint-disable-next-line no-await-in-loop
      await expectAccessible(page)
    }
    expect(logged).toHaveBeenCalledOnce()
    logged.mockRestore()
  })

  it('on a live duel: waiting, choosing, sealed, watched, over, asked for a rematch', async () => {
    const [first, second] = [await newcomer(), await newcomer()]
    await openDuel(first, url)
    await expectAccessible(first)
    await sitDown(second, first)
    await expectAccessible(second)
    await first.click('button[value=rock]')
    await state(second, 'The other has sealed a move')
    await expectAccessible(first)
    await expectAccessible(second)
    const watcher = await newcomer()
    await watcher.goto(`${first.url()}?watch`)
    await state(watcher, 'You are watching')
    await expectAccessible(watcher)
    await second.click('button[value=scissors]')
    await first.waitForSelector('[data-round="2"]')
    await first.click('button[value=rock]')
    await state(second, 'The other has sealed')
    await second.click('button[value=scissors]')
    await state(first, 'The match goes to: You')
    await expectAccessible(first)
    await first.click('#rematch')
    await state(second, 'A rematch is asked for')
    await expectAccessible(second)
    await expectAccessible(watcher)
  })
})

function file(buffer: Buffer): { name: string; mimeType: string; buffer: Buffer } {
  return { name: 'me.png', mimeType: 'image/png', buffer }
}

async function play(page: Page, move: string, round: number): Promise<void> {
  await page.click(`button[value=${move}]`)
  await page.waitForSelector(`[data-round="${round}"]`)
}
