import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import express from 'express'
import { afterAll, describe, expect, it } from 'vitest'
import { AssetNotFoundError, createAssets } from '@tokkyu/session'
import { serve } from './client.ts'

const root = mkdtempSync(path.join(tmpdir(), 'tokkyu-assets-'))
afterAll(() => rmSync(root, { recursive: true }))
mkdirSync(path.join(root, 'public/sub'), { recursive: true })
const folder = path.join(root, 'public')
writeFileSync(path.join(root, 'secret.txt'), 'secret')
writeFileSync(path.join(folder, 'app.js'), 'one')
writeFileSync(path.join(folder, 'sub/a b?.css'), 'css')
symlinkSync(path.join(root, 'secret.txt'), path.join(folder, 'link.txt'))

describe('asset()', () => {
  it('gives a URL that changes with the content', () => {
    const asset = createAssets(folder, { recheck: 0 })
    writeFileSync(path.join(folder, 'app.js'), 'one')
    const first = asset('/app.js')
    expect(first).toMatch(/^\/app\.js\?v=[\w-]{12}$/)
    expect(asset('app.js')).toBe(first)
    writeFileSync(path.join(folder, 'app.js'), 'three')
    expect(asset('/app.js')).not.toBe(first)
    writeFileSync(path.join(folder, 'app.js'), 'one')
    expect(asset('/app.js')).toBe(first)
  })

  it('puts the prefix in front and encodes what a URL cannot hold', () => {
    const asset = createAssets(folder, { prefix: '/static' })
    expect(asset('/sub/a b?.css')).toMatch(/^\/static\/sub\/a%20b%3F\.css\?v=/)
  })

  it.each([
    '/missing.js',
    '/../secret.txt',
    '/sub/../../secret.txt',
    '/link.txt',
    '/',
    '',
    '/app.js\0',
  ])('refuses %j, which is no file below the root', (file) => {
    expect(() => createAssets(folder)(file)).toThrow(AssetNotFoundError)
  })
})

describe('the middleware of createAssets', () => {
  it('lets browsers keep the current version for ever, and no other', async () => {
    const asset = createAssets(folder, { prefix: '/static', recheck: 0 })
    const app = express()
    app.use('/static', asset.middleware, express.static(folder))
    const client = await serve(app)
    const url = asset('/app.js')
    const forEver = 'public, max-age=31536000, immutable'
    expect((await client.get(url)).headers['cache-control']).toBe(forEver)
    expect((await client.get('/static/app.js')).headers['cache-control']).toBe('public, max-age=0')
    expect((await client.get('/static/app.js?v=AAAAAAAAAAAA')).headers['cache-control']).toBe(
      'public, max-age=0',
    )
    utimesSync(path.join(folder, 'app.js'), 1, 1)
    expect((await client.get(url)).headers['cache-control']).toBe(forEver)
    writeFileSync(path.join(folder, 'app.js'), 'changed')
    expect((await client.get(url)).headers['cache-control']).toBe('public, max-age=0')
  })

  it('reads no file that asset() has not named', async () => {
    const asset = createAssets(folder)
    const app = express()
    app.use(asset.middleware, express.static(folder))
    const client = await serve(app)
    asset('/app.js')
    for (const target of [
      '/..%2fsecret.txt?v=AAAAAAAAAAAA',
      '/%E0%A4%A?v=AAAAAAAAAAAA',
      '/sub/x?v=AAAAAAAAAAAA',
    ]) {
      expect((await client.get(target)).status).toBeGreaterThanOrEqual(400)
    }
  })
})
