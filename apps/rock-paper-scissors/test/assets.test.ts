import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createApp } from '../src/server/app.ts'

const scratch = await mkdtemp(path.join(tmpdir(), 'assets-test-'))
const folder = path.join(scratch, 'assets')
const script = path.resolve(import.meta.dirname, '../build-assets.mjs')

afterAll(() => rm(scratch, { recursive: true, force: true }))

/** The addresses of all that a page loads. */
async function loadedBy(app: ReturnType<typeof createApp>): Promise<string[]> {
  const { text } = await request(app).get('/').expect(200)
  const all = [...text.matchAll(/<(?:link|script)[^>]+(?:src|href)="([^"]+)"/g)]
  return all.map(([, url = '']) => url)
}

describe('what has been built', () => {
  let app: ReturnType<typeof createApp>
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [script, folder])
    app = createApp({ assets: { '': folder } })
  })

  it('stands in pages by its version, and is kept for ever', async () => {
    const urls = await loadedBy(app)
    expect(urls).toHaveLength(4)
    const answers = await Promise.all(urls.map((url) => request(app).get(url)))
    for (const [i, { status, headers }] of answers.entries()) {
      expect(urls[i]).toMatch(/\?v=[\w-]{12}$/)
      expect(status).toBe(200)
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    }
  })

  it('is asked for again when it has no version, or an old one', async () => {
    for (const url of ['/game.css', '/game.css?v=AAAAAAAAAAAA']) {
      // oxlint-disable-next-line no-await-in-loop -- two requests
      const { headers } = await request(app).get(url).expect(200)
      expect(headers['cache-control']).toBe('public, max-age=0')
    }
  })

  it.each(['br', 'gzip'])('comes compressed with %s as it lies there', async (encoding) => {
    const sent = request(app).head('/client/game.js').set('Accept-Encoding', encoding)
    const { headers } = await sent.expect(200)
    expect(headers['content-encoding']).toBe(encoding)
    expect(headers['content-type']).toMatch(/^text\/javascript/)
    expect(headers['vary']).toContain('Accept-Encoding')
  })

  it('comes as it is for who takes nothing else', async () => {
    const sent = request(app).get('/game.css').set('Accept-Encoding', 'identity')
    const { headers, text } = await sent.expect(200)
    expect(headers['content-encoding']).toBeUndefined()
    expect(text).toContain('.masthead')
  })

  it('imports nothing more: each script is one file', async () => {
    expect((await readdir(path.join(folder, 'client'))).toSorted()).toEqual([
      'duel.js',
      'duel.js.br',
      'duel.js.gz',
      'game.js',
      'game.js.br',
      'game.js.gz',
    ])
    const { text } = await request(app).get('/client/duel.js').set('Accept-Encoding', 'identity')
    expect(text).not.toMatch(/\bfrom ?["']|\bimport ?["'(]/)
  })
})

describe('while the game is written', () => {
  it('serves what is built from, by version as well', async () => {
    const app = createApp()
    const urls = await loadedBy(app)
    expect(urls.map((url) => url.replace(/\?v=[\w-]{12}$/, ''))).toEqual([
      '/favicon.svg',
      '/favicon.ico',
      '/game.css',
      '/client/game.js',
    ])
    const answers = await Promise.all(urls.map((url) => request(app).get(url)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })
})
