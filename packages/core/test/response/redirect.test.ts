import request from 'supertest'
import { describe, expect, it, vi } from 'vitest'
import express from '@tokkyu/core'

function redirecting(url: string, status?: number) {
  return express()
    .set('env', 'test')
    .get('/', (_req, res) => (status === undefined ? res.redirect(url) : res.redirect(status, url)))
}

describe('res.redirect', () => {
  it('sends the client elsewhere, with 302 or the status it is given', async () => {
    const found = await request(redirecting('/there')).get('/')
    expect([found.status, found.headers['location']]).toEqual([302, '/there'])
    const moved = await request(redirecting('/there', 308)).get('/')
    expect([moved.status, moved.headers['location']]).toEqual([308, '/there'])
  })

  it('says where to in the form the client prefers, and varies by it', async () => {
    const app = redirecting('/there')
    const html = await request(app).get('/').set('Accept', 'text/html')
    expect(html.text).toBe(
      '<!DOCTYPE html><head><title>Found</title></head><body><p>Found. Redirecting to /there</p></body>',
    )
    const text = await request(app).get('/').set('Accept', 'text/plain')
    expect(text.text).toBe('Found. Redirecting to /there')
    const other = await request(app).get('/').set('Accept', 'image/png')
    expect([other.text ?? '', other.headers['vary']]).toEqual(['', 'Accept'])
  })

  it.each(['/"><script>alert(1)</script>', "/'onmouseover=alert(1)", 'javascript:alert("1")'])(
    'shows %s as text, never as markup (CVE-2024-43796)',
    async (url) => {
      const { text } = await request(redirecting(url)).get('/').set('Accept', 'text/html')
      const shown = text.slice(text.indexOf('<p>') + 3, text.indexOf('</p>'))
      expect(shown).not.toMatch(/[<>"']/)
    },
  )

  it('warns once a place, which it names, of what Express calls deprecated', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const app = express().get('/', (_req, res) => res.redirect(undefined as never))
    await request(app).get('/')
    await request(app).get('/')
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
      expect.stringMatching(
        /^res.redirect: Provide a url argument \(.*redirect.test.ts:\d+:\d+\)$/,
      ),
      expect.stringMatching(/^res.redirect: Url must be a string \(.*redirect.test.ts:\d+:\d+\)$/),
    ])
    warn.mockRestore()
  })
})
