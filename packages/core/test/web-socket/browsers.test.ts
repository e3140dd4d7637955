import { chromium } from 'playwright-core'
import { afterEach, describe, expect, inject, it } from 'vitest'

import express, { type Express } from '@tokkyu/core'
import { LOCALHOST_CERTIFICATE } from '../localhost-certificate.ts'
import { endAll, listen, listening, portOf } from './serving.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

afterEach(endAll)

function chat(): Express {
  const app = express().set('env', 'test')
  app.get('/', (_req, res) => void res.type('html').send('<!doctype html>'))
  app.ws('/chat', { protocols: ['v1'] }, async (socket) => {
    for await (const message of socket) {
      await socket.send(message)
      if (message === 'bye') socket.close(4001, 'as you wish')
    }
  })
  return app
}

/** What a page hears that says text, bytes, and good bye; or the code with which it was refused. */
function talk(url: string): Promise<unknown[]> {
  return new Promise((resolve) => {
    const heard: unknown[] = []
    const socket = new WebSocket(url, ['v0', 'v1'])
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => {
      heard.push(socket.protocol)
      socket.send('grüße')
      socket.send(new Uint8Array([0, 255]))
      socket.send('bye')
    })
    socket.addEventListener('message', ({ data }) => {
      heard.push(typeof data === 'string' ? data : [...new Uint8Array(data as ArrayBuffer)])
    })
    socket.addEventListener('close', ({ code, reason }) => resolve([...heard, code, reason]))
  })
}

const TALK = ['v1', 'grüße', [0, 255], 'bye', 4001, 'as you wish']

describe.skipIf(typeof globalThis.WebSocket !== 'function')('the WebSocket of Node', () => {
  it('talks', async () => {
    const server = await listen(chat())
    expect(await talk(`ws://127.0.0.1:${portOf(server)}/chat`)).toEqual(TALK)
  })
})

const available = inject('chromium')

describe.skipIf('missing' in available)('Chromium', () => {
  it('talks from a page of the app, and is refused from a page of another', async () => {
    if ('missing' in available) throw new Error(available.missing)
    const { executablePath, libraries } = available
    const env = libraries ? { ...process.env, LD_LIBRARY_PATH: libraries } : process.env
    const browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox'],
      env,
    })
    try {
      const [own, other] = [portOf(await listen(chat())), portOf(await listen(chat()))]
      const page = await browser.newPage()
      const url = `ws://127.0.0.1:${own}/chat`
      await page.goto(`http://127.0.0.1:${own}/`)
      expect(await page.evaluate(talk, url)).toEqual(TALK)
      await page.goto(`http://127.0.0.1:${other}/`)
      expect(await page.evaluate(talk, url)).toEqual([1006, ''])
    } finally {
      await browser.close()
    }
  })

  it('talks over HTTP/2 on the connection that the page came by', async () => {
    if ('missing' in available) throw new Error(available.missing)
    const { executablePath, libraries } = available
    const env = libraries ? { ...process.env, LD_LIBRARY_PATH: libraries } : process.env
    const app = chat()
    const versions: string[] = []
    app.ws('/version', (socket, req) => {
      versions.push(req.httpVersion)
      socket.close(4001, 'as you wish')
    })
    const options = { http2: true, ...LOCALHOST_CERTIFICATE, port: 0 } as const
    const own = await listening(app.listen(options))
    const other = await listening(chat().listen(options))
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], env })
    try {
      const page = await browser.newPage({ ignoreHTTPSErrors: true })
      await page.goto(`https://localhost:${portOf(own)}/`)
      expect(await page.evaluate(talk, `wss://localhost:${portOf(own)}/chat`)).toEqual(TALK)
      await page.evaluate(talk, `wss://localhost:${portOf(own)}/version`)
      expect(versions).toEqual(['2.0'])
      await page.goto(`https://localhost:${portOf(other)}/`)
      expect(await page.evaluate(talk, `wss://localhost:${portOf(own)}/chat`)).toEqual([1006, ''])
    } finally {
      await browser.close()
    }
  })
})
