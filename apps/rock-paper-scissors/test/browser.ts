import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest'

import { type AppOptions, createApp } from '../src/server/app.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Given by the global set-up: where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

const available = inject('chromium')

export const HAS_NO_BROWSER = 'missing' in available

/** A browser, and how to open pages of a game in it. */
export interface Players {
  /** Starts a game of its own, which ends with the test; gives its address. */
  readonly serve: (options?: AppOptions) => Promise<string>
  /** A page of a new player, who has no cookie yet. */
  readonly newcomer: (options?: BrowserContextOptions) => Promise<Page>
  /** Answers of these statuses are what the test is about: Chromium writes each on its console. */
  readonly expectStatus: (...statuses: number[]) => void
  /** The test cuts the network, or ends the game. */
  readonly expectCuts: () => void
}

/**
 * One Chromium for the tests of a `describe`. A test fails when a page had an error, wrote one on its
 * console, broke the content security policy, or asked another origin for anything.
 */
export function useBrowser(): Players {
  let browser: Browser
  let complaints: string[]
  let tolerated: RegExp[]
  let servers: Server[]

  beforeAll(async () => {
    if ('missing' in available) return
    const env = { ...process.env, LD_LIBRARY_PATH: available.libraries }
    const { executablePath } = available
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], env })
  })
  afterAll(() => browser?.close())
  beforeEach(() => {
    complaints = []
    tolerated = []
    servers = []
  })
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    for (const server of servers) server.close()
    const left = complaints.filter((text) => !tolerated.some((pattern) => pattern.test(text)))
    assert.deepEqual(left, [])
  })

  return {
    async serve(options) {
      const server = createApp(options).listen(0, '127.0.0.1')
      await once(server, 'listening')
      servers.push(server)
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    },
    async newcomer(options) {
      const context = await browser.newContext({ locale: 'en-GB', ...options })
      if (options?.javaScriptEnabled !== false) await context.addInitScript(TELL_VIOLATIONS)
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('request', (sent) => {
        const { hostname } = new URL(sent.url())
        if (hostname !== '127.0.0.1') complaints.push(`asked ${hostname}`)
      })
      page.on('console', (message) => {
        const isBad = message.type() === 'error' || message.type() === 'warning'
        if (isBad) complaints.push(message.text())
      })
      return page
    },
    expectStatus(...statuses) {
      const status = statuses.join('|')
      tolerated.push(new RegExp(`^Failed to load resource: .* status of (${status})\\b`))
    },
    expectCuts: () =>
      void tolerated.push(/net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|ABORTED)/),
  }
}

const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('Content Security Policy: ' + event.violatedDirective + ' ' + event.blockedURI)
})`
