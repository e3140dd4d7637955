import { Buffer } from 'node:buffer'
import { createServer, type RequestListener } from 'node:http'
import { chromium, type Page } from 'playwright-core'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import upload, { type Middleware } from '@tokkyu/upload'
import { filesIn, listening, serve, temporaryFolder } from './server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Chromium is, or why there is none here. */
    chromium: { executablePath: string; libraries: string } | { missing: string }
  }
}

const available = inject('chromium')

describe.skipIf('missing' in available)('a form that Chromium sends', () => {
  it('is read as it was filled in, down to quotes and line breaks in names', async () => {
    const sent = await submit(upload({ accept: ['image/png', 'text/plain'] }).any())
    expect(sent).toEqual({
      status: 200,
      body: {
        body: {
          plain: 'Zoë\r\n日本',
          'quote " percent 50%': 'a',
          'line\r\nbreak': 'b',
          list: ['1', '2'],
          nested: { deep: ['x'] },
        },
        files: [
          expect.objectContaining({
            fieldname: 'picture',
            originalname: '日本 _Zoë_ 50%.png',
            mimetype: 'image/png',
            detectedMimetype: 'image/png',
            size: 16,
          }),
          expect.objectContaining({ fieldname: 'note', originalname: 'blob', text: 'hello' }),
        ],
      },
    })
  }, 30_000)
})

describe.skipIf('missing' in available)('the example with a progress bar', () => {
  it('shows how far an upload is, what came of it, and why another was refused', async () => {
    const folder = temporaryFolder()
    process.env['UPLOADS'] = folder
    const example = new URL('../../../examples/upload/server.mjs', import.meta.url).href
    const { app } = (await import(example)) as { app: RequestListener }
    const port = await listening(createServer(app))
    const page = await openPage()
    await page.goto(`http://127.0.0.1:${port}/`)
    await page.evaluate(`(() => {
      const bar = document.querySelector('progress')
      window.seen = []
      new MutationObserver(() => seen.push(bar.value)).observe(bar, { attributes: true })
    })()`)
    const choose = (name: string, content: Buffer): Promise<void> =>
      page.setInputFiles('input[type=file]', { name, mimeType: 'image/png', buffer: content })

    await choose('sea.png', Buffer.concat([png, Buffer.alloc(3_000_000)]))
    await page.click('button:not([type])')
    await page.waitForSelector('li')
    expect(await page.textContent('li')).toMatch(/^sea\.png: image\/png, 3000016 bytes, SHA-256 /)
    expect(await page.evaluate('Math.max(...seen)')).toBe(1)

    await choose('fake.png', Buffer.from('just text'))
    await page.click('button:not([type])')
    await page.waitForSelector('.wrong')
    expect(await page.textContent('[role=status]')).toContain('it is text/plain')
    expect(filesIn(folder)).toHaveLength(1)
  }, 30_000)
})

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

async function openPage(): Promise<Page> {
  if ('missing' in available) throw new Error(available.missing)
  const { executablePath, libraries } = available
  const env = { ...process.env, LD_LIBRARY_PATH: libraries } as Record<string, string>
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], env })
  onTestFinished(() => browser.close())
  return browser.newPage()
}

/** Opens a page, fills a form in, and gives what the middleware made of it. */
async function submit(middleware: Middleware): Promise<unknown> {
  const { port } = await serve(middleware)
  const page = await openPage()
  // Any page of the same origin will do: this one is the middleware passing a GET through.
  await page.goto(`http://127.0.0.1:${port}/`)
  return page.evaluate(`(async () => {
    const form = document.createElement('form')
    form.innerHTML = '<input type=file name=untouched><textarea name=plain></textarea>'
    form.elements.plain.value = 'Zo\\u00eb\\n\\u65e5\\u672c'
    const data = new FormData(form)
    data.append('quote " percent 50%', 'a')
    data.append('line\\nbreak', 'b')
    data.append('list', '1')
    data.append('list', '2')
    data.append('nested[deep][]', 'x')
    const png = new Uint8Array([0x89, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82])
    data.append('picture', new File([png], '\\u65e5\\u672c "Zo\\u00eb" 50%.png', { type: 'image/png' }))
    data.append('note', new Blob(['hello'], { type: 'text/plain' }))
    const answer = await fetch('/', { method: 'POST', body: data })
    return { status: answer.status, body: await answer.json() }
  })()`)
}
