import { describe, expect, it } from 'vitest'

import express, { type Response } from '../src/index.ts'

/** Answers one request with what `write` does, and tells what arrived. */
async function answerWith(write: (res: Response) => unknown) {
  const app = express()
  app.set('env', 'test')
  app.get('/', (_req, res) => {
    write(res)
    if (!res.headersSent) res.end()
  })
  const reply = await app.inject({ headers: { accept: 'text/html' } })
  return { ...reply, body: await reply.text() }
}

// A second header, a second response, and the characters that parsers have taken for line ends.
const BREAKS = [
  'a\r\nX-Injected: 1',
  'a\nX-Injected: 1',
  'a\rX-Injected: 1',
  'a\r\n\r\n<script>alert(1)</script>',
  'a\0b',
  'a\u007fb',
  'a\u0085X-Injected: 1',
  'a\u2028X-Injected: 1',
  'a\u010a\u010dX-Injected: 1', // cut to bytes it would be LF CR
  'a\r\n X-Injected: 1',
]

const SINKS: Record<string, (res: Response, text: string) => unknown> = {
  'res.set': (res, text) => res.set('X-Value', text),
  'res.append': (res, text) => res.append('X-Value', text),
  'the name of a header': (res, text) => res.set(text, 'value'),
  'res.cookie': (res, text) => res.cookie('name', text),
  'the name of a cookie': (res, text) => res.cookie(text, 'value'),
  'the path of a cookie': (res, text) => res.cookie('name', 'value', { path: text }),
  'the domain of a cookie': (res, text) => res.cookie('name', 'value', { domain: text }),
  'a cookie encoded by hand': (res, text) => res.cookie('name', text, { encode: String }),
  'res.attachment': (res, text) => res.attachment(text),
  'res.links': (res, text) => res.links({ next: text }),
  'the name of a link': (res, text) => res.links({ [text]: '/next' }),
  'res.location': (res, text) => res.location(text),
  'res.redirect': (res, text) => res.redirect(text),
  'res.type': (res, text) => res.type(text),
  'res.vary': (res, text) => res.vary(text),
}

describe.each(Object.entries(SINKS))('%s', (_name, write) => {
  it.each(BREAKS)('cannot break out of its header with %j', async (text) => {
    const reply = await answerWith((res) => write(res, text))
    expect(reply.headers).not.toHaveProperty('x-injected')
    // Either it was made harmless, or the handler was told.
    expect([200, 302, 500]).toContain(reply.status)
    for (const value of reply.rawHeaders) {
      // oxlint-disable-next-line no-control-regex -- these are the characters in question
      expect(value).not.toMatch(/[\0-\x08\x0a-\x1f\x7f]/)
    }
    expect(reply.body).not.toContain('<script>')
  })
})

describe('the attributes of a cookie', () => {
  // CVE-2024-47764: a value that brings attributes of its own.
  it.each([
    ['name', (res: Response) => res.cookie('a=1; Domain=evil', 'x')],
    ['path', (res: Response) => res.cookie('a', 'x', { path: '/; Domain=evil' })],
    ['domain', (res: Response) => res.cookie('a', 'x', { domain: 'a; Path=/evil' })],
    ['value', (res: Response) => res.cookie('a', 'x; Domain=evil', { encode: String })],
  ])('cannot come out of its %s', async (_what, write) => {
    const reply = await answerWith(write)
    expect(reply.status).toBe(500)
    expect(reply.headers).not.toHaveProperty('set-cookie')
  })
})

// Where a browser would go, and what a check before the redirect would have made of the same text.
const TARGETS = [
  '/',
  '/next?a=b#c',
  'https://example.com/',
  '//evil.example/',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  'http:evil.example',
  'http://good.example@evil.example/',
  'http://good.example\\@evil.example/', // CVE-2024-29041
  'http://good.example%5c@evil.example/',
  'https://good.example?@evil.example',
  'https://good.example#@evil.example',
  'https://evil。example/',
  '/%09/evil.example',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '/"><script>alert(1)</script>',
  "/'onmouseover='alert(1)",
  '/ä?ö=ü',
  '/\ud800',
]

describe('a redirect', () => {
  it.each(TARGETS)(
    'leads where its argument leads, or nowhere else than here: %j',
    async (target) => {
      const reply = await answerWith((res) => res.redirect(target))
      expect(reply.status).toBe(302)
      const base = 'http://here.example/folder/'
      const location = reply.headers.location ?? ''
      const here = new URL(base).origin
      expect([new URL(target, base).origin, here]).toContain(new URL(location, base).origin)
      expect(location).toMatch(/^[!-~]*$/)
    },
  )

  it.each(TARGETS)('puts no markup into its page: %j', async (target) => {
    const { body } = await answerWith((res) => res.redirect(target))
    expect(body).not.toMatch(/<script|<a\b|href|onmouseover='/i)
  })

  it('refuses nothing quietly: an empty Location is never sent for a given one', async () => {
    const reply = await answerWith((res) => res.redirect('back'))
    expect(reply.headers.location).toBe('back')
  })
})
