import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { cacheControl, formatCacheControl } from '@tokkyu/session'
import type { CacheControlOptions } from '@tokkyu/session'
import { serve } from './client.ts'

describe('formatCacheControl', () => {
  it.each([
    [{ public: true, maxAge: 60 }, 'public, max-age=60'],
    [{ private: true, noCache: true }, 'private, no-cache'],
    [{ noStore: true }, 'no-store'],
    [{ maxAge: 0, mustRevalidate: true }, 'must-revalidate, max-age=0'],
    [
      {
        public: true,
        maxAge: 1,
        sMaxAge: 2,
        staleWhileRevalidate: 3,
        staleIfError: 4,
        immutable: true,
      },
      'public, max-age=1, s-maxage=2, stale-while-revalidate=3, stale-if-error=4, immutable',
    ],
    [{ public: false, maxAge: 5 }, 'max-age=5'],
  ])('writes %j', (directives, header) => {
    expect(formatCacheControl(directives)).toBe(header)
  })

  it.each([
    [{ public: true, private: true }, 'public contradicts private'],
    [{ noStore: true, maxAge: 0 }, 'noStore contradicts maxAge'],
    [{ private: true, sMaxAge: 1 }, 'private contradicts sMaxAge'],
    [{ maxAge: -1 }, 'whole seconds'],
    [{ maxAge: 1.5 }, 'whole seconds'],
    [{ maxAge: Number.NaN }, 'whole seconds'],
    [{ maxAge: '60' }, 'maxAge must be a number of seconds'],
    [{ maxAge: true }, 'maxAge must be a number of seconds'],
    [{ public: 5 }, 'public must be true or false'],
    [{ immutable: 0 }, 'immutable must be true or false'],
    [{ noStore: 'yes' }, 'noStore must be true or false'],
    [{ maxage: 60 }, 'no directive "maxage"'],
    [{}, 'no directive is given'],
  ])('refuses %j', (directives, message) => {
    expect(() => formatCacheControl(directives as never)).toThrow(message)
  })
})

describe('cacheControl()', () => {
  it('sets the header before the handler, which may still change it', async () => {
    expect(await headersWith({ maxAge: 60 })).toMatchObject({ 'cache-control': 'max-age=60' })
  })

  it('sets Expires for old clients when asked', async () => {
    const headers = await headersWith({ maxAge: 3600, expires: true })
    const ahead = Date.parse(headers.expires as string) - Date.parse(headers.date as string)
    expect(Math.abs(ahead - 3_600_000)).toBeLessThanOrEqual(1000)
    expect((await headersWith({ maxAge: 60 })).expires).toBeUndefined()
  })

  it('sets an Expires of the past for what must not be kept', async () => {
    expect((await headersWith({ noStore: true, expires: true })).expires).toBe('0')
  })

  it('refuses Expires without a life', () => {
    expect(() => cacheControl({ public: true, expires: true })).toThrow(TypeError)
  })
})

async function headersWith(options: CacheControlOptions) {
  const middleware = cacheControl(options)
  const client = await serve(createServer((req, res) => middleware(req, res, () => res.end())))
  return (await client.get('/')).headers
}
